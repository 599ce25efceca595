import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { ConfigError } from "./error.js";

const CHECK = { encoding: "utf8", timeout: 10_000, env: {} } as const;

/** Runs a configuration that is the user's own program; returns its default export. @throws ConfigError with the line where it breaks. */
export async function runProgram(path: string, shown: string): Promise<unknown> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new ConfigError(`${shown}${placeOf(error, path)}: it breaks when it is run: ${why.split("\n")[0] ?? ""}`);
  }
  if (module.default === undefined)
    throw new ConfigError(`${shown}: it has no default export. Write export default { ... }.`);
  return module.default;
}

/** ":3:7", as far as Node tells; "": somewhere else. */
function placeOf(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  // Node keeps the place of a mistake in the grammar from programs, but not from people.
  const told = error instanceof SyntaxError ? spawnSync(process.execPath, ["--check", path], CHECK).stderr : "";
  for (const text of [stack, told])
    for (const name of [pathToFileURL(path).href, path]) {
      const at = new RegExp(String.raw`${name.replace(/[^\w]/g, String.raw`\$&`)}:(\d+)(?::(\d+)|\n.*\n( *)\^)?`);
      const [, line, column, blanks = ""] = at.exec(text) ?? [];
      if (line !== undefined) return `:${line}:${column ?? blanks.length + 1}`;
    }
  return "";
}
