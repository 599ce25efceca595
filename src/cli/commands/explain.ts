import { readFileSync } from "node:fs";
import { pagesOf } from "../../explain/pages.js";
import { renderPage } from "../../explain/render.js";
import type { Shown } from "../../explain/shown.js";
import { colorsFor } from "../../report/terminal.js";
import { nearest } from "../../syntax/validate.js";
import { readArguments } from "../arguments.js";
import { EXIT, UsageError } from "../exit.js";
import { explainOptions } from "../options.js";
import { openSettings } from "../settings.js";

/** `dockopt explain NAME`: the page of a transform, an ecosystem or a refusal. Returns the exit code. @throws UsageError */
export async function explain(argv: readonly string[], cwd: string): Promise<number> {
  const given = readArguments(argv, explainOptions);
  // "dotnet tool" is one name.
  const name = given.paths.join("-");
  if (name === "") throw new UsageError("no name given. dockopt list shows the transforms and the ecosystems.");
  const { known } = await openSettings(given, cwd).for(undefined);
  const pages = pagesOf(readShown(), known);
  const page = pages.get(name);
  if (page === undefined) {
    const near = nearest(name, [...pages.keys()]);
    const hint = near === undefined ? "dockopt list shows the transforms and the ecosystems." : `Did you mean ${near}?`;
    throw new UsageError(`there is no transform, ecosystem or refusal \`${name}\`. ${hint}`);
  }
  const out = process.stdout;
  out.write(renderPage(page(), colorsFor(out, given.flag("color"), process.env), out.isTTY ? out.columns : 80));
  return EXIT.fine;
}

/** Written when dockopt is built (scripts/assets.ts). */
function readShown(): Shown {
  return JSON.parse(readFileSync(new URL("../../explain/shown.json", import.meta.url), "utf8")) as Shown;
}
