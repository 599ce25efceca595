import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ecosystems } from "../../src/ecosystems/index.js";
import { pagesOf, topics } from "../../src/explain/pages.js";
import { refusals } from "../../src/refusals.js";
import { createFacts } from "../../src/facts/facts.js";
import { runExample } from "../../src/explain/example.js";
import { parse } from "../../src/syntax/parse.js";
import type { Shown } from "../../src/explain/shown.js";
import { transforms } from "../../transforms/index.js";
import { readFixtures } from "../fixtures.js";

/** As it is shipped: the build has made it (scripts/assets.ts). */
const shown = JSON.parse(readFileSync("dist/src/explain/shown.json", "utf8")) as Shown;
const fixtures = readFixtures();
const pages = pagesOf(shown, transforms);
const named = [...transforms, ...ecosystems].map(({ name }) => name);

test("every transform, ecosystem and refusal has a page of its own name", () => {
  expect([...pages.keys()]).toEqual(topics());
  expect(topics().length).toBe(named.length + Object.keys(refusals).length);
});

test.each(named)("one fixture shows %s, and is rewritten as it expects", (name) => {
  const marked = fixtures.filter(({ settings }) => settings.shows?.includes(name) === true);
  expect(marked.map((one) => one.name)).toHaveLength(1);
  const [fixture] = marked;
  const example = shown.examples[name];
  if (fixture === undefined || example === undefined) throw new Error(`${name} has no example`);
  const { changes } = runExample(example);
  const after = (path: string): string | undefined => changes.find((one) => one.path === path)?.after;
  expect(after("Dockerfile")).toBe(fixture.expected);
  for (const [path, text] of Object.entries(fixture.settings.companions ?? {})) expect(after(path)).toBe(text);
  expect(changes).not.toEqual([]);
});

test("no fixture shows what is not there", () => {
  expect(Object.keys(shown.examples).filter((name) => !named.includes(name))).toEqual([]);
});

describe.each(ecosystems)("$name", ({ name, about }) => {
  test.each(about.installs)("%s is its install", (command) => {
    const parsed = parse(`FROM debian:12\nWORKDIR /app\nRUN ${command}\n`);
    if (!parsed.ok) throw new Error("it does not parse");
    const { document } = parsed;
    const commands = document.instructions.flatMap((one) =>
      one.kind === "RUN" ? createFacts(document, undefined).commands(one) : [],
    );
    expect(commands.map(({ install }) => install?.ecosystem.name)).toEqual([name]);
  });
});

test("a page has the diff, what is said of it, the gain, and refusals with meaning and reason", () => {
  const page = pages.get("split-manifest-copy")?.() ?? "";
  expect(page).toContain("+COPY package.json package-lock.json ./\n RUN npm ci\n+COPY . .");
  expect(page).toMatch(/An average rebuild takes [\d.]+ s in place of [\d.]+ s/);
  expect(page).toContain("- [`local-replace`](../refusals.md#local-replace): go.mod or go.work names a local module");
  expect(page).toContain("Example: go.mod:7: ../lib has no go.mod in the build context");
  expect(pages.get("clean-apt-lists")?.()).toContain("DL3009");
  expect(pages.get("use-npm-ci")?.()).toContain("`--only use-npm-ci`");
});

test("an ecosystem's page says what it reads and what is left alone", () => {
  const page = pages.get("dotnet-tool")?.() ?? "";
  expect(page).toContain("- Its install, for example: `dotnet tool restore`");
  expect(pages.get("go")?.()).toContain("`no-go-mod`");
  expect(pages.get("go")?.()).not.toContain("lifecycle-script");
});

test("a refusal's page says who gives it", () => {
  const page = pages.get("cache-owner")?.() ?? "";
  expect(page).toContain("> a new cache belongs to root, and which number app has is not known");
  expect(page).toContain("[mount-package-caches](transforms/mount-package-caches.md)");
});

test("reasons mean nothing in Markdown", () => {
  const odd = { examples: {}, reasons: { "split-manifest-copy": { plugin: "<b>*x*_y_ [a](b) `*kept*`" } } };
  expect(pagesOf(odd, transforms).get("plugin")?.()).toContain("> \\<b\\>\\*x\\*\\_y\\_ \\[a\\](b) `*kept*`");
});
