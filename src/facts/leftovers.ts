import type { Output } from "../ecosystems/ecosystem.js";
import type { CompanionEdit, Refusal } from "../transform.js";
import { contextPathIn, type Copy } from "./copies.js";
import type { Facts } from "./facts.js";
import { withIgnoreLines } from "./ignore/lines.js";
import { lackingCopy } from "./kept-out.js";

/**
 * Once the source copy comes after the install, whatever of the install's output lies in the context would be laid over it
 * (before, the install ran last and repaired it). Either nothing can lie there, or .dockerignore keeps it out, or the rewrite is refused.
 */
export function leftovers(
  outputs: readonly Output[],
  copies: readonly Copy[],
  facts: Facts,
): { readonly files: readonly CompanionEdit[]; readonly notes: readonly string[] } | Omit<Refusal, "at"> {
  const { context } = facts;
  if (context === undefined) return { files: [], notes: [] };
  const patterns = new Set<string>();
  const notes = new Set<string>();
  for (const output of outputs) {
    for (const copy of copies) {
      const path = contextPathIn(output.path, copy);
      const there = path !== undefined && context.kind(path) !== undefined;
      if (path === undefined || (context.ignores(path) && !there)) continue;
      if (output.kind === "rewritten") {
        if (there)
          notes.add(`${path} in the image is the one from the context, even where the install would have rewritten it`);
      } else if (there && context.tracked(path) === true) {
        return {
          code: "committed-output",
          reason: `${named(path)} is committed and would be copied over what the install makes`,
        };
      } else if (context.ignores(path)) {
        return {
          code: "copied-output",
          reason: `an exception in ${context.ignoreFile?.path ?? ".dockerignore"} lets a part of ${path} be copied over what the install makes`,
        };
      } else if (output.ignorePattern !== undefined) {
        patterns.add(output.ignorePattern);
      } else if (there) {
        return { code: "copied-output", reason: `${named(path)} would be copied over what the install makes` };
      }
    }
  }
  if (patterns.size === 0) return { files: [], notes: [...notes] };
  const lines = [...patterns].sort();
  const edit = withIgnoreLines(lines, context);
  const lacking = lackingCopy(facts, context.withIgnoreFile({ path: edit.path, text: edit.after }));
  if (lacking !== undefined)
    return {
      code: "copied-output",
      reason: `line ${lacking.copy.instruction.startLine} copies ${lacking.path}, which .dockerignore would have to keep out`,
    };
  notes.add(`${edit.path} gets ${lines.join(", ")}: a local one is not copied over what the install makes`);
  return { files: [edit], notes: [...notes] };
}

const named = (path: string): string => (path === "" ? "the folder of the project" : path);
