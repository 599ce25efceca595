import type { CacheUser, InputsRefusal, ToolCache } from "../ecosystems/ecosystem.js";
import type { Instruction, RunInstruction, Stage } from "../syntax/nodes.js";
import type { CacheUse } from "./caches.js";
import { mountsOf } from "./mounts.js";
import { shorten, type Effects } from "./effects.js";
import { expand } from "./expand.js";
import type { CommandFact, Facts } from "./facts.js";
import { copyTouches } from "./copies.js";
import { frontendLacks } from "./frontend.js";
import { isWithin, mayOverlap, resolvePath } from "./paths.js";
import { stageNamed } from "./stages.js";

/** Stages whose files the cache's users find or leave, their RUNs, and what those do with caches. */
export interface Family {
  /** The stages that use the cache, those they are built on, and those built on them. */
  readonly family: readonly Stage[];
  readonly runs: readonly RunInstruction[];
  readonly uses: readonly CacheUse[];
}

export interface MissingMounts {
  readonly run: RunInstruction;
  readonly caches: readonly ToolCache[];
}

/**
 * Why these mounts would do nothing or harm (TRAPS.md 18, TRAPS-CATALOGUE C36). `members`: all RUNs that use the caches; `kept`: what lies
 * below them and stays in the image all the same.
 */
export function whyNotMounted(
  tool: CacheUser,
  missing: readonly MissingMounts[],
  members: ReadonlySet<RunInstruction>,
  known: Family,
  facts: Facts,
  kept: readonly string[],
): InputsRefusal | undefined {
  const unable = facts.evidence.noCacheMounts ?? frontendLacks("RUN --mount", facts.document);
  if (unable !== undefined) return { code: "no-cache-mounts", reason: unable };
  const caches = missing.flatMap((one) => one.caches);
  const paths = [...new Set(caches.map((cache) => cache.path))];
  const keeps = caches.some((cache) => cache.holds !== "downloads");
  const results = caches.some((cache) => cache.results !== undefined);
  const needed = whyNeeded(tool, known);
  if (needed !== undefined) return needed;
  for (const run of members) {
    const why = whyEmptied(run, paths, results, tool, facts);
    if (why !== undefined) return why;
  }
  for (const path of paths) {
    const why = whyTaken({ path, keeps, results, kept }, tool, known, facts);
    if (why !== undefined) return why;
  }
  return results || caches.some((cache) => cache.holds === "dependencies")
    ? whyNeededAtRunTime(known.family, facts)
    : undefined;
}

/** Another step of the family needs the caches to be in the image. */
function whyNeeded({ name }: CacheUser, { uses }: Family): InputsRefusal | undefined {
  const use = uses.find(({ tool, caches }) => tool.name === name && "code" in caches && caches.code === "cache-needed");
  return use !== undefined && "reason" in use.caches ? use.caches : undefined;
}

/** The RUN takes its cache away again, or may not use the network to fill it. */
function whyEmptied(
  run: RunInstruction,
  paths: readonly string[],
  results: boolean,
  tool: CacheUser,
  facts: Facts,
): InputsRefusal | undefined {
  if (run.flags.some((flag) => flag.name === "network" && flag.value === "none"))
    return {
      code: "cache-needed",
      reason: `line ${run.startLine} runs without network, so that an empty cache would fail it`,
    };
  const emptying = facts
    .commands(run)
    .find((fact) => tool.clears?.(fact.command) !== true && empties(fact, paths, results, run, facts));
  return emptying === undefined
    ? undefined
    : { code: "cache-undone", reason: `\`${shorten(emptying.command.text)}\` empties the cache in the same RUN` };
}

function empties(
  { command, effects }: CommandFact,
  paths: readonly string[],
  results: boolean,
  run: RunInstruction,
  facts: Facts,
): boolean {
  if (facts.commands(run).some(({ install }) => install?.ecosystem.cleanup?.(command) === true)) return true;
  if (effects.opaque !== undefined || effects.system !== "none") return false;
  // What changes or moves a result leaves the rest.
  return paths.some((path) => effects.writes.some((one) => (results ? isWithin(path, one) : mayOverlap(one, path))));
}

/** A directory to be mounted. */
interface Place {
  readonly path: string;
  /** It keeps more than downloads. */
  readonly keeps: boolean;
  /** It holds results, which the RUN may take out. */
  readonly results: boolean;
  /** What below it stays in the image. */
  readonly kept: readonly string[];
}

/** Something else of the family puts files where the cache would be mounted, or takes them from there. */
function whyTaken(place: Place, tool: CacheUser, known: Family, facts: Facts): InputsRefusal | undefined {
  const { path, keeps } = place;
  const filled = known.family
    .flatMap((stage) => facts.copies(stage))
    .find((copy) =>
      keeps ? copy.dest === undefined || copyTouches(copy, path, facts.context) : isWithin(copy.dest ?? "/", path),
    );
  if (filled !== undefined)
    return {
      code: "cache-filled",
      reason: `line ${filled.instruction.startLine} copies to ${path}, which a mounted cache would hide`,
    };
  for (const run of known.runs) {
    const why = whyShared(run, place, tool, known, facts);
    if (why !== undefined) return why;
  }
  const taken = takenFiles(path, known.family, facts).find((one) => !place.kept.includes(one.path));
  return taken === undefined
    ? undefined
    : {
        code: "cache-copied",
        reason: `line ${taken.line} takes ${taken.path} out of the stage, which would lack ${path}`,
      };
}

