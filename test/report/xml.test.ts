import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { unread } from "../../src/project/result.js";
import { unifiedDiff } from "../../src/report/diff.js";
import { element, xmlText } from "../../src/report/xml.js";
import { HOSTILE, HOSTILE_PATH, ONE, reportOf, resultOf, told, TWO } from "./results.js";

/** libxml2's own reader, Debian's libxml2-utils. */
const xmllint = (text: string, ...args: readonly string[]): string => {
  const { stdout, stderr, status } = spawnSync("xmllint", [...args, "-"], { input: text, encoding: "utf8" });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.replace(/\n$/, "");
};
const present = spawnSync("xmllint", ["--version"]).status === 0;
if (!present) console.log("skipped: a real XML reader; xmllint (libxml2-utils) is not here");

const ALL = [
  told(resultOf(TWO)),
  told(resultOf(HOSTILE, { path: HOSTILE_PATH })),
  told(resultOf("FROM a\nRNU b\n", { path: "b" })),
  told(unread("c", "]]> & <x> \u0000\u001b \ud800 \uffff")),
  told(resultOf(ONE, { path: "done" }), true),
];

describe("text", () => {
  test.each([
    ["<&>\"'", "&#60;&#38;&#62;&#34;&#39;"],
    ["]]>", "]]&#62;"],
    ["a\u0000b\u001b\u000b\ufffe\uffff\ud800c", "a\\x00b\\x1b\\x0bc"],
    ["𐐀\tb\nc", "𐐀\tb\nc"],
  ])("%j is %j", (text, xml) => {
    expect(xmlText(text)).toBe(xml);
  });

  test("line ends of attributes stay", () => {
    expect(element("a", { b: "1\n2", c: undefined })).toBe('<a b="1&#10;2"/>');
  });
});

test("junit: a test a file; what would change fails, what cannot be read is an error, what is written passes", async () => {
  const text = await reportOf("junit", ALL);
  expect(text).toContain('<testsuites name="dockopt" tests="5" failures="2" errors="2" time="0">');
  expect(text.match(/<failure /g)).toHaveLength(2);
  expect(text).toContain('<error message="2:1: `RNU` is no instruction. Did you mean RUN?" type="unreadable"/>');
  expect(/<testcase name="done"[^]*?<\/testcase>/.exec(text)?.[0]).not.toContain("failure");
});

test("checkstyle: by file, with lines and severities", async () => {
  const text = await reportOf("checkstyle", ALL);
  expect(text).toContain(
    '<file name="Dockerfile">\n<error line="3" column="1" severity="warning" message="dockopt copies ',
  );
  expect(text).toContain(
    '<error line="2" column="1" severity="error" message="`RNU` is no instruction. Did you mean RUN?" source="dockopt.syntax"/>',
  );
});

describe.runIf(present)("as libxml2 reads it", () => {
  test.each(["junit", "checkstyle"] as const)("%s is well-formed", async (format) => {
    xmllint(await reportOf(format, ALL), "--noout");
    xmllint(await reportOf(format, []), "--noout");
  });

  test("the hostile path comes back, but for control characters", async () => {
    const name = HOSTILE_PATH.replace("\u001b", "\\x1b");
    expect(xmllint(await reportOf("junit", ALL), "--xpath", "string(//testcase[2]/@name)")).toBe(name);
    expect(xmllint(await reportOf("checkstyle", ALL), "--xpath", "string(//file[2]/@name)")).toBe(name);
  });

  test("the diff comes back", async () => {
    const diff = ALL[0]?.result.changes.map(unifiedDiff).join("") ?? "";
    expect(diff).not.toBe("");
    const failure = xmllint(await reportOf("junit", ALL), "--xpath", "string(//testcase[1]/failure)");
    expect(`${failure}\n`).toContain(diff);
  });
});
