import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { createFinder } from "../../builds/find.js";
import { configTemplate } from "../../config/template.js";
import { printable } from "../../report/terminal.js";
import { readArguments } from "../arguments.js";
import { EXIT, UsageError } from "../exit.js";
import { builderHint } from "../config/builder-hint.js";
import { configIn, createConfigFinder } from "../config/find.js";
import { undisturbed } from "../interrupt.js";
import { findFiles } from "../files.js";
import { WriteError, writeAll } from "../write.js";

const FILE = "dockopt.config.yaml";

/** `dockopt init`: writes a configuration with every setting in it. Returns the exit code. @throws UsageError */
export async function init(argv: readonly string[], cwd: string): Promise<number> {
  const { paths } = readArguments(argv, {});
  if (paths.length > 0)
    throw new UsageError(`init takes no path, not ${paths.join(" ")}. It writes ${FILE} in this folder.`);
  const own = await configIn(cwd, cwd);
  if (own !== undefined)
    throw new UsageError(
      `${relative(cwd, own)} is the configuration of this folder already. Edit it, or remove it first.`,
    );
  const above = await createConfigFinder(cwd)(".");
  const hint = builderHint(cwd);
  const chosen =
    hint === undefined ? [] : [{ name: "builder", value: hint.builder, why: `${printable(hint.place)} calls it` }];
  try {
    const text = configTemplate(schemaFrom(cwd), chosen);
    await undisturbed(() => {
      writeAll([{ path: join(cwd, FILE), before: undefined, after: text }]);
    });
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    throw new UsageError(error.message);
  }
  const count = findFiles(["."], cwd, createFinder(cwd)).files.length;
  const lines = [
    `Wrote ${FILE}.`,
    hint === undefined
      ? "Every setting is in it, as a comment: nothing changes yet."
      : `The builder is ${hint.builder}, because ${hint.place} calls it; every other setting is a comment.`,
    ...(above === undefined ? [] : [`For files in this folder it takes the place of ${relative(cwd, above)}.`]),
    `Below here: ${count} Dockerfile${count === 1 ? "" : "s"}. dockopt . shows what would be rewritten.`,
  ];
  process.stdout.write(`${printable(lines.join("\n"))}\n`);
  return EXIT.fine;
}

/** The schema of the dockopt that is installed in this folder or above, as a path that everybody who works here has. */
function schemaFrom(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules/dockopt/docs/schema/config.schema.json");
    if (existsSync(path))
      return relative(cwd, path)
        .replace(/^(?!\.)/, "./")
        .split("\\")
        .join("/");
    if (folder === resolve(folder, "..")) return undefined;
  }
}
