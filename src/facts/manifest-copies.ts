import type { Context } from "../context/context.js";
import { contextPathIn, sameFlags, type Copy } from "./copies.js";
import { isOpaque, isWithin, relativeTo } from "./paths.js";

/** A COPY of manifests to be written: where the wide copy would bring them, with its flags. */
export interface ManifestCopy {
  /** The wide copy it takes part of. */
  readonly like: Copy;
  /** Context paths. One directory, or files that land in one directory. */
  readonly sources: readonly string[];
  /** Image path: of the directory the files go into, or of the directory itself. */
  readonly directory: string;
}

/** Does the copy bring a directory with more than these inputs? Single files beside them are not worth a rewrite. */
export function isWide(copy: Copy, inputs: readonly string[], context: Context): boolean {
  return copy.placements.some((placement) => {
    if (!placement.directory || inputs.includes(placement.context)) return false;
    for (const file of context.files(placement.context)) {
      if (!inputs.some((input) => isWithin(`/${file}`, `/${input}`))) return true;
    }
    return false;
  });
}

/** Image paths that a context path gets from a copy. */
function imagePathsOf(path: string, copy: Copy): string[] {
  return copy.placements.flatMap((placement) => {
    if (!placement.directory) return placement.context === path ? [placement.image] : [];
    if (placement.context !== "" && !isWithin(`/${path}`, `/${placement.context}`)) return [];
    const rest = placement.context === "" ? path : relativeTo(`/${path}`, `/${placement.context}`);
    if (rest === "") return [placement.image];
    return [placement.image === "/" ? `/${rest}` : `${placement.image}/${rest}`];
  });
}

export interface Delivery {
  readonly input: string;
  readonly image: string;
  readonly copy: Copy;
}

/** Every image path at which the install may find an input, whichever copy brought it there. */
export function imagesOf(inputs: readonly string[], copies: readonly Copy[], directory: string): readonly string[] {
  return inputs.flatMap((input) => {
    const all = copies.flatMap((copy) => imagePathsOf(input, copy));
    const near = all.filter((image) => isWithin(image, directory));
    return near.length > 0 ? near : all;
  });
}

/** Which copy brings each input to where the install looks for it: the last one, and below `directory` when there is a choice. */
export function deliveries(inputs: readonly string[], copies: readonly Copy[], directory: string): readonly Delivery[] {
  return inputs.flatMap((input) => {
    const all = copies.flatMap((copy) => imagePathsOf(input, copy).map((image): Delivery => ({ input, image, copy })));
    const near = all.filter((one) => isWithin(one.image, directory));
    const chosen = (near.length > 0 ? near : all).at(-1);
    return chosen === undefined ? [] : [chosen];
  });
}

/** The same file by the first wide copy, where that brings it to the same place in the same way. */
export function anchoredBy(first: Copy, one: Delivery): Delivery {
  return contextPathIn(one.image, first) === one.input && (sameFlags(first, one.copy) || bringsAlike(first, one))
    ? { ...one, copy: first }
    : one;
}

/** ADD unpacks archives; any other file it copies as COPY does. */
export function bringsAlike(first: Copy, { copy, input }: Pick<Delivery, "copy" | "input">): boolean {
  return (
    first.instruction.flags.length === 0 &&
    copy.instruction.flags.length === 0 &&
    !/\.(?:tar|tgz|txz|tbz2?|gz|xz|bz2|zip)\b/.test(input)
  );
}

/** Is the input there before the wide copies already, brought by a narrow one to the same place, and still what it was? */
export function isCovered(
  { input, image }: Delivery,
  narrow: readonly Copy[],
  isKept: (image: string, copy: Copy) => boolean,
): boolean {
  return narrow.some((copy) => contextPathIn(image, copy) === input && isKept(image, copy));
}

/** Groups deliveries by copy and directory: one COPY each; the manifest's own directory first. */
export function manifestCopies(needed: readonly Delivery[], context: Context): readonly ManifestCopy[] {
  const groups = new Map<string, { like: Copy; sources: string[]; directory: string }>();
  for (const { input, image, copy } of needed) {
    const whole = context.kind(input) === "directory";
    const directory = whole ? image : image.slice(0, Math.max(image.lastIndexOf("/"), 1));
    const key = [copy.instruction.index, directory, whole ? input : ""].join("\n");
    const group = groups.get(key) ?? { like: copy, sources: [], directory };
    group.sources.push(input);
    groups.set(key, group);
  }
  const [first, ...rest] = groups.values();
  return first === undefined ? [] : [first, ...rest.sort((a, b) => (a.directory < b.directory ? -1 : 1))];
}

/**
 * Destination as the author writes them: after the wide copy's own (`./`, `/app/`, `$HOME/app/`), or absolute where the working
 * directory has changed since. undefined: it cannot be written there.
 */
export function destinationText(manifest: ManifestCopy, context: Context, absolute: boolean): string | undefined {
  const { like, directory, sources } = manifest;
  const { dest } = like;
  if (dest === undefined || !isWithin(directory, dest)) return undefined;
  const written = like.instruction.dest.text;
  if (absolute && isOpaque(directory)) return undefined;
  const base = absolute ? dest : written === "." ? "./" : written;
  const rest = relativeTo(directory, dest);
  if (/[\s$'"`\\]/.test(rest)) return undefined;
  const path = [base.replace(/(?<!\/)\/+$/, ""), rest].filter((part, index) => index === 0 || part !== "").join("/");
  const [only] = sources;
  const named =
    sources.length === 1 && only !== undefined && path.startsWith("/") && context.kind(only) !== "directory";
  return named ? `${path}/${only.slice(only.lastIndexOf("/") + 1)}` : `${path}/`;
}
