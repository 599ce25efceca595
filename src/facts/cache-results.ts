import type { InputsRefusal, Results } from "../ecosystems/ecosystem.js";
import { insert, type Edit } from "../syntax/edit.js";
import { chainJoint } from "../syntax/habit.js";
import type { RunInstruction } from "../syntax/nodes.js";
import { isImage, takenFiles, touchedBelow, type Family, type MissingMounts, type Taken } from "./cache-guards.js";
import type { CacheUse } from "./caches.js";
import type { CommandFact, Facts } from "./facts.js";
import { isWithin, relativeTo, resolvePath } from "./paths.js";

/** How the results of a RUN get out of the cache that it is to mount. */
export interface TakenOut {
  /** Image paths of the results that stay where they are. */
  readonly kept: readonly string[];
  /** Where the cache is mounted instead, so that they can. */
  readonly moved: string | undefined;
  readonly edits: readonly Edit[];
}

/** The one command that works in the cache, and all that is known of it. */
interface Work {
  readonly use: CacheUse;
  readonly path: string;
  readonly results: Results;
  readonly known: Family;
  readonly facts: Facts;
}

/**
 * A cache that holds results is mounted where it is when the RUN itself takes them out. Where other steps need them, it is
 * mounted elsewhere, the tool is pointed there, and the RUN puts the results where they always were: no other line changes.
 * undefined: these caches hold none.
 */
export function takenOut(
  group: readonly CacheUse[],
  missing: readonly MissingMounts[],
  known: Family,
  facts: Facts,
): TakenOut | InputsRefusal | undefined {
  const cache = missing.flatMap((one) => one.caches).find((one) => one.results !== undefined);
  if (cache?.results === undefined) return undefined;
  const { path, results } = cache;
  if ("reason" in results) return results;
  const [use, second] = group;
  if (use === undefined) throw new RangeError("a cache has a user");
  if (second !== undefined)
    return refused(
      `\`${use.fact.command.text}\` (line ${use.run.startLine}) and \`${second.fact.command.text}\` (line ${second.run.startLine}) both build in ${path}, and what the second finds would depend on the cache`,
    );
  const work = { use, path, results, known, facts };
  const ahead = known.runs
    .flatMap((run) => facts.commands(run))
    .find(({ command }) => use.tool.fetchesAhead?.(command) === true);
  if (ahead !== undefined) return refused(`\`${ahead.command.text}\` builds ahead of the source already`);
  return whyNotEdited(work) ?? place(work);
}

const refused = (reason: string): InputsRefusal => ({ code: "cache-holds-results", reason });

/** Commands can be added only to a plain chain: in `set -e; a; b`, a failure of `a && b` would go unseen. */
function whyNotEdited({ use, facts }: Work): InputsRefusal | undefined {
  const { form, flatChain, items } = facts.script(use.run);
  const shape = items[use.fact.item]?.shape;
  return form === "shell" && flatChain && shape === "command"
    ? undefined
    : {
        code: "not-splittable",
        reason: `line ${use.run.startLine} is not a plain \`&&\` chain, into which \`${use.fact.command.text}\` could get what it needs beside a mount`,
      };
}

function place(work: Work): TakenOut | InputsRefusal {
  const { use, path, results, facts } = work;
  const { files, variable, companions, renew } = results;
  const needs = neededOutside(work);
  const item = facts.script(use.run).items[use.fact.item];
  if (item === undefined) throw new RangeError("the command is an item of its RUN");
  const needed = [...needs, ...(needs.length === 0 ? [] : usedInside(work))];
  if (needed.length === 0) {
    const joint = jointOf(use.run, facts);
    return { kept: [], moved: undefined, edits: [insert(item.start, renew + joint)] };
  }
  const odd = needed.find((one) => files?.includes(one.path) !== true);
  if (odd !== undefined)
    return refused(
      `line ${odd.line} needs ${odd.path}, which is not known to be a program that \`${use.fact.command.text}\` builds, and a cache mount at ${path} would take it out of the image`,
    );
  const started = needs.find((one) => one.starts === true);
  if (started !== undefined && companions !== undefined)
    return refused(
      `line ${started.line} starts ${started.path}, and ${companions} may put files beside it, which would not be in the image`,
    );
  if (variable === undefined)
    return refused(`\`${use.fact.command.text}\` says itself where it builds, and ${path} has to stay in the image`);
  const moved = `/var/cache/${use.tool.name}-target`;
  const kept = [...new Set(needed.map((one) => one.path))];
  const { cwd } = use.fact.site;
  const joint = jointOf(use.run, facts);
  const set = `${variable}=${moved} `;
  const copies = kept.map((one) => {
    const there = isWithin(one, cwd) ? relativeTo(one, cwd) : one;
    return `${joint}install -D ${moved}/${relativeTo(one, path)} ${there}`;
  });
  return { kept, moved, edits: [insert(item.start, set + renew + joint + set), insert(item.end, copies.join(""))] };
}

