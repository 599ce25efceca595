import { describe, expect, test } from "vitest";
import { unread } from "../../src/project/result.js";
import { prose } from "../../src/report/commonmark.js";
import { HOSTILE, HOSTILE_PATH, ONE, reportOf, resultOf, SETTING, told, TWO } from "./results.js";

const ALL = [
  told(resultOf(TWO)),
  told(resultOf(HOSTILE, { path: HOSTILE_PATH })),
  told(resultOf("FROM a\nRNU b\n", { path: "b" })),
  told(unread("c", "<img src=x> | `x` @everyone")),
  told(resultOf("FROM a\n", { path: "same" })),
];

describe("markdown", () => {
  test("says how many would change, what and why, and what a rebuild takes", async () => {
    const text = await reportOf("markdown", ALL);
    expect(text).toContain("## dockopt: 2 of 5 Dockerfiles would change\n");
    expect(text).toMatch(/\| `Dockerfile` \| `split-manifest-copy` \| [\d.]+ (?:s|min) → [\d.]+ (?:s|min) \|/);
    expect(text).toContain("- copies package.json, package-lock.json and runs `npm ci` before the source is copied");
    expect(text).toContain("| `b:2:1` | `RNU` is no instruction. Did you mean RUN? |");
    expect(await reportOf("markdown", [told(resultOf(ONE), true)])).toContain("1 of 1 Dockerfile changed\n");
  });

  test("no line of a diff ends its block, and nothing of a file acts outside of code", async () => {
    const lines = (await reportOf("markdown", ALL)).split("\n");
    let fence: string | undefined;
    const outside = lines.filter((line) => {
      const ticks = /^`{3,}/.exec(line)?.[0];
      if (fence === undefined && ticks !== undefined) fence = ticks;
      else if (line === fence) fence = undefined;
      else return fence === undefined;
      return false;
    });
    expect(fence).toBeUndefined();
    const prose = outside.join("\n").replace(/(`+)[^]*?[^`]\1(?!`)/g, "");
    expect(prose.match(/<(?!\/?(?:details|summary)>)/)).toBeNull();
    expect(prose).not.toMatch(/@everyone|onerror|javascript:|::/);
    expect(lines.join("\n")).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  });

  test.each([
    ["runs `npm ci` first", "runs `npm ci` first"],
    ["@a/b: it is <b> | *x* https://x.y", "`@a/b:` it is `<b>` `\\|` `*x*` `https://x.y`"],
  ])("%j becomes %j", (text, markdown) => {
    expect(prose(text)).toBe(markdown);
  });

  test("fits into a comment, however much changes", async () => {
    const result = resultOf(TWO);
    const many = Array.from({ length: 600 }, (_, index) => told({ ...result, path: `d${index}/Dockerfile` }));
    const text = await reportOf("markdown", many);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/\n\d+ diffs more would not fit here\.\n/);
    expect(text).toMatch(/\nAnd \d+ more\.\n/);
  });
});

describe("html", () => {
  test("is a page with what changes first, and is the same each time", async () => {
    const text = await reportOf("html", ALL.toReversed());
    expect(text).toContain("<h1>dockopt: 2 of 5 Dockerfiles would change</h1>");
    expect([...text.matchAll(/<h2>([^]*?)<\/h2>/g)].map((one) => one[1]).slice(2)).toEqual(["same", "c", "b"]);
    expect(text).toContain('<span class="add">+COPY . .</span>');
    expect(text).toMatch(/an average rebuild: [\d.]+ (?:s|min) → /);
    expect(await reportOf("html", ALL.toReversed())).toBe(text);
  });

  test("nothing of a file is markup, no script is in it, and none could run", async () => {
    const text = await reportOf("html", ALL, { ...SETTING, version: "<1>" });
    const tags = new Set([...text.matchAll(/<\/?([a-z!][a-z0-9]*)/gi)].map((one) => one[1]?.toLowerCase()));
    expect(tags).toEqual(
      new Set("!doctype html head meta title style body h1 h2 section p ul li span pre details summary".split(" ")),
    );
    expect(text).toContain("default-src 'none'; style-src 'sha256-");
    expect(text).not.toContain("onerror=alert(1)>");
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  });
});
