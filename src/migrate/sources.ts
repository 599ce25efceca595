import { createReadStream, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { CodeHost, RepositoryFilter } from "./hosts/host.js";
import { isInShard, readRepository, RepositoryError, type Repository } from "./repository.js";

/** Where the repositories come from. */
export interface Sources {
  /** URLs and paths, as people write them. */
  readonly named: readonly string[];
  /** A file with one a line; "-": stdin. `#` begins a comment. */
  readonly list: string | undefined;
  /** Folders whose subfolders are repositories. */
  readonly checkouts: readonly string[];
  /** Organisations and groups of code hosts. */
  readonly owners: readonly { readonly host: CodeHost; readonly name: string; readonly filter: RepositoryFilter }[];
  /** Part `index`, from 1, of `count`. */
  readonly shard: { readonly index: number; readonly count: number };
}

/** Each repository once, in the order of the sources; nothing is held of them but names. `problem` is told what names none. @throws HostError, Error of node:fs */
export async function* repositoriesOf(
  sources: Sources,
  cwd: string,
  problem: (message: string) => void,
): AsyncGenerator<Repository> {
  const seen = new Set<string>();
  for await (const { text, place } of written(sources, cwd)) {
    let repository: Repository;
    try {
      repository = readRepository(text, cwd);
    } catch (error) {
      if (!(error instanceof RepositoryError)) throw error;
      problem(`${place}${error.message}`);
      continue;
    }
    if (seen.has(repository.name)) continue;
    seen.add(repository.name);
    if (isInShard(repository, sources.shard.index, sources.shard.count)) yield repository;
  }
}

interface Written {
  readonly text: string;
  /** "repos.txt:3: ", or "" */
  readonly place: string;
}

async function* written(sources: Sources, cwd: string): AsyncGenerator<Written> {
  for (const text of sources.named) yield { text, place: "" };
  if (sources.list !== undefined) yield* linesOf(sources.list, cwd);
  for (const folder of sources.checkouts) yield* checkoutsIn(folder, cwd);
  for (const { host, name, filter } of sources.owners)
    for await (const { url } of host.repositories(name, filter)) yield { text: url, place: `${name}: ` };
}

async function* linesOf(list: string, cwd: string): AsyncGenerator<Written> {
  const input = list === "-" ? process.stdin : createReadStream(resolve(cwd, list));
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    const text = line.replace(/(?:^|\s)#[^]*$/, "").trim();
    if (text !== "") yield { text, place: `${list === "-" ? "stdin" : list}:${number}: ` };
  }
}

/** Subfolders that git knows: with a .git, or bare. */
function* checkoutsIn(folder: string, cwd: string): Generator<Written> {
  const root = resolve(cwd, folder);
  for (const name of readdirSync(root).sort()) {
    const path = join(root, name);
    const has = (below: string): boolean => statSync(join(path, below), { throwIfNoEntry: false }) !== undefined;
    if (has(".git") || (has("objects") && has("HEAD"))) yield { text: path, place: `${folder}: ` };
  }
}
