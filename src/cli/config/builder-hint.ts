import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { repositoryRoot } from "../../context/git.js";
import { listedNames } from "../../context/load-names.js";

/** Where people tell machines to build, by path from the top of a repository. */
const CI =
  /(?:^|\/)(?:\.gitlab-ci\.ya?ml|Jenkinsfile|cloudbuild\.ya?ml|azure-pipelines\.ya?ml|bitbucket-pipelines\.yml|skaffold\.ya?ml)$|(?:^|\/)(?:\.github\/workflows|\.circleci|\.tekton)\/[^/]+\.ya?ml$/;

/** How builders other than docker are called. */
const CALLS = {
  kaniko: /\/kaniko\/executor|kaniko-project\/executor|^[ \t]*kaniko[ \t]*:/m,
  buildah: /\bbuildah\s+(?:bud|build)\b|redhat-actions\/buildah-build/m,
  podman: /\bpodman\s+build\b/m,
} as const;

const MOST_BYTES = 1 << 20;

/** The one builder that the CI files of a repository call, and where, as seen from `cwd`; undefined: none but docker, or several. */
export function builderHint(cwd: string): { readonly builder: string; readonly place: string } | undefined {
  const root = repositoryRoot(cwd);
  if (root === undefined) return undefined;
  const files = (listedNames(root) ?? []).filter((name) => CI.test(name));
  const found = files.flatMap((name) => callsIn(join(root, name), relative(realpathSync(cwd), join(root, name))));
  const [first] = found;
  return found.every(({ builder }) => builder === first?.builder) ? first : undefined;
}

function callsIn(path: string, shown: string): readonly { readonly builder: string; readonly place: string }[] {
  // A link may lead out of the repository.
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() !== true || stat.size > MOST_BYTES) return [];
  const text = readFileSync(path, "utf8");
  return Object.entries(CALLS).flatMap(([builder, call]) => {
    const found = call.exec(text);
    return found === null
      ? []
      : { builder, place: `${shown}:${text.slice(0, found.index + found[0].search(/\S/)).split("\n").length}` };
  });
}
