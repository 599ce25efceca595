import { expect, test } from "vitest";
import { unread } from "../../src/project/result.js";
import { HOSTILE, HOSTILE_PATH, ONE, reportOf, resultOf, told, TWO } from "./results.js";

/** What the runner makes of a line that is a workflow command (actions/runner, ActionCommand.TryParseV2). */
function runnerReads(line: string): {
  readonly command: string;
  readonly properties: Record<string, string>;
  readonly data: string;
} {
  const unescape = (text: string, table: readonly (readonly [string, string])[]): string =>
    table.reduce((all, [code, c]) => all.replaceAll(code, c), text);
  const data: readonly (readonly [string, string])[] = [
    ["%0D", "\r"],
    ["%0A", "\n"],
  ];
  const end = line.indexOf("::", 2);
  const [command = "", ...rest] = line.slice(2, end).split(" ");
  const properties = rest
    .join(" ")
    .split(",")
    .map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), unescape(pair.slice(at + 1), [...data, ["%3A", ":"], ["%2C", ","], ["%25", "%"]])];
    });
  return {
    command,
    properties: Object.fromEntries(properties),
    data: unescape(line.slice(end + 2), [...data, ["%25", "%"]]),
  };
}

test("github: a command a line, which the runner reads as it is meant", async () => {
  const text = await reportOf("github", [
    told(resultOf(TWO)),
    told(resultOf("FROM a\nRNU b\n", { path: "b" })),
    told(unread("c", "100% broken: it is\r\nbinary")),
  ]);
  const all = text.trimEnd().split("\n").map(runnerReads);
  expect(
    all.map(({ command, properties }) => [command, properties["file"], properties["line"], properties["endLine"]]),
  ).toEqual([
    ["warning", "Dockerfile", "3", "4"],
    ["warning", "Dockerfile", "8", "9"],
    ["error", "b", "2", undefined],
    ["error", "c", undefined, undefined],
  ]);
  expect(all[0]?.properties["title"]).toBe("dockopt: split-manifest-copy");
  expect(all[1]?.data).toMatch(
    /^dockopt copies .*\. An average rebuild takes .* less, by estimate\.\nRun dockopt --write Dockerfile to apply\.$/,
  );
  expect(all[3]?.data).toBe("100% broken: it is\nbinary");
});

test("github: nothing that a repository holds becomes a command or an escape sequence", async () => {
  const text = await reportOf("github", [
    told(resultOf(HOSTILE, { path: HOSTILE_PATH })),
    told(unread("::error::x\n::debug::", "\n::stop-commands::x")),
  ]);
  const lines = text.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines.every((line) => /^::(?:warning|error) file=/.test(line))).toBe(true);
  expect(runnerReads(lines[0] ?? "").properties["file"]).toBe(HOSTILE_PATH.replace("\u001b", "\\x1b"));
  expect(/[\u0000-\u0009\u000b-\u001f\u202e]/.test(text)).toBe(false);
});

interface Issue {
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end: number } };
}

test("gitlab: what Code Quality needs of an issue; fingerprints are unique and stay when lines move", async () => {
  const issues = async (...texts: readonly string[]): Promise<readonly Issue[]> =>
    JSON.parse(
      await reportOf("gitlab", [
        ...texts.map((text, index) => told(resultOf(text, { path: `d${index}/Dockerfile` }))),
        told(unread("c", "x")),
      ]),
    ) as readonly Issue[];
  const all = await issues(TWO, TWO + TWO, "FROM a\nRNU b\nRNU b\n");
  expect(new Set(all.map((one) => one.fingerprint)).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(6);
  for (const one of all) {
    expect(one).toMatchObject({
      type: "issue",
      description: expect.stringMatching(/./) as string,
      check_name: expect.stringMatching(/./) as string,
    });
    expect(["info", "minor", "major", "critical", "blocker"]).toContain(one.severity);
    expect(one.location.lines.begin).toBeGreaterThanOrEqual(1);
    expect(one.location.lines.end).toBeGreaterThanOrEqual(one.location.lines.begin);
  }
  const prints = (found: readonly Issue[]): readonly string[] => found.map((one) => one.fingerprint);
  expect(prints(await issues(`# moved\n${TWO}`))).toEqual(prints(await issues(TWO)));
});

test("what is refused annotates nothing: nobody can act on it there", async () => {
  const text = ONE.replace("COPY", "# dockopt ignore\nCOPY");
  expect(await reportOf("github", [told(resultOf(text))])).toBe("");
  expect(JSON.parse(await reportOf("gitlab", [told(resultOf(text))]))).toEqual([]);
  expect(await reportOf("checkstyle", [told(resultOf(text))])).not.toContain("<error");
});