const jointOf = (run: RunInstruction, { document }: Facts): string =>
  chainJoint(`${document.source.slice(run.start, run.end)}\n`, document);

interface Need extends Taken {
  /** A container starts it. */
  readonly starts?: true;
}

/** What other steps, stages and containers find below the path. */
function neededOutside(work: Work): readonly Need[] {
  const { use, path, known, facts } = work;
  const others = known.runs.filter((run) => run !== use.run);
  const own = new Set(known.uses.filter((one) => one.tool.name === use.tool.name).map((one) => one.fact));
  const used = others.flatMap((run) =>
    facts
      .commands(run)
      .filter((fact) => !own.has(fact) && use.tool.clears?.(fact.command) !== true)
      .flatMap(({ effects }) => touchedBelow(effects, path).map((one) => ({ path: one, line: run.startLine }))),
  );
  const linked = beside(work).flatMap((fact) => linkedBelow(fact, work));
  const found = [...takenFiles(path, known.family, facts), ...used, ...linked];
  return [...found, ...neededAtStart(work, found.length > 0 || usedInside(work).length > 0)];
}

const beside = ({ use, facts }: Work): readonly CommandFact[] =>
  facts.commands(use.run).filter((fact) => fact !== use.fact);

/** A link outlives the mount that it leads to. */
function linkedBelow({ command, site }: CommandFact, { path, use }: Work): readonly Need[] {
  const links =
    command.program === "ln" ||
    (command.program === "cp" &&
      command.args.some((word) => /^(?:-(?=\w*$)\w*[ls]|--link$|--symbolic-link$)/.test(word.text)));
  return (links ? command.args : []).flatMap(({ value, text }) => {
    const there = value === undefined ? undefined : resolvePath(site.cwd, value);
    return there !== undefined && isWithin(there, path)
      ? [{ path: there, line: use.run.startLine }]
      : value === undefined && text.includes("target")
        ? [{ path, line: use.run.startLine }]
        : [];
  });
}

/** What the RUN's other commands find there. */
const usedInside = (work: Work): readonly Need[] =>
  beside(work).flatMap(({ effects }) =>
    effects.opaque === undefined
      ? touchedBelow(effects, work.path).map((one) => ({ path: one, line: work.use.run.startLine }))
      : [{ path: work.path, line: work.use.run.startLine }],
  );

/** Programs that a container of the image starts, by a path or by PATH; all, where nothing takes any. */
function neededAtStart({ path, known, facts, results }: Work, taken: boolean): readonly Need[] {
  const { source } = facts.document;
  return known.family
    .filter((stage) => isImage(stage, facts))
    .flatMap((stage): readonly Need[] => {
      const last = stage.instructions.at(-1) ?? stage.from;
      const { env, cwd } = facts.after(last);
      const below = [...known.family.slice(0, known.family.indexOf(stage)), stage];
      const starts = below
        .flatMap((one) => one.instructions)
        .filter((one) => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(one.kind));
      const text = starts.map((one) => source.slice(one.start, one.end)).join("\n");
      const onPath = (env.get("PATH") ?? "").split(":").some((one) => one.startsWith("/") && isWithin(one, path));
      const meant = isWithin(cwd, path) || onPath || text.includes(`${baseName(path)}/`);
      const files = results.files ?? [path];
      if (!meant && (taken || files.length === 0)) return [];
      const words = text.split(/[\s"'/,]+/);
      const named = files.filter((one) => words.includes(baseName(one)));
      const { startLine: line } = starts.at(-1) ?? last;
      return (named.length > 0 ? named : files.length > 0 ? files : [path]).map((one) => ({
        path: one,
        line,
        starts: true,
      }));
    });
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
