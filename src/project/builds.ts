import { relative } from "node:path";
import type { Build } from "../builds/build.js";
import type { FoundBuild } from "../builds/project.js";
import type { Refused } from "../engine/run.js";
import type { Evidence } from "../facts/cost/evidence.js";
import { familiar } from "../facts/base-images.js";
import type { Document } from "../syntax/nodes.js";

/** More names than that are counted. */
const SHOWN = 3;

/** Who builds it, for people: "compose.yaml: services web, worker; docker-bake.hcl: target api". */
export function describeBuilds(builds: readonly Build[], cwd: string): string {
  const names = new Map<string, Set<string>>();
  for (const { from } of builds) {
    const key = `${relative(cwd, from.file) || from.file}: ${from.kind}`;
    names.set(key, (names.get(key) ?? new Set()).add(from.name));
  }
  return [...names]
    .map(([key, all]) => {
      const some = [...all].slice(0, SHOWN).join(", ");
      return `${key}${all.size > 1 ? "s" : ""} ${some}${all.size > SHOWN ? ` and ${all.size - SHOWN} more` : ""}`;
    })
    .join("; ");
}

/** What the builds of a Dockerfile tell of how it is built. */
export function withBuilds(evidence: Evidence, builds: readonly Build[], document: Document): Evidence {
  const stages = document.stages.flatMap((stage) => stage.name ?? []);
  // A target that is not known may be any stage.
  const named = (target: string): string => document.stages[/^\d+$/.test(target) ? Number(target) : -1]?.name ?? target;
  const targets = builds.flatMap(({ target }) =>
    target === null ? stages : target === undefined ? [] : named(target.toLowerCase()),
  );
  return {
    ...evidence,
    targets: targets.length === 0 ? undefined : [...new Set(targets)],
    buildArgs: builds.map((build) => build.args),
    namedContexts: new Map(
      builds.flatMap((one) => [...one.namedContexts].map(([name, value]) => [familiar(name), value])),
    ),
  };
}

/** Why nothing may be rewritten, whatever it is: a context that cannot be read, a stage that a build replaces. */
export function buildsRefusal(
  builds: readonly FoundBuild[],
  known: boolean,
  document: Document,
  cwd: string,
): Refused | undefined {
  const refuse = (code: Refused["code"], line: number, reason: string): Refused => ({
    transform: "",
    code,
    line,
    reason,
  });
  const odd = known ? undefined : builds.find((build) => build.unreadable !== undefined);
  if (odd?.unreadable !== undefined)
    return refuse(
      "context-unreadable",
      1,
      `${describeBuilds([odd], cwd)} builds it from ${relative(cwd, odd.context)}, ${odd.unreadable}; name the folder with --context`,
    );
  for (const { name, from } of document.stages) {
    const build = builds.find((one) => [...one.namedContexts.keys()].some((key) => key.toLowerCase() === name));
    if (build !== undefined)
      return refuse(
        "stage-replaced",
        from.startLine,
        `${describeBuilds([build], cwd)} puts the named context ${name ?? ""} in place of the stage of that name; give one of them another name`,
      );
  }
  return undefined;
}
