import type { Context } from "../../src/context/context.js";
import { contextFromList } from "../../src/context/load-list.js";
import { builderNamed, type Evidence } from "../../src/facts/cost/evidence.js";
import type { Safety } from "../../src/transform.js";
import { expand } from "./grammar.js";
import { choose, percent, type Random } from "./random.js";
import { generateFiles, PROJECTS } from "./worlds/index.js";

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
  /** Symbolic links of the context and where they lead. */
  readonly links?: Readonly<Record<string, string>> | undefined;
  /** Paths that each of the last commits has changed. */
  readonly history?: readonly (readonly string[])[] | undefined;
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
    case "engine": {
      const files = percent(90, pick) ? generateFiles(project, pick) : undefined;
      return { ...plain, text: spell(write("dockerfile"), pick), files, ...generateSurroundings(files ?? {}, pick) };
    }
  }
}

const TARGETS = ["src", "..", "../x", "/etc", ".", "a", "b", "package.json", "no-such-file", "./lib/../src"];

/** Links among files, and commits that have changed them. */
function generateSurroundings(files: NonNullable<Input["files"]>, pick: Random): Pick<Input, "links" | "history"> {
  const paths = [...Object.keys(files), "a", "lib/b"];
  const some = (): readonly string[] => Array.from({ length: pick(4) }, () => choose(paths, pick));
  return {
    links: percent(15, pick) ? Object.fromEntries(some().map((path) => [path, choose(TARGETS, pick)])) : undefined,
    history: percent(20, pick) ? Array.from({ length: 1 + pick(12) }, some) : undefined,
  };
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
export function evidenceOf({ builder, history }: Input): Evidence {
  const named = builderNamed(builder);
  if (named === undefined) throw new RangeError(`there is no builder ${builder}`);
  return { ...named, history: history && { commits: history } };
}

/** The build context of an input; a link takes the place of a file. */
export function contextOf({ files, links = {} }: Pick<Input, "files" | "links">): Context | undefined {
  if (files === undefined) return undefined;
  const plain = Object.entries(files).filter(([path]) => !Object.hasOwn(links, path));
  return contextFromList(
    [
      ...plain.map(([path, text]) => ({ path, ...(text === null ? {} : { text }) })),
      ...Object.entries(links).map(([path, link]) => ({ path, link })),
    ],
    "fuzz",
    "Dockerfile",
  );
}
