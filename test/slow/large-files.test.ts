import { expect, test } from "vitest";
import { sandbox } from "../cli/process.js";

const { put, dockopt } = sandbox();

test("a megabyte of stages and a megabyte of comments are read", () => {
  put({ stages: "FROM a\nRUN x\n# c\n".repeat(60_000), comments: `FROM a\n${"# comment\n".repeat(100_000)}RUN x\n` });
  expect(dockopt(["--check", "stages", "comments"])).toMatchObject({ status: 0, stderr: "" });
});
