import type { Context } from "../context/context.js";
import type { CopyInstruction, Document, Stage } from "../syntax/nodes.js";
import { isOpaque, isSystemPath, isWithin, mayOverlap, relativeTo } from "./paths.js";
import { destinationOf, type State } from "./state.js";

/** One entry that a COPY or ADD brings: a context path and where it lands. A directory brings all that is below it. */
export interface Placement {
  readonly context: string;
  readonly image: string;
  readonly directory: boolean;
}

/** A COPY or ADD, and what is known of where its files go. */
export interface Copy {
  readonly instruction: CopyInstruction;
  /** Image path of the destination; undefined when not known. */
  readonly dest: string | undefined;
  /** The same with build arguments at their defaults. */
  readonly likelyDest: string | undefined;
  /** The destination counts from the working directory. */
  readonly relative: boolean;
  /** The destination is a directory into which files go under their own names. */
  readonly intoDirectory: boolean;
  /** What it takes from the build context; empty for `--from`, URLs, git and heredocs. */
  readonly placements: readonly Placement[];
  /** Something in it is not understood (`--exclude`, `--parents`, a URL, a variable): its files are not known in full. */
  readonly unclear: string | undefined;
}

/** The copies of a stage in order, behind those of the stage it is FROM. */
export function copiesOf(
  stage: Stage,
  inherited: readonly Copy[],
  document: Document,
  context: Context | undefined,
  state: (index: number) => State,
): readonly Copy[] {
  const own = stage.instructions.filter((one): one is CopyInstruction => one.kind === "COPY" || one.kind === "ADD");
  if (own.length === 0) return inherited;
  const copies = [...inherited];
  for (const instruction of own)
    copies.push(readCopy(instruction, document, context, state(instruction.index), copies));
  return copies;
}

const UNREAD_FLAGS = ["exclude", "checksum", "keep-git-dir"];

function readCopy(
  instruction: CopyInstruction,
  document: Document,
  context: Context | undefined,
  state: State,
  earlier: readonly Copy[],
): Copy {
  const { path: dest, likely: likelyDest, relative } = destinationOf(instruction, state, document.directives.escape);
  const base = { instruction, dest, likelyDest, relative };
  const odd = instruction.flags.find((flag) => UNREAD_FLAGS.includes(flag.name));
  const remote =
    instruction.kind === "ADD" && instruction.sources.some((word) => /^[a-z+]+:\/\/|^git@/.test(word.text));
  const variable = instruction.sources.find((word) => word.text.includes("$"));
  const unclear =
    odd?.text ??
    (remote ? "a remote source" : undefined) ??
    variable?.text ??
    (dest === undefined ? instruction.dest.text : undefined) ??
    (instruction.heredocs.length > 0 ? "a heredoc" : undefined);
  if (context === undefined || instruction.from !== undefined || dest === undefined || unclear !== undefined) {
    return { ...base, intoDirectory: false, placements: [], unclear };
  }
  const packed =
    instruction.kind === "ADD"
      ? instruction.sources.flatMap((word) => context.match(word.text)).find((path) => mayUnpack(path, context))
      : undefined;
  if (packed !== undefined) return { ...base, intoDirectory: true, placements: [], unclear: packed };
  const matches = instruction.sources.flatMap((word) => context.match(word.text));
  if (keepsParents(instruction)) {
    // Dockerfile reference, COPY --parents: each source below the destination at its own path, from a `/./` in it on.
    const pivot = instruction.sources.find((word) => /[^.]\/\.\/|\*\*/.test(word.text));
    const placements = matches.map((path): Placement => {
      const image = path === "" ? dest : `${dest === "/" ? "" : dest}/${path}`;
      return { context: path, image, directory: context.kind(path) === "directory" };
    });
    return { ...base, intoDirectory: true, placements: pivot ? [] : placements, unclear: pivot?.text };
  }
  const intoDirectory =
    endsAsDirectory({ instruction }) ||
    matches.length > 1 ||
    instruction.sources.length > 1 ||
    isKnownDirectory(dest, state, earlier);
  const placements = matches.map((path): Placement => {
    const directory = context.kind(path) === "directory";
    const name = path.slice(path.lastIndexOf("/") + 1);
    const image = directory || !intoDirectory ? dest : dest === "/" ? `/${name}` : `${dest}/${name}`;
    return { context: path, image, directory };
  });
  return { ...base, intoDirectory, placements, unclear: undefined };
}

/** Directories that every Linux base image has. */
const STANDARD_DIRECTORIES =
  "/ /bin /etc /home /opt /root /srv /tmp /usr /usr/bin /usr/local /usr/local/bin /usr/src /var".split(" ");

