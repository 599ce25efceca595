import { ignores, parseIgnore } from "../../src/context/dockerignore.js";
import { isRefused } from "../../src/ecosystems/ecosystem.js";
import { createFacts } from "../../src/facts/facts.js";
import type { Transform } from "../../src/transform.js";
import { checkEngine, NOTHING, type Outcome } from "./engine-laws.js";
import { contextOf, evidenceOf, type Input } from "./inputs.js";
import { checkShell, checkSyntax, holds, runsOf } from "./tree-laws.js";

/** Holds an input against every law of its kind. @throws Error that names the broken law, or whatever the code throws */
export function check(input: Input, transforms: readonly Transform[]): Outcome {
  switch (input.kind) {
    case "syntax":
      checkSyntax(input.text);
      return NOTHING;
    case "shell":
      return { ...NOTHING, scripts: checkShell(input.text) };
    case "ignore":
      checkIgnore(input);
      return NOTHING;
    case "manifest":
      checkManifests(input);
      return NOTHING;
    case "engine":
      return checkEngine(input, transforms);
  }
}

/** Comments, blanks and a last word do as the builder says; the context and the patterns agree. */
function checkIgnore(input: Input): void {
  const given = Object.keys(input.files ?? {}).filter((path) => !path.endsWith(".dockerignore"));
  const paths = [...given, "a", "a/b", "src", "src/a/b.md", ".git", "é"];
  const parsed = parseIgnore(input.text);
  const ignored = (text: string, path: string): boolean => ignores(parseIgnore(text), path);
  for (const path of paths) {
    const is = ignores(parsed, path);
    const noisy = input.text.replaceAll("\n", "\n# !**\n\n   \n");
    holds("comments and blank lines leave out nothing", ignored(noisy, path) === is);
    if (parsed.problems.length > 0) continue;
    holds("a last ** leaves out everything", ignored(`${input.text}\n**`, path));
    holds("a last !** leaves out nothing", !ignored(`${input.text}\n!**`, path));
  }
  const context = contextOf({ ...input, files: { ...input.files, "Dockerfile.dockerignore": input.text } });
  const all = [...(context?.files() ?? [])];
  for (const path of given)
    if (context?.rawKind(path) === "file")
      holds("the context has what is not left out", all.includes(path) === !ignores(parsed, path));
}

/** Readers of manifests never throw, and name what is there. */
function checkManifests(input: Input): void {
  const document = checkSyntax(input.text);
  const context = contextOf(input);
  if (document === undefined || context === undefined) return;
  const facts = createFacts(document, context, evidenceOf(input));
  for (const { install, site } of runsOf(document).flatMap((run) => facts.commands(run))) {
    if (install === undefined) continue;
    const { ecosystem, call } = install;
    const inputs = ecosystem.inputs(call, site, context);
    if (isRefused(inputs)) holds("a refusal has a reason", inputs.reason !== "");
    else
      holds(
        "an install reads what the context has",
        inputs.paths.every((path) => context.kind(path) !== undefined),
      );
    for (const { path } of ecosystem.outputs(call, site, context)) holds("an install writes somewhere", path !== "");
  }
}
