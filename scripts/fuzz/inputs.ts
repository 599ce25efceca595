import type { Context } from "../../src/context/context.js";
import { contextFromList } from "../../src/context/load-list.js";
import { builderNamed, type Evidence } from "../../src/facts/cost/evidence.js";
import type { Safety } from "../../src/transform.js";
import { expand } from "./grammar.js";
import { choose, percent, type Random } from "./random.js";
import { generateFiles, PROJECTS } from "./worlds.js";

/** What is tried: a Dockerfile's grammar, the shell in it, an ignore file, manifests, or everything. */
export const KINDS = ["syntax", "shell", "ignore", "manifest", "engine"] as const;
export type Kind = (typeof KINDS)[number];

/** Plain data: it can be written down and tried again. */
export interface Input {
  readonly kind: Kind;
  /** A Dockerfile; of "ignore" the text of a .dockerignore. */
  readonly text: string;
  /** The build context by path; null: not known what the file holds. undefined: there is no context. */
  readonly files?: Readonly<Record<string, string | null>> | undefined;
  readonly safety: Safety;
  readonly builder: string;
}

export const BUILDERS = ["buildkit", "buildkit", "buildkit", "kaniko", "podman@3.0", "linear"];

/** A new input by the grammars. */
export function generateInput(kind: Kind, pick: Random): Input {
  const project = choose(PROJECTS, pick);
  const plain = {
    kind,
    safety: choose(["safe", "safe", "suggested", "unsafe"] as const, pick),
    builder: choose(BUILDERS, pick),
  };
  const write = (rule: string): string => expand(project.rules, `«${rule}»`, pick);
  switch (kind) {
    case "syntax":
      return { ...plain, text: spell(write("dockerfile"), pick) };
    case "shell":
      return { ...plain, text: spell(`FROM a\nRUN ${write("chain")}\n`, pick) };
    case "ignore":
      return { ...plain, text: write("ignore"), files: generateFiles(project, pick) };
    case "manifest":
      return {
        ...plain,
        text: `FROM a\nWORKDIR /app\nCOPY . .\nRUN ${write("install")}\nRUN ${write("install")}\n`,
        files: generateFiles(project, pick),
      };
    case "engine":
      return {
        ...plain,
        text: spell(write("dockerfile"), pick),
        files: percent(90, pick) ? generateFiles(project, pick) : undefined,
      };
  }
}

/** The same Dockerfile as others would have written it down. */
function spell(text: string, pick: Random): string {
  let result = text;
  if (percent(4, pick)) result = `# escape=\`\n${result.replaceAll("\\\n", "`\n")}`;
  if (percent(5, pick)) result = result.replaceAll("\n", "\r\n");
  if (percent(4, pick)) result = `\uFEFF${result}`;
  if (percent(6, pick)) result = result.replace(/\r?\n$/, "");
  return result;
}

/** How an input is built. */
export function evidenceOf({ builder }: Input): Evidence {
  const named = builderNamed(builder);
  if (named === undefined) throw new RangeError(`there is no builder ${builder}`);
  return named;
}

/** The build context of an input. */
export function contextOf({ files }: Pick<Input, "files">): Context | undefined {
  if (files === undefined) return undefined;
  const entries = Object.entries(files).map(([path, text]) => ({ path, ...(text === null ? {} : { text }) }));
  return contextFromList(entries, "fuzz", "Dockerfile");
}
