import { runGit, type GitRun } from "./git.js";

/** One file of a tree, as `git ls-tree` has it. */
export interface TreeEntry {
  /** "100644", "100755", "120000" (a symlink), "160000" (a submodule) */
  readonly mode: string;
  readonly hash: string;
  readonly path: string;
}

/** Tips of a remote. */
export interface Tips {
  /** The default branch; undefined: the repository is empty. */
  readonly base: { readonly name: string; readonly commit: string } | undefined;
  /** The branch that was asked for; undefined: there is none. */
  readonly branch: string | undefined;
}

/**
 * A bare, partial copy of one commit of a repository: commit and trees at first, blobs when asked for, all that are asked for at once.
 * There is no work tree, so that no filter, hook, link or odd name of the repository can do anything, and no URL on disk.
 */
export interface Clone {
  readonly folder: string;
  tips(branch: string): Promise<Tips>;
  /** Gets a commit by the name of its branch, and `depth` - 1 before it; its hash, and how many seconds after 1970 it was made. */
  fetch(branch: string, depth?: number): Promise<{ readonly commit: string; readonly seconds: number }>;
  /** Every file of the commit. */
  tree(commit: string): Promise<readonly TreeEntry[]>;
  /** Contents by hash; null: larger than `maximumBytes`, not UTF-8, or the remote has none. */
  blobs(hashes: readonly string[], maximumBytes: number): Promise<ReadonlyMap<string, string | null>>;
  git(args: readonly string[], input?: string, env?: Readonly<Record<string, string>>): Promise<Buffer>;
  /** Pushes a commit to a branch whose tip is still `expected` (undefined: there is no such branch). @throws GitError */
  push(commit: string, branch: string, expected: string | undefined): Promise<void>;
}

const LOCAL_UPLOAD = "git -c uploadpack.allowFilter=true -c uploadpack.allowAnySHA1InWant=true upload-pack";

/** Makes the copy in an empty folder. `run.env`: credentials. @throws GitError */
export async function openClone(url: string, folder: string, run: GitRun): Promise<Clone> {
  const remote = remoteSettings(url);
  const local = (args: readonly string[], input = "", env: Readonly<Record<string, string>> = {}): Promise<Buffer> =>
    runGit(folder, args, { signal: run.signal, input, env });
  const network = (args: readonly string[], input = ""): Promise<Buffer> =>
    runGit(folder, args, { ...run, input, env: withSettings(run.env ?? {}, remote) });
  await local(["init", "--bare", "--quiet", "--template=", "."]);
  const held = new Set<string>();
  return {
    folder,
    git: local,
    async tips(branch) {
      const output = await network(["ls-remote", "--symref", "origin", "HEAD", `refs/heads/${branch}`]);
      return readTips(output.toString("utf8"), branch);
    },
    async fetch(branch, depth = 1) {
      const shallow = ["--quiet", `--depth=${depth}`, "--no-tags", "--no-write-fetch-head", "--filter=blob:none"];
      await network(["fetch", ...shallow, "origin", `+refs/heads/${branch}:refs/dockopt/${branch}`]);
      const output = await local(["log", "-1", "--format=%H %ct", `refs/dockopt/${branch}`]);
      const [commit = "", seconds = ""] = output.toString("utf8").trim().split(" ");
      return { commit, seconds: Number(seconds) };
    },
    async tree(commit) {
      return readTree(await local(["ls-tree", "-r", "-z", "--full-tree", commit]));
    },
    async blobs(hashes, maximumBytes) {
      const wanted = [...new Set(hashes)].sort();
      await listHeld(held, local);
      const absent = wanted.filter((hash) => !held.has(hash));
      if (absent.length > 0) {
        const options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none", "--stdin"];
        await network(["-c", "fetch.negotiationAlgorithm=noop", "fetch", ...options, "origin"], lines(absent));
        await listHeld(held, local);
      }
      // What the remote withholds is not asked of git, which would fetch it once more.
      const there = wanted.filter((hash) => held.has(hash));
      const output = there.length === 0 ? Buffer.alloc(0) : await local(["cat-file", "--batch"], lines(there));
      const found = readBatch(output, maximumBytes);
      return new Map(wanted.map((hash) => [hash, found.get(hash) ?? null]));
    },
    async push(commit, branch, expected) {
      const lease = `--force-with-lease=refs/heads/${branch}:${expected ?? ""}`;
      await network(["push", "--quiet", "--no-verify", lease, "origin", `+${commit}:refs/heads/${branch}`]);
    },
  };
}

const lines = (words: readonly string[]): string => words.map((word) => `${word}\n`).join("");

/** The remote by configuration of the command alone: the URL is in no file, and in no list of processes. */
function remoteSettings(url: string): readonly (readonly [string, string])[] {
  const settings: (readonly [string, string])[] = [
    ["remote.origin.url", url],
    ["remote.origin.promisor", "true"],
    ["remote.origin.partialclonefilter", "blob:none"],
  ];
  // A repository on disk is served by our own git, which knows partial copies.
  return url.startsWith("file://") ? [...settings, ["remote.origin.uploadpack", LOCAL_UPLOAD]] : settings;
}

/** Adds settings to those that `env` has, and these to what the process has of them (git's GIT_CONFIG_COUNT, _KEY_n, _VALUE_n). */
function withSettings(
  env: Readonly<Record<string, string>>,
  settings: readonly (readonly [string, string])[],
): Readonly<Record<string, string>> {
  const own = Array.from({ length: Number(env["GIT_CONFIG_COUNT"] ?? "0") }, (_, index) => index).map(
    (index) => [env[`GIT_CONFIG_KEY_${index}`] ?? "", env[`GIT_CONFIG_VALUE_${index}`] ?? ""] as const,
  );
  const first = Number(process.env["GIT_CONFIG_COUNT"] ?? "0");
  const all = [...own, ...settings].flatMap(([key, value], index): [string, string][] => [
    [`GIT_CONFIG_KEY_${first + index}`, key],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ]);
  return { ...Object.fromEntries(all), GIT_CONFIG_COUNT: String(first + own.length + settings.length) };
}

function readTips(text: string, branch: string): Tips {
  const name = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(text)?.[1];
  const commit = /^([0-9a-f]{40,64})\tHEAD$/m.exec(text)?.[1];
  const tip = text.split("\n").find((line) => line.endsWith(`\trefs/heads/${branch}`));
  return {
    base: name === undefined || commit === undefined ? undefined : { name, commit },
    branch: tip?.split("\t")[0],
  };
}

function readTree(output: Buffer): readonly TreeEntry[] {
  return output
    .toString("utf8")
    .split("\0")
    .flatMap((line): TreeEntry[] => {
      const [, mode, hash, path] = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
      return mode === undefined || hash === undefined || path === undefined ? [] : [{ mode, hash, path }];
    });
}

/** The objects that are here; git answers that without asking the remote. */
async function listHeld(held: Set<string>, local: (args: readonly string[]) => Promise<Buffer>): Promise<void> {
  const output = await local(["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]);
  for (const hash of output.toString("utf8").split("\n")) if (hash !== "") held.add(hash);
}

/** `git cat-file --batch`: "HASH blob BYTES", the bytes, a line feed; and so on. */
function readBatch(output: Buffer, maximumBytes: number): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(10, at);
    const [hash = "", , size] = output.toString("latin1", at, end).split(" ");
    const bytes = Number(size);
    if (!Number.isSafeInteger(bytes)) break;
    found.set(hash, bytes > maximumBytes ? null : decode(output.subarray(end + 1, end + 1 + bytes)));
    at = end + bytes + 2;
  }
  return found;
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
