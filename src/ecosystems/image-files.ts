import type { Context } from "../context/context.js";
import { match } from "../context/go-match.js";
import { parentOf, resolvePath } from "../facts/paths.js";
import type { RefusalCode } from "../refusals.js";
import type { InputsRefusal, Site } from "./ecosystem.js";

/**
 * The files of the context as a tool finds them in the image, by image path. It keeps what was read, what was looked for in vain,
 * and the first reason why what is read cannot be told.
 */
export class ImageFiles {
  /** Context paths. */
  readonly read = new Set<string>();
  /** Image paths at which the context has nothing. */
  readonly missed = new Set<string>();
  refusal: InputsRefusal | undefined;

  private readonly places = new Map<string, string | undefined>();
  private readonly matching = new Map<string, readonly string[]>();

  constructor(
    private readonly site: Site,
    readonly context: Context,
  ) {}

  refuse(code: RefusalCode, reason: string): void {
    this.refusal ??= { code, reason };
  }

  /** Context path of an image path, whether or not the context has it; undefined when no COPY brings it. */
  private place(image: string): string | undefined {
    if (!this.places.has(image)) this.places.set(image, this.site.toContext(image));
    return this.places.get(image);
  }

  /** Context paths of the files with a name like this, in any directory. */
  private named(glob: string): readonly string[] {
    const known =
      this.matching.get(glob) ??
      [...this.context.files()].filter((path) => match(glob, path.slice(path.lastIndexOf("/") + 1)) === true);
    this.matching.set(glob, known);
    return known;
  }

  /** For people: the context path where there is one. */
  name(image: string): string {
    return this.place(image) ?? image;
  }

  /** What the context has at an image path. */
  kind(image: string): "file" | "directory" | undefined {
    const path = this.place(image);
    const kind = path === undefined ? undefined : this.context.kind(path);
    return kind === "symlink" ? "file" : kind;
  }

  /** A file that is read when it is there. */
  has(image: string): boolean {
    const path = this.place(image);
    const there = path !== undefined && this.kind(image) === "file";
    if (there) this.read.add(path);
    else this.missed.add(image);
    return there;
  }

  /** A directory all of which is read when it is there. */
  hasAll(image: string): boolean {
    const path = this.place(image);
    const there = path !== undefined && this.kind(image) === "directory";
    if (there) this.read.add(path);
    return there;
  }

  /** The text of a file that is there. */
  text(image: string): string | undefined {
    const path = this.place(image);
    if (path === undefined || !this.has(image)) return undefined;
    const read = this.context.read(path);
    if ("text" in read) return read.text;
    this.refuse("unreadable-manifest", `${path}: ${read.problem}`);
    return undefined;
  }

  /** Image path of the first of the names in the directory or the nearest above it. */
  nearest(directory: string, ...names: readonly string[]): string | undefined {
    for (const one of upwards(directory)) {
      const found = names.map((name) => join(one, name)).find((image) => this.has(image));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Image paths of the files in a directory whose names are like this, whichever copies bring them. */
  in(directory: string, glob: string): readonly string[] {
    return this.named(glob).flatMap((path) => {
      const image = join(directory, path.slice(path.lastIndexOf("/") + 1));
      return this.place(image) === path ? [image] : [];
    });
  }

  /** Image paths of the files that a glob (with `**`) names, whichever copies bring them under their own names. */
  glob(pattern: string): readonly string[] {
    const parts = pattern.split("/").slice(1);
    const root = parts.slice(
      0,
      parts.findIndex((part) => /[*?]/.test(part)),
    );
    return this.named(parts.at(-1) ?? "").flatMap((path) => {
      const names = path.split("/");
      const images = names.map((_, from) => ["", ...root, ...names.slice(from)].join("/"));
      return images.filter(
        (image) => matches(parts, image.split("/").slice(1)) && this.place(image) === path && this.has(image),
      );
    });
  }
}

/** The directory and all above it. */
export function upwards(directory: string): readonly string[] {
  const all = [directory];
  for (let one = directory; one !== "/";) {
    one = parentOf(one);
    all.push(one);
  }
  return all;
}

export const join = (directory: string, path: string): string => resolvePath(directory, path) ?? `${directory}/${path}`;

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const [part, ...rest] = pattern;
  if (part === undefined) return path.length === 0;
  if (part === "**") return matches(rest, path) || (path.length > 0 && matches(pattern, path.slice(1)));
  const [name, ...below] = path;
  return name !== undefined && match(part, name) === true && matches(rest, below);
}
