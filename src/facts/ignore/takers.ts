import type { Context } from "../../context/context.js";
import { clean, hasWildcard, match } from "../../context/go-match.js";
import type { CopyInstruction, Document, RunInstruction } from "../../syntax/nodes.js";
import { isWithin } from "../paths.js";

/** What takes from the build context: a source of a COPY or ADD, or a RUN's bind mount. */
export interface Taker {
  readonly instruction: CopyInstruction | RunInstruction;
  /** The source as written. */
  readonly source: string;
  /** Parts of the source's path, which may be patterns; undefined: through a link, in quotes, or known in the build only. */
  readonly parts: readonly (string | undefined)[];
  /** What it matches today. */
  readonly matches: readonly string[];
}

export function takersOf(document: Document, context: Context): readonly Taker[] {
  return document.instructions.flatMap((instruction): Taker[] => {
    if (instruction.kind !== "COPY" && instruction.kind !== "ADD" && instruction.kind !== "RUN") return [];
    return sourcesOf(instruction).map((source) => ({
      instruction,
      source,
      parts: partsOf(source, context),
      matches: context.match(source),
    }));
  });
}

function sourcesOf(instruction: CopyInstruction | RunInstruction): readonly string[] {
  if (instruction.kind === "RUN") return instruction.flags.flatMap(({ name, value = "" }) => mounted(name, value));
  if (instruction.from !== undefined) return [];
  const remote = (text: string): boolean => instruction.kind === "ADD" && /^[a-z+]+:\/\/|^git@/.test(text);
  return instruction.sources.map((word) => word.text).filter((text) => !remote(text));
}

/** `--mount=type=bind,source=a`: without a type it is a bind mount, without a source the whole context. */
function mounted(flag: string, value: string): readonly string[] {
  if (flag !== "mount") return [];
  const options = new Map(value.split(",").map((one) => [one.replace(/=.*$/s, ""), one.replace(/^[^=]*=?/, "")]));
  if (options.has("from") || (options.get("type") ?? "bind") !== "bind") return [];
  return [options.get("source") ?? options.get("src") ?? "."];
}

function partsOf(source: string, context: Context): Taker["parts"] {
  const parts = clean(`/${source}`)
    .split("/")
    .filter((part) => part !== "");
  return parts.map((part, index) =>
    /["'$\\]/.test(part) || context.kind(parts.slice(0, index + 1).join("/")) === "symlink" ? undefined : part,
  );
}

/** Does the source name the path itself or something below it, or bring it along with a directory? What is not known may name it. */
export function reach({ parts, matches }: Taker, path: string): "names" | "brings" | undefined {
  const own = path.split("/");
  for (const [index, part] of parts.entries()) {
    const name = own[index];
    if (part === undefined) return "names";
    if (name === undefined) {
      // `*/package.json` names what it matches; `dist/app.jar` is named before it is there.
      const open = parts.slice(0, index).some((one) => one !== undefined && hasWildcard(one));
      return !open || matches.some((one) => isWithin(one, path)) ? "names" : undefined;
    }
    if (match(part, name) === false) return undefined;
  }
  return parts.length === own.length ? "names" : "brings";
}
