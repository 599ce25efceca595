import type { Context } from "../context/context.js";
import { parentOf } from "../facts/paths.js";
import { patchesOf } from "./cargo-manifest.js";
import type { InputsRefusal, Site } from "./ecosystem.js";
import { record } from "./package-json.js";
import { presentBeside, readToml, tableAt, type Table } from "./python-project.js";

/** The directory and all above it. */
export const ancestors = (directory: string): readonly string[] =>
  directory === "/" ? ["/"] : [directory, ...ancestors(parentOf(directory))];

/** A file of cargo's configuration. */
export interface CargoConfig {
  readonly path: string;
  /** Image path that its relative paths start from. */
  readonly base: string;
  readonly table: Table;
}

/** The configuration that holds in an image directory, the nearest first. Beside `config`, config.toml does not count. */
export function readConfigs(directory: string, site: Site, context: Context): readonly CargoConfig[] | InputsRefusal {
  const configs: CargoConfig[] = [];
  for (const base of ancestors(directory)) {
    const [path] = presentBeside(base, [".cargo/config", ".cargo/config.toml"], site, context);
    if (path === undefined) continue;
    const read = readToml(path, context);
    if ("reason" in read) return read;
    configs.push({ path, base, table: read.table });
  }
  return configs;
}

/** Files that choose the toolchain, from the directory upwards. */
export const toolchainFiles = (directory: string, site: Site, context: Context): readonly string[] =>
  ancestors(directory).flatMap((one) => presentBeside(one, ["rust-toolchain", "rust-toolchain.toml"], site, context));

/** The directory that takes the place of a registry. */
export function vendoredBy({ table }: CargoConfig): string | undefined {
  return Object.values(tableAt(table, "source") ?? {})
    .flatMap((source) => [record(source)?.["directory"], record(source)?.["local-registry"]])
    .find((path): path is string => typeof path === "string");
}

/** Why the local files that the configuration names cannot be told. */
export function namesFiles({ path, base, table }: CargoConfig): InputsRefusal | undefined {
  const build = tableAt(table, "build") ?? {};
  const tools = ["rustc", "rustc-wrapper", "rustc-workspace-wrapper"].map((key) => build[key]);
  const key =
    ["include", "paths"].find((one) => table[one] !== undefined) ??
    (patchesOf({ path, directory: base, table }).length > 0 ? "patch" : undefined) ??
    (tools.some((one) => typeof one === "string" && one.includes("/")) ? "build.rustc-wrapper" : undefined);
  return key === undefined
    ? undefined
    : { code: "config-names-files", reason: `${path}: \`${key}\` names local files, which are not followed` };
}
