import type { Instruction, Stage } from "../../syntax/nodes.js";
import type { Copy } from "../copies.js";
import { variablesIn } from "../expand.js";
import type { Facts } from "../facts.js";
import { isMetadata } from "../order.js";
import { isWithin } from "../paths.js";
import { stageNamed } from "../stages.js";
import { isPlaceholder, isVolatileName } from "../volatile.js";

/** How often a step is not what it was in the build before: in which of the known commits, and by itself. */
export interface Changes {
  /** Positions in the history's commits. */
  readonly commits: ReadonlySet<number>;
  /** Probability of another change per build, from 0 to 1, independent of the commits. */
  readonly rate: number;
  /** Probability that some manifest is another one, where no history tells: one event, however many copies bring manifests. Default: 0. */
  readonly manifests?: number;
}

/**
 * Stated defaults where no history tells, per build. A source tree changes with nearly every build; of the commits that touch a
 * context, 19 % in the median touch a manifest (measured on 101 repositories, TRAPS.md).
 */
export const DEFAULT_RATES = {
  source: 0.95,
  manifest: 0.19,
  file: 0.1,
  edit: 0.01,
  image: 0.02,
  metadata: 1,
  version: 0.2,
} as const;

const NEVER: Changes = { commits: new Set(), rate: 0 };
const at = (rate: number): Changes => ({ commits: new Set(), rate });

const MANIFEST =
  /^(?:package[^]*\.json|requirements[^]*|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|go\.(?:mod|sum|work)|Gemfile|composer\.json|Cargo\.toml|pom\.xml|build\.gradle[^]*)$|lock|\.(?:csproj|sln)$/;

const isManifest = (path: string): boolean => MANIFEST.test(path.slice(path.lastIndexOf("/") + 1));

/** What package managers keep of themselves in a project: as stable as a manifest, whatever number of files it has. */
const OWN_FOLDER = /(?:^|\/)(?:\.(?:yarn|mvn|cargo|bundle|gradle|config)|gradle\/wrapper)(?:\/|$)/;

const known = new WeakMap<Facts, Map<Instruction, Changes>>();

export function changesOf(instruction: Instruction, facts: Facts): Changes {
  const all = known.get(facts) ?? new Map<Instruction, Changes>();
  known.set(facts, all);
  const found = all.get(instruction) ?? computeChanges(instruction, facts);
  all.set(instruction, found);
  return found;
}

function computeChanges(instruction: Instruction, facts: Facts): Changes {
  const { kind } = instruction;
  if (kind === "COPY" || kind === "ADD") return copyChanges(instruction, facts);
  const linear = facts.evidence.builder === "linear";
  if (kind === "FROM")
    return instruction.stage > 0 && facts.document.stages[instruction.stage]?.base !== undefined
      ? NEVER
      : at(DEFAULT_RATES.image);
  // BuildKit keys no later step by metadata.
  if (isMetadata(instruction) && !linear) return NEVER;
  const { args } = kind === "ARG" ? facts.after(instruction) : facts.state(instruction);
  const names = kind === "ARG" ? instruction.pairs.map((pair) => pair.name.text) : variablesIn(instruction.body.text);
  const scoped = names.filter((name) => isVolatileName(name) && args.has(name) && isPlaceholder(args.get(name)));
  const rates = scoped.map((name) =>
    /VERSION|RELEASE|BRANCH/.test(name) ? DEFAULT_RATES.version : DEFAULT_RATES.metadata,
  );
  return at(Math.max(DEFAULT_RATES.edit, ...rates));
}

function copyChanges(instruction: Extract<Instruction, { kind: "COPY" | "ADD" }>, facts: Facts): Changes {
  if (instruction.from !== undefined) return fromStage(instruction.from, instruction.stage, facts);
  const copy = facts.copy(instruction);
  const { history } = facts.evidence;
  if (copy === undefined || instruction.heredocs.length > 0) return at(DEFAULT_RATES.edit);
  if (copy.placements.length > 0 && history !== undefined) {
    const touching = history.commits.flatMap((paths, index) =>
      paths.some((path) => brings(copy, path, facts)) ? [index] : [],
    );
    return { commits: new Set(touching), rate: 0 };
  }
  const rate = defaultRate(copy, facts);
  return rate === DEFAULT_RATES.manifest ? { ...NEVER, manifests: rate } : at(rate);
}

/** Is the context path among what the copy takes? Also one that is no longer there. */
export function brings(copy: Copy, path: string, facts: Facts): boolean {
  if (facts.context?.ignores(path) === true) return false;
  return copy.placements.some(
    (one) =>
      one.context === path || (one.directory && isWithin(`/${path}`, one.context === "" ? "/" : `/${one.context}`)),
  );
}

function defaultRate(copy: Copy, facts: Facts): number {
  const { sources } = copy.instruction;
  if (sources.every((word) => OWN_FOLDER.test(word.text))) return DEFAULT_RATES.manifest;
  const isDirectory = (text: string): boolean => facts.context?.kind(text.replace(/^\.?\/|\/$/g, "")) === "directory";
  if (sources.some((word) => /^\.?\/?\*?$|\/$|[*]/.test(word.text) && !isManifest(word.text)))
    return DEFAULT_RATES.source;
  if (
    sources.some(
      (word) =>
        isDirectory(word.text) || (facts.context === undefined && !/\.\w+$/.test(word.text) && !isManifest(word.text)),
    )
  )
    return DEFAULT_RATES.source;
  return sources.some((word) => isManifest(word.text)) ? DEFAULT_RATES.manifest : DEFAULT_RATES.file;
}

/** What a stage makes changes when anything in it does; a named context like other source; another image hardly ever. */
function fromStage(from: string, before: number, facts: Facts): Changes {
  const context = facts.evidence.namedContexts?.get(from);
  if (context !== undefined && context?.startsWith("docker-image://") !== true) return at(DEFAULT_RATES.source);
  const named = stageNamed(from, before, facts.document);
  return named === undefined ? at(DEFAULT_RATES.edit) : stageChanges(named, facts);
}

const knownStages = new WeakMap<Facts, Changes[]>();

/** Computed one stage after the other: each leans on earlier ones only, maybe in a long row. */
export function stageChanges(stage: Stage, facts: Facts): Changes {
  const done = knownStages.get(facts) ?? [];
  knownStages.set(facts, done);
  for (const one of facts.document.stages.slice(done.length, stage.index + 1)) {
    const base = one.base === undefined ? [] : [done[one.base.index] ?? NEVER];
    done.push(union([...base, ...one.instructions.map((instruction) => changesOf(instruction, facts))]));
  }
  return done[stage.index] ?? NEVER;
}

export function union(all: readonly Changes[]): Changes {
  return {
    commits: new Set(all.flatMap((one) => [...one.commits])),
    rate: 1 - all.reduce((kept, one) => kept * (1 - one.rate), 1),
    manifests: Math.max(0, ...all.map((one) => one.manifests ?? 0)),
  };
}

/** Probability that a build finds it changed. `total`: number of known commits. */
export function probability({ commits, rate, manifests = 0 }: Changes, total: number): number {
  return 1 - (1 - (total === 0 ? 0 : commits.size / total)) * (1 - rate) * (1 - manifests);
}
