import semver from "semver";
import type { Context } from "../context/context.js";
import { inheritedField, packageOf, tablesAt, texts, type Dependency, type Manifest } from "./cargo-manifest.js";
import type { CargoProject } from "./cargo-project.js";
import { readToml, type Table } from "./python-project.js";

/**
 * Has the lockfile what the manifests ask for, no more and no less, so that cargo leaves it as it is? What the files do not tell
 * is whether a feature switched on since brings crates of its own.
 */
export function lockInStep(lockfile: string, project: CargoProject, context: Context): boolean {
  const read = readToml(lockfile, context);
  const { manifests, dependencies } = project;
  if ("reason" in read || manifests.some(({ table }) => "patch" in table || "replace" in table)) return false;
  const locked = tablesAt(read.table, "package");
  return manifests.every((one) => packageOf(one) === undefined || holds(one, dependencies(one), locked, project));
}

/** Does the package's entry name these dependencies, in versions that will do? */
function holds(
  manifest: Manifest,
  all: readonly Dependency[],
  locked: readonly Table[],
  { root, members }: CargoProject,
): boolean {
  const version = inheritedField(manifest, root, "version") ?? "0.0.0";
  const own = locked.find(
    (one) => one["name"] === packageOf(manifest)?.["name"] && one["version"] === version && one["source"] === undefined,
  );
  // Of packages outside of the workspace, cargo locks what their features bring, and nothing for their tests.
  const foreign = !members.includes(manifest);
  const wanted = foreign ? all.filter((one) => !one.dev) : all;
  if (own === undefined || (foreign && wanted.some((one) => one.optional))) return false;
  const entries = texts(own["dependencies"]).map((entry) => {
    const [name, number] = entry.split(" ");
    return locked.filter((one) => one["name"] === name && (number === undefined || one["version"] === number));
  });
  const fits = (entry: readonly Table[], dependency: Dependency): boolean =>
    entry.some((one) => willDo(one, dependency));
  return (
    wanted.every((dependency) => entries.some((entry) => fits(entry, dependency))) &&
    entries.every((entry) => wanted.some((dependency) => fits(entry, dependency)))
  );
}

function willDo({ name, version, source }: Table, wanted: Dependency): boolean {
  if (name !== wanted.name) return false;
  if (wanted.directory !== undefined) return source === undefined;
  if (typeof source !== "string" || typeof version !== "string") return false;
  if (wanted.git !== undefined)
    return source.split("#")[0] === `git+${[wanted.git, wanted.reference].filter(Boolean).join("?")}`;
  return !source.startsWith("git+") && semver.satisfies(version, range(wanted.requirement ?? "*"));
}

/** `1.2` means `^1.2`, and a comma means and. */
const range = (requirement: string): string =>
  requirement
    .split(",")
    .map((part) => part.trim())
    .map((part) => (/^\d/.test(part) && !part.includes("*") ? `^${part}` : part))
    .join(" ");
