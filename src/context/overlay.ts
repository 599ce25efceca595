import type { CompanionEdit } from "../transform.js";
import type { Context } from "./context.js";

/** The context as it will be once the companions are written: of them only the ignore file changes what the builder sees. */
export function withCompanions(
  context: Context | undefined,
  companions: readonly CompanionEdit[],
): Context | undefined {
  const edit = companions.find((one) => one.path === (context?.ignoreFile?.path ?? ".dockerignore"));
  return context === undefined || edit === undefined
    ? context
    : context.withIgnoreFile({ path: edit.path, text: edit.after });
}
