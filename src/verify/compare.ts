import type { Config } from "./tool.js";
import type { Entry, Tree } from "./tree.js";

export interface Image {
  readonly config: Config;
  readonly tree: Tree;
}

export interface Difference {
  /** Path in the image, or the name of a configuration value. */
  readonly path: string;
  readonly kind: "configuration" | "missing" | "added" | "type" | "content" | "mode" | "owner" | "link" | "attributes";
  /** "0644 -> 0755" */
  readonly detail: string;
}

/** What the second image has otherwise than the first, by path. Times are no difference. */
export function differences(before: Image, after: Image): readonly Difference[] {
  const found: Difference[] = [];
  for (const [path, value] of before.config) {
    const other = after.config.get(path) ?? "null";
    if (other !== value) found.push({ path, kind: "configuration", detail: `${value} -> ${other}` });
  }
  for (const [path, entry] of before.tree) {
    const other = after.tree.get(path);
    found.push(
      ...(other === undefined ? [{ path, kind: "missing", detail: entry.type } as const] : compare(path, entry, other)),
    );
  }
  for (const [path, entry] of after.tree)
    if (!before.tree.has(path)) found.push({ path, kind: "added", detail: entry.type });
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Holds the change times, inode and device numbers of libraries (glibc, elf/cache.c: struct aux_cache_entry). The device is that of the build's
 * own mount: another one whenever two builds run at once.
 */
const LINKER_TIMES = "var/cache/ldconfig/aux-cache";

function compare(path: string, a: Entry, b: Entry): readonly Difference[] {
  if (a.type !== b.type) return [{ path, kind: "type", detail: `${a.type} -> ${b.type}` }];
  const octal = (mode: number): string => mode.toString(8).padStart(4, "0");
  const pairs: readonly (readonly [Difference["kind"], string, string])[] = [
    ["content", `${a.size} bytes ${a.hash.slice(0, 8)}`, `${b.size} bytes ${b.hash.slice(0, 8)}`],
    ["mode", octal(a.mode), octal(b.mode)],
    ["owner", a.owner, b.owner],
    ["link", a.link, b.link],
    ["attributes", a.attributes, b.attributes],
  ];
  const isTimes = (kind: Difference["kind"]): boolean => kind === "content" && path === LINKER_TIMES;
  return pairs
    .filter(([kind, x, y]) => x !== y && !isTimes(kind))
    .map(([kind, x, y]) => ({ path, kind, detail: `${x} -> ${y}` }));
}

/**
 * What is left when everything is taken away in which two builds of the same Dockerfile differ too: the same path, or, where
 * such a build makes files under ever new names (logs, caches), new and missing ones in the same directory.
 */
export function withoutNoise(found: readonly Difference[], noise: readonly Difference[]): readonly Difference[] {
  const paths = new Set(noise.map((one) => one.path));
  const isName = (one: Difference): boolean => one.kind === "added" || one.kind === "missing";
  // Buckets named by hashes (go-build/72, _cacache/index-v5/0a/1f) are one place.
  const folder = (path: string): string =>
    path.slice(0, Math.max(path.lastIndexOf("/"), 0)).replace(/(?<=\/|^)[0-9a-f]{2,}(?=\/|$)/g, "*");
  // Where one of them is restless at all, any name may come and go.
  const restless = new Set(
    noise.filter((one) => isName(one) || folder(one.path).includes("*")).map((one) => folder(one.path)),
  );
  return found.filter((one) => !paths.has(one.path) && !(isName(one) && restless.has(folder(one.path))));
}