/** What of the RUN is not the tool's own work may need what lies there, or put something there. */
function whyShared(
  run: RunInstruction,
  place: Place,
  tool: CacheUser,
  { uses }: Family,
  facts: Facts,
): InputsRefusal | undefined {
  const { path, keeps } = place;
  const ownUses = uses.filter((use) => use.tool.name === tool.name);
  const own = new Set(ownUses.map((use) => use.fact));
  // What shares a RUN with the tool finds the same mount.
  const apart = ownUses.every((use) => use.run !== run);
  if (!apart && place.results) return undefined;
  const others = facts.commands(run).filter((fact) => !own.has(fact) && tool.clears?.(fact.command) !== true);
  const problem =
    others.find(({ effects }) => effects.opaque !== undefined)?.effects.opaque ?? facts.script(run).problem;
  if (keeps && apart && problem !== undefined)
    return { code: "cache-shared", reason: `line ${run.startLine}: ${problem}, also what would be kept in ${path}` };
  return others.some((fact) => works(fact, place))
    ? { code: "cache-filled", reason: `line ${run.startLine} works in ${path}, which a mounted cache would hide` }
    : undefined;
}

/** Puts something there, or looks at it. Of downloads only what is meant for the cache counts: a tool that does not find them fetches them. */
function works({ command, effects }: CommandFact, { path, keeps, kept }: Place): boolean {
  const { opaque, writes } = effects;
  if (opaque !== undefined || (command.program === "rm" && !keeps)) return false;
  if (!keeps) return writes.some((one) => isWithin(one, path));
  return touchedBelow(effects, path).some((one) => !kept.includes(one));
}

/** What of it lies at, above or below the path. A program that reads here and there does not mean it. */
export const touchedBelow = ({ system, reads, writes }: Effects, path: string): readonly string[] =>
  [...writes, ...(system === "none" ? reads : [])].filter((one) => mayOverlap(one, path));

/** Files of these stages at, above or below the path that a COPY or a mount takes. */
export const takenFiles = (path: string, family: readonly Stage[], facts: Facts): readonly Taken[] =>
  facts.document.instructions
    .filter((one) => one.stage >= 0)
    .flatMap((one) =>
      takenFrom(one, family, facts).flatMap((source) =>
        mayOverlap(source, path) ? [{ path: source, line: one.startLine }] : [],
      ),
    );

export interface Taken {
  /** Image path. */
  readonly path: string;
  readonly line: number;
}

/** Image paths that the instruction takes from one of the stages. */
function takenFrom(one: Instruction, family: readonly Stage[], facts: Facts): readonly string[] {
  const state = facts.state(one);
  const own = (name: string): boolean => {
    const stage = stageNamed(name, one.stage, facts.document);
    return stage !== undefined && family.includes(stage);
  };
  const path = (text: string): string =>
    resolvePath("/", expand(text, state.env, facts.document.directives.escape)) ?? "/";
  if (one.kind === "RUN")
    return mountsOf(one).flatMap(({ from, source }) => (from !== undefined && own(from) ? [path(source ?? "/")] : []));
  if (one.kind !== "COPY" || one.from === undefined || !own(one.from)) return [];
  // A glob stands for the directory it searches.
  return one.sources.map((word) => path(searchedBy(word.text)));
}

/** The directory that a glob searches; a path is itself. */
function searchedBy(text: string): string {
  const glob = text.search(/[*?[]/);
  return glob < 0 ? text : `${text.slice(0, Math.max(text.lastIndexOf("/", glob), 0))}/`;
}

/** Is the stage built as an image of its own: the last one, or one that a build names as its target? */
export const isImage = (stage: Stage, { document, evidence }: Facts): boolean =>
  stage === document.stages.at(-1) || (stage.name !== undefined && evidence.targets?.includes(stage.name) === true);

/** Programs that fetch or build when a container starts, and scripts, which may. */
const STARTS_BUILDS =
  /(?:^|[\s"'/])(?:go|cargo|mvnw?|gradlew?|mix|sbt|lein|make|air|reflex|sh|bash|ash)(?=$|[\s"',])|\.sh\b|\bdotnet["',\s]+(?:run|watch|test|build|publish)\b/;

function whyNeededAtRunTime(family: readonly Stage[], facts: Facts): InputsRefusal | undefined {
  for (const stage of family.filter((one) => isImage(one, facts))) {
    const starts = [...family.slice(0, family.indexOf(stage)), stage]
      .flatMap((one) => one.instructions)
      .filter((one) => one.kind === "CMD" || one.kind === "ENTRYPOINT");
    const builds = starts.find((one) => STARTS_BUILDS.test(one.body.text));
    if (starts.length > 0 && builds === undefined) continue;
    const what =
      builds === undefined
        ? "it says not what its containers run"
        : `line ${builds.startLine}: \`${shorten(builds.body.text)}\``;
    return {
      code: "cache-at-run-time",
      reason: `a container may need in the image what a cache mount keeps outside (${what})`,
    };
  }
  return undefined;
}
