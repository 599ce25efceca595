import { satisfies } from "semver";
import type { Wanted } from "./mix-project.js";

/** Is the lockfile in step with what the project asks for? undefined: it is, but would be written anew. Each entry stands on a line of its own. */
export function lockMatches(packages: readonly (readonly [string, Wanted])[], lock: string): boolean | undefined {
  const entries = new Map(
    [...lock.matchAll(/^[ \t]*"([\w-]+)": (\{.*\}),?\r?$/gm)].map(([, name = "", entry = ""]) => [name, entry]),
  );
  if (!packages.every(([name, wanted]) => isLocked(wanted, entries.get(name) ?? ""))) return false;
  // Hex 0.20.2 and later add a second checksum.
  const old = [...entries.values()].some((entry) => entry.startsWith("{:hex,") && !/"[0-9a-f]{64}"\}$/.test(entry));
  return old ? undefined : true;
}

function isLocked(wanted: Wanted, entry: string): boolean {
  if ("version" in wanted) {
    const version = /^\{:hex, :\w+, "([^"]+)"/.exec(entry)?.[1];
    return version !== undefined && allows(wanted.version, version);
  }
  const [, url, list = ""] = /^\{:git, "([^"]+)", "[0-9a-f]+", \[(.*)\]\}$/.exec(entry) ?? [];
  const options = list === "" ? [] : list.split(", ");
  return (
    url === wanted.git && options.length === wanted.options.size && options.every((one) => wanted.options.has(one))
  );
}

/** Elixir's requirements in the words of semver; a `!=` is not told. */
function allows(requirement: string, version: string): boolean {
  if (requirement.includes("!=")) return false;
  const ranges = requirement.split(/(?<!\s)\s+or\s+/).map((all) =>
    all
      .split(/(?<!\s)\s+and\s+/)
      .map(comparator)
      .join(" "),
  );
  return satisfies(version, ranges.join(" || "), { includePrerelease: true });
}

function comparator(text: string): string {
  const [, operator = "", version = ""] = /^(~>|[<>=]*)\s*(\S*)$/.exec(text.trim()) ?? [];
  if (operator !== "~>") return `${operator === "==" ? "=" : operator}${version}`;
  const [major = "0", minor = "0", patch] = version.split("-")[0]?.split(".") ?? [];
  const lowest = patch === undefined ? version.replace(/^(\d+\.\d+)/, "$1.0") : version;
  const next = patch === undefined ? `${Number(major) + 1}.0.0-0` : `${major}.${Number(minor) + 1}.0-0`;
  return `>=${lowest} <${next}`;
}
