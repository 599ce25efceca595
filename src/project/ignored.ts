import type { Report } from "../engine/run.js";
import { nearest } from "../syntax/validate.js";

/**
 * What is wrong with the comments that forbid rewrites: a name that is none, nothing below, nothing to forbid. `known`: names of all
 * transforms; `asked`: of those that have been asked. A comment about others may well have a use.
 */
export function ignoredRemarks(
  { ignored }: Report,
  known: readonly string[],
  asked: readonly string[],
): readonly { readonly line: number; readonly message: string }[] {
  return ignored.flatMap(({ line, names, used, adrift, malformed }) => {
    if (malformed)
      return [
        {
          line,
          message:
            "the comment is not understood, and forbids nothing. Write `# dockopt ignore=NAME,NAME reason=...` or `# dockopt ignore-file`.",
        },
      ];
    const odd = names.find((name) => !known.includes(name));
    if (odd !== undefined) {
      const near = nearest(odd, known);
      return [
        {
          line,
          message: `there is no transform \`${odd}\` to ignore.${near === undefined ? "" : ` Did you mean ${near}?`}`,
        },
      ];
    }
    if (adrift)
      return [
        { line, message: "the comment stands above no instruction. Put it right above one, or write ignore-file." },
      ];
    if (used || !names.every((name) => asked.includes(name))) return [];
    return [{ line, message: "the comment forbids nothing that dockopt would do. Remove it." }];
  });
}
