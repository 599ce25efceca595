import type { Context } from "./context.js";

export interface Located {
  /** As given in the candidates. */
  readonly folder: string;
  readonly context: Context;
  /** For people: "the Dockerfile's folder holds what its COPYs name". */
  readonly why: string;
  /** COPY sources that are not in it. */
  readonly missing: readonly string[];
}

/** Files that a project has at its root. */
const MANIFESTS =
  /^(?:package\.json|go\.mod|go\.work|requirements[\w.-]*\.txt|pyproject\.toml|setup\.py|Pipfile|Gemfile|Cargo\.toml|pom\.xml|build\.gradle(?:\.kts)?|composer\.json|mix\.exs|.*\.(?:csproj|fsproj|sln))$/;

/**
 * Which folder is the build context, when nobody says: the Dockerfile's own, unless another one up to the repository's root holds
 * more of what the COPYs name. Where they name nothing in particular (`COPY . .`), the folder that holds manifests.
 * `folders`: the Dockerfile's first, then its parents up to the repository's root.
 */
export function locateContext(
  folders: readonly string[],
  sources: readonly string[],
  open: (folder: string) => Context,
): Located {
  const named = sources.filter((source) => !/^\.?\/?\*?$/.test(source));
  const candidates = folders.map((folder) => {
    const context = open(folder);
    return { folder, context, missing: named.filter((source) => context.match(source).length === 0) };
  });
  const [own] = candidates;
  const root = candidates.at(-1);
  if (own === undefined || root === undefined) throw new RangeError("no folder to look in");
  const fewest = Math.min(...candidates.map((candidate) => candidate.missing.length));
  const best = [own, root, ...candidates].find((candidate) => candidate.missing.length === fewest) ?? own;
  if (best !== own) return { ...best, why: "it holds what the COPYs name, unlike the Dockerfile's folder" };
  if (root !== own && root.missing.length === fewest && !hasManifest(own.context) && hasManifest(root.context)) {
    return { ...root, why: "it holds the manifests, unlike the Dockerfile's folder" };
  }
  return {
    ...own,
    why:
      named.length === 0
        ? "it is the Dockerfile's folder"
        : "it is the Dockerfile's folder, and holds what the COPYs name",
  };
}

function hasManifest(context: Context): boolean {
  return context.list("").some((name) => MANIFESTS.test(name));
}
