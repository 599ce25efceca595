import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";

/** One file, directory or link of an image; times are left out. */
export interface Entry {
  readonly type: string;
  readonly mode: number;
  readonly owner: string;
  readonly size: number;
  readonly link: string;
  readonly hash: string;
  readonly attributes: string;
}

/** By path without a leading slash. */
export type Tree = ReadonlyMap<string, Entry>;

/** Reads a tar stream in one pass; contents are hashed, not kept. @throws Error when it is no tar. */
export async function readTree(stream: Readable): Promise<Tree> {
  const tree = new Map<string, Entry>();
  const reader = extract();
  stream.on("error", (error) => {
    reader.destroy(error);
  });
  stream.pipe(reader);
  for await (const entry of reader) {
    const hash = createHash("sha1");
    for await (const chunk of entry) hash.update(chunk as Buffer);
    tree.set(entry.header.name.replace(/^\.?\/|\/$/g, ""), read(entry.header, hash.digest("hex")));
  }
  return tree;
}

function read({ type, mode, uid, gid, size, linkname, pax }: Header, hash: string): Entry {
  const attributes = Object.entries(pax ?? {}).filter(([name]) => name.startsWith("SCHILY.xattr."));
  return {
    type,
    mode: mode & 0o7777,
    owner: `${uid}:${gid}`,
    size,
    link: linkname,
    hash,
    attributes: JSON.stringify(attributes.sort()),
  };
}
