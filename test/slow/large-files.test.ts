import { expect, test } from "vitest";
import { sandbox } from "../cli/process.js";

const { put, dockopt } = sandbox();

test("a megabyte of stages and a megabyte of comments are read", () => {
  put({ stages: "FROM a\nRUN x\n# c\n".repeat(60_000), comments: `FROM a\n${"# comment\n".repeat(100_000)}RUN x\n` });
  expect(dockopt(["--check", "stages", "comments"])).toMatchObject({ status: 0, stderr: "" });
});

test("megabytes of RUNs, arguments and stages upon one another are read, however much there would be to join", () => {
  const many = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join("");
  put({
    ladder: `FROM a\n${many(20_000, (index) => `RUN mkdir -p /opt/a${index}\n`)}`,
    args: `FROM a\n${many(50_000, (index) => `ARG A${index}=1\n`)}`,
    stages: `FROM a AS s0\n${many(20_000, (index) => `FROM s${index} AS s${index + 1}\nENV A${index}=1\n`)}`,
    chain: `FROM a\nCOPY . .\nRUN ${Array.from({ length: 5000 }, (_, index) => `mkdir -p /opt/a${index}`).join(" \\\n && ")}\n`,
  });
  const { status, stdout, stderr } = dockopt(["--format", "json", "ladder", "args", "stages", "chain"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("20000 RUNs in a row are more than dockopt joins");
  expect(stdout).not.toContain("too-slow");
});
