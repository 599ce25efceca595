import { describe, expect, test } from "vitest";
import { lockMatches } from "../../src/ecosystems/mix-lock.js";
import { mix } from "../../src/ecosystems/mix.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";

const HASH = "0".repeat(64);

describe("a lockfile", () => {
  const entry = (version: string): string =>
    `%{\n  "a": {:hex, :a, "${version}", "${HASH}", [:mix], [{:b, "~> 1.0", [hex: :b]}], "hexpm", "${HASH}"},\n}\n`;
  test.each([
    ["~> 1.2", "1.9.0", true],
    ["~> 1.2", "2.0.0", false],
    ["~> 1.2.3", "1.2.9", true],
    ["~> 1.2.3", "1.3.0", false],
    ["~> 1.2.3", "1.2.2", false],
    ["~> 2.0-rc", "2.0.0-rc.1", true],
    [">= 1.0.0 and < 2.0.0", "1.5.0", true],
    ["~> 0.9 or ~> 1.0", "1.5.0", true],
    ["== 1.0.0", "1.0.0", true],
    ["1.0.0", "1.0.1", false],
    [">= 0.0.0", "0.1.0", true],
    ["!= 1.0.0", "1.1.0", false],
  ])("%s allows %s: %s", (version, locked, expected) => {
    expect(lockMatches([["a", { version }]], entry(locked))).toBe(expected);
  });

  test("names a repository with its options", () => {
    const lock = '%{\n  "a": {:git, "https://github.com/x/a.git", "0123abc", [tag: "v1", depth: 1]},\n}\n';
    const wanted = (...options: readonly string[]) =>
      [["a", { git: "https://github.com/x/a.git", options: new Set(options) }]] as const;
    expect(lockMatches(wanted("depth: 1", 'tag: "v1"'), lock)).toBe(true);
    expect(lockMatches(wanted('tag: "v1"'), lock)).toBe(false);
    expect(lockMatches(wanted("depth: 1", 'tag: "v2"'), lock)).toBe(false);
  });

  test("of an old Hex is written anew", () => {
    expect(lockMatches([["a", { version: "1.0.0" }]], '  "a": {:hex, :a, "1.0.0", "00", [:mix], [], "hexpm"},')).toBe(
      undefined,
    );
  });
});

describe("caches", () => {
  test.each([
    ["FROM elixir:1.16\nRUN mix deps.get", ["/root/.hex/packages"]],
    ["FROM elixir:1.16\nRUN mix do local.hex --force, deps.get --only prod", ["/root/.hex/packages"]],
    ["FROM elixir:1.16\nENV HEX_HOME=/opt/hex\nRUN mix deps.update --all", ["/opt/hex/packages"]],
    ["FROM elixir:1.16\nUSER app\nRUN mix deps.get", "unknown-cache"],
    ["FROM elixir:1.16\nENV HEX_OFFLINE=1\nRUN mix deps.get", "cache-undone"],
    ["FROM elixir:1.16\nRUN mix deps.compile", undefined],
  ])("%s", (dockerfile, expected) => {
    const result = parse(dockerfile);
    const run = result.ok ? result.document.instructions.at(-1) : undefined;
    if (!result.ok || run?.kind !== "RUN") throw new Error("no RUN");
    const [fact] = createFacts(result.document, undefined).commands(run);
    const caches = fact && mix.caches?.(fact.command, fact.site, undefined, []);
    expect(caches && ("reason" in caches ? caches.code : caches.map((one) => one.path))).toEqual(expected);
  });
});
