import { describe, expect, test } from "vitest";
import { dotnet } from "../../src/ecosystems/dotnet.js";
import { readXml } from "../../src/ecosystems/msbuild-xml.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";

/** "/root/.nuget/packages", the code of a refusal, or "none". */
function cachesOf(run: string, before: string): string {
  const result = parse(`FROM mcr.microsoft.com/dotnet/sdk:8.0\n${before}RUN ${run}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const facts = createFacts(result.document, undefined);
  const last = result.document.instructions.at(-1);
  const [fact] = last?.kind === "RUN" ? facts.commands(last) : [];
  if (fact === undefined) throw new Error("RUN");
  const found = dotnet.caches?.(fact.command, fact.site, undefined, []);
  if (found === undefined) return "none";
  return "reason" in found ? found.code : found.map((one) => `${one.path} ${one.holds}`).join();
}

describe("caches", () => {
  test.each([
    ["dotnet restore", "", "/root/.nuget/packages dependencies"],
    ["dotnet publish -c Release -o /out", "", "/root/.nuget/packages dependencies"],
    ["dotnet tool restore", "", "/root/.nuget/packages dependencies"],
    ["dotnet test --no-cache", "", "/root/.nuget/packages dependencies"],
    ["dotnet restore", "ENV NUGET_PACKAGES=/packages\n", "/packages dependencies"],
    ["dotnet restore --packages /elsewhere", "ENV NUGET_PACKAGES=/packages\n", "/elsewhere dependencies"],
    ["dotnet restore", "ARG WHERE\nENV NUGET_PACKAGES=$WHERE\n", "unknown-cache"],
    ["dotnet restore", "USER builder\n", "unknown-cache"],
    ["dotnet publish --no-restore", "", "cache-undone"],
    ["dotnet test --no-build", "", "cache-undone"],
    ["dotnet clean", "", "none"],
    ["dotnet Web.dll", "", "none"],
    ["dotnet --info", "", "none"],
  ])("%s (%s)", (run, before, expected) => {
    expect(cachesOf(run, before)).toBe(expected);
  });
});

describe("XML", () => {
  test("comments, CDATA, entities, quotes, processing instructions", () => {
    const root = readXml(
      `\uFEFF<?xml version="1.0"?>\n<!-- <a> --><P x='1 "&lt;"' y="&#65;&#x42;">a<!-- b -->c<![CDATA[<d>]]>&amp;<E/></P>\n`,
    );
    expect(root?.name).toBe("P");
    expect(root?.text).toBe("ac<d>&");
    expect([...(root?.attributes ?? [])]).toEqual([
      ["x", '1 "<"'],
      ["y", "AB"],
    ]);
    expect(root?.children.map((one) => one.name)).toEqual(["E"]);
  });
  test.each(["", "<a>", "<a></b>", "</a>", "<a/><b/>", "<a b></a>", "<a", "text"])("%j is not well-formed", (text) => {
    expect(readXml(text)).toBeUndefined();
  });
});