/** ADD unpacks by content (moby: archive detection), so that a name without an extension proves nothing. */
function mayUnpack(path: string, context: Context): boolean {
  if (context.kind(path) === "directory") return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/\.(?:tar|tgz|txz|tbz2?|tzst|gz|xz|bz2|zst)$/i.test(name)) return true;
  if (name.includes(".", 1)) return false;
  const read = context.read(path);
  return "problem" in read || read.text.includes("\0");
}

function isKnownDirectory(path: string, state: State, earlier: readonly Copy[]): boolean {
  if (STANDARD_DIRECTORIES.includes(path) || isWithin(state.cwd, path)) return true;
  return earlier.some((copy) =>
    copy.placements.some((placement) =>
      placement.directory
        ? isWithin(placement.image, path)
        : isWithin(placement.image, path) && placement.image !== path,
    ),
  );
}

/**
 * The context path that stands at an image path after these copies; the last copy that brings something there wins.
 * Nothing brings it, but a directory copy covers it: the path it would have in the context. Else undefined.
 */
export function contextPathOf(imagePath: string, copies: readonly Copy[], context: Context): string | undefined {
  let covered: string | undefined;
  for (const copy of [...copies].reverse()) {
    if (
      copy.instruction.from !== undefined &&
      copy.dest !== undefined &&
      isWithin(imagePath, copy.dest) &&
      names(copy, imagePath)
    )
      return undefined;
    const path = contextPathIn(imagePath, copy);
    if (path === undefined) continue;
    if (context.kind(path) !== undefined) return path;
    covered ??= path;
  }
  return covered;
}

/** Where an image path would come from in this one copy, whether or not the context has it. */
export function contextPathIn(imagePath: string, copy: Copy): string | undefined {
  for (const placement of [...copy.placements].reverse()) {
    if (!placement.directory && placement.image === imagePath) return placement.context;
    if (placement.directory && isWithin(imagePath, placement.image)) {
      const rest = relativeTo(imagePath, placement.image);
      return [placement.context, rest].filter((part) => part !== "").join("/");
    }
  }
  return undefined;
}

/** Does the copy bring anything at, above or below the path? True when that is not known. */
export function copyTouches(copy: Copy, path: string, context: Context | undefined): boolean {
  if (copy.dest === undefined) return true;
  // An argument in the destination may be anything, but nobody means the system's own directories by it.
  if (isOpaque(copy.dest) && copy.likelyDest !== undefined && !isOpaque(path) && isSystemPath(path))
    return mayOverlap(copy.likelyDest, path);
  if (copy.placements.length === 0) return mayOverlap(copy.dest, path);
  return copy.placements.some((placement) => {
    if (isWithin(placement.image, path)) return true;
    if (!isWithin(path, placement.image)) return mayOverlap(placement.image, path);
    const below = contextPathIn(path, copy);
    return !placement.directory || below === undefined || context?.kind(below) !== undefined;
  });
}

/** A copy from another stage that names this very file. */
function names(copy: Copy, imagePath: string): boolean {
  const base = imagePath.slice(imagePath.lastIndexOf("/") + 1);
  return copy.dest === imagePath || copy.instruction.sources.some((word) => word.text.endsWith(`/${base}`));
}

/** A COPY makes its files and directories as root, or as --chown says (measured; CACHE-AND-BUILDERS.md), whatever USER is. */
export function owner(copy: Copy): string {
  const chown = copy.instruction.flags.find((flag) => flag.name === "chown")?.value;
  return chown === undefined || /^(?:root|0)(?::(?:root|0))?$/.test(chown) ? "root" : chown;
}

/** `COPY --parents`, `--parents=true` */
export const keepsParents = ({ flags }: CopyInstruction): boolean =>
  flags.some((flag) => flag.name === "parents" && flag.value !== "false");

/** The name of an account; undefined for numbers, which mean the same in every image, and for root. */
export const accountName = (user: string): string | undefined =>
  user === "root" || /^\d+(?::\d+)?$/.test(user) ? undefined : user;

/** Written so that it can only be a directory: `./`, `/app/`. */
export const endsAsDirectory = ({ instruction }: Pick<Copy, "instruction">): boolean =>
  /(?:^|\/)\.{0,2}$/.test(instruction.dest.text);

/** Keyword and flags alike: the same file is brought in the same way. Where it lands, which `--parents` decides, its placement tells. */
export function sameFlags(a: Copy, b: Copy): boolean {
  const text = (copy: Copy): string =>
    copy.instruction.flags
      .filter((flag) => flag.name !== "parents")
      .map((flag) => flag.text)
      .sort()
      .join(" ");
  return a.instruction.kind === b.instruction.kind && text(a) === text(b);
}
