import type { Context } from "../context/context.js";
import { layout } from "../syntax/print.js";
import type { Document, RunInstruction } from "../syntax/nodes.js";
import type { InputsRefusal } from "../ecosystems/ecosystem.js";
import { mountsOf } from "./mounts.js";
import { keepsParents } from "./copies.js";
import type { Facts } from "./facts.js";
import { frontendLacks } from "./frontend.js";
import type { InstallPart } from "./install-part.js";
import { destinationText, type Delivery, type ManifestCopy } from "./manifest-copies.js";
import { isWithin, relativeTo } from "./paths.js";

/** From so many directories on, one `COPY --parents` says what would be a ladder of COPYs. */
const LADDER = 3;
/** So many files of one name in neighbouring directories are written as a glob. */
const SIBLINGS = 3;

export interface ManifestTexts {
  /** Each with its line end. */
  readonly texts: readonly string[];
  /** Why they are written as they are, where that is not the plain way. */
  readonly notes: readonly string[];
}

/**
 * The COPYs of manifests as text: one COPY a directory, or a single `COPY --parents` where the file has the habit, or there are many
 * directories and its `# syntax` line surely knows it. `absolute`: the destination of this copy has to be written in full.
 */
export function manifestTexts(
  manifests: readonly ManifestCopy[],
  absolute: (manifest: ManifestCopy) => boolean,
  facts: Facts,
  context: Context,
): ManifestTexts | InputsRefusal {
  const { document } = facts;
  const together = parentsText(manifests, absolute, facts, context);
  if (together !== undefined) return { texts: [together], notes: [whyParents(document)] };
  const texts: string[] = [];
  for (const manifest of manifests) {
    const { instruction } = manifest.like;
    const dest = destinationText(manifest, context, absolute(manifest));
    if (dest === undefined)
      return {
        code: "destination",
        reason: `line ${instruction.startLine}: where ${manifest.sources.join(", ")} lands is not known`,
      };
    const flags = instruction.flags.filter((flag) => flag.name !== "parents").map((flag) => flag.text);
    texts.push(layout(document, { keyword: instruction.kind, flags, words: manifest.sources, dest }, instruction));
  }
  return { texts, notes: [] };
}

const whyParents = (document: Document): string =>
  `one COPY --parents keeps every manifest's own directory: ${hasHabit(document) ? "the file has such copies already" : `\`# syntax=${document.directives.syntax ?? ""}\` knows it`}`;

/** One COPY for manifests of a whole context that is copied as it is; undefined: it cannot be, or the file would not expect it. */
function parentsText(
  manifests: readonly ManifestCopy[],
  absolute: (manifest: ManifestCopy) => boolean,
  facts: Facts,
  context: Context,
): string | undefined {
  const { document } = facts;
  const [first] = manifests;
  if (first === undefined || !(hasHabit(document) || (manifests.length >= LADDER && surelyKnown(facts))))
    return undefined;
  const { like } = first;
  const whole =
    like.placements.length === 1 && like.placements[0]?.context === "" && like.instruction.json === undefined;
  if (!whole || like.dest === undefined || manifests.some((one) => one.like !== like)) return undefined;
  const root: ManifestCopy = { like, sources: [], directory: like.dest };
  const dest = destinationText(root, context, absolute(first));
  const sources = manifests.flatMap((one) => one.sources);
  if (dest === undefined || like.instruction.kind !== "COPY" || sources.some((path) => /[\s$'"`\\]/.test(path)))
    return undefined;
  const flags = [
    "--parents",
    ...like.instruction.flags.filter((flag) => flag.name !== "parents").map((flag) => flag.text),
  ];
  const { literal, globs } = asGlobs(sources, context);
  return layout(document, { keyword: "COPY", flags, words: literal, globs, dest }, like.instruction);
}

const hasHabit = ({ instructions }: Document): boolean =>
  instructions.some((one) => one.kind === "COPY" && keepsParents(one));

/** A floating `# syntax=docker/dockerfile:1` may be an old mirror's; a minor version or the labs channel says what it is. */
function surelyKnown({ document, evidence }: Facts): boolean {
  return (
    evidence.builder === "buildkit" &&
    /:1\.\d+|-labs\b/.test(document.directives.syntax ?? "") &&
    frontendLacks("COPY --parents", document) === undefined
  );
}

/** Files of one name in neighbouring directories become a glob where that names just them: a new member is then copied, too. */
function asGlobs(
  sources: readonly string[],
  context: Context,
): { readonly literal: readonly string[]; readonly globs: readonly string[] } {
  const groups = new Map<string, string[]>();
  for (const path of sources) {
    const parts = path.split("/");
    const glob = parts.length < 2 ? path : [...parts.slice(0, -2), "*", ...parts.slice(-1)].join("/");
    groups.set(glob, [...(groups.get(glob) ?? []), path]);
  }
  const exact = ([glob, paths]: readonly [string, readonly string[]]): boolean =>
    paths.length >= SIBLINGS && context.match(glob).length === paths.length;
  const globs = [...groups].filter(exact);
  const covered = new Set(globs.flatMap(([, paths]) => paths));
  return { literal: sources.filter((path) => !covered.has(path)), globs: globs.map(([glob]) => glob) };
}

/** A RUN that takes files of the build context by bind mounts. */
export const bindsContext = (run: RunInstruction): boolean =>
  mountsOf(run).some(({ type, from }) => type === "bind" && from === undefined);

/**
 * Bind mounts in place of copies, where another RUN of the file takes the context by them and the install only reads the manifests; none where the
 * file would not expect them, or the install may write what is mounted read-only.
 */
export function manifestMounts(needed: readonly Delivery[], part: InstallPart, facts: Facts): readonly string[] {
  const habit = facts.document.instructions.some((one) => one.kind === "RUN" && bindsContext(one));
  const { cwd } = facts.state(part.run);
  const odd = ({ input, image }: Delivery): boolean =>
    part.outputs.some(({ path }) => isWithin(path, image)) || !isWithin(image, cwd) || /[\s,$'"`\\]/.test(input);
  if (!habit || needed.some(odd)) return [];
  return needed.map(({ input, image }) => `--mount=type=bind,source=${input},target=${relativeTo(image, cwd)}`);
}
