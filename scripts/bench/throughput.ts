import { DockerfileParser } from "dockerfile-ast";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "../../src/syntax/parse.js";
import { scan } from "../../src/syntax/scan.js";
import { inTurns, median, table, type Command, type Contender } from "./measure.js";
import type { Peers } from "./peers.js";

const CORPUS = "../shared/corpus/dockerfiles";

/** Files per second over the shared corpus: reading, rewriting and reporting, whole processes. */
export async function throughput(peers: Peers, rounds: number): Promise<void> {
  if (!existsSync(CORPUS)) {
    console.log(`\nskipped: throughput needs the shared corpus, and ${CORPUS} is not here`);
    return;
  }
  const all = readdirSync(CORPUS, { recursive: true, encoding: "utf8" })
    .map((path) => join(CORPUS, path))
    .filter((path) => statSync(path).isFile());
  scanning(all.map((path) => readFileSync(path, "utf8")));
  const files = readableBy(peers, all);
  const dockopt = (some: readonly string[]): Command => ({
    program: process.execPath,
    args: [resolve("bin/dockopt.js"), "--quiet", "--check", ...some],
  });
  const cores = availableParallelism();
  const parts = Array.from({ length: cores }, (_, core) => files.filter((_, index) => index % cores === core));
  const rows = await compare(files.length, rounds, "one core", [
    { name: "dockopt --check", commands: [onOneCore(dockopt(files))] },
    ...peerContenders(peers, files, onOneCore),
  ]);
  const wide = await compare(files.length, rounds, `${cores} cores`, [
    { name: `dockopt --check, ${cores} processes`, commands: parts.map(dockopt) },
    ...peerContenders(peers, files, (command) => command),
  ]);
  const head = ["what", "on", "files/s", "dockopt is faster by"];
  console.log(
    `\n${files.length} of ${all.length} files, which the peers can read\n\n${table(head, [...rows, ...wide])}`,
  );
}

const peerContenders = (
  { tally, dockerfmt }: Peers,
  files: readonly string[],
  on: (command: Command) => Command,
): readonly Contender[] => [
  ...(tally === undefined
    ? []
    : [{ name: "tally lint", commands: [on({ program: tally, args: ["lint", "--slow-checks=off", ...files] })] }]),
  ...(dockerfmt === undefined ? [] : [{ name: "dockerfmt", commands: [on({ program: dockerfmt, args: files })] }]),
];

/** taskset (util-linux) keeps all threads of a process on one core. */
const onOneCore = ({ program, args }: Command): Command => ({
  program: "taskset",
  args: ["-c", "0", program, ...args],
});

async function compare(
  files: number,
  rounds: number,
  where: string,
  contenders: readonly Contender[],
): Promise<readonly (readonly string[])[]> {
  // The linter takes a minute for one: finding out what it can read has been the warm-up.
  const times = await inTurns(contenders, rounds, 0);
  const [own = NaN] = times.values();
  return [...times].map(([name, ms]) => [name, where, ((1000 * files) / ms).toFixed(0), `${(ms / own).toFixed(1)}x`]);
}

/** Both peers end at the first file that they cannot read: such files are left out for all. */
function readableBy({ tally, dockerfmt }: Peers, files: readonly string[]): readonly string[] {
  let left = files;
  if (dockerfmt !== undefined) left = left.filter((path) => spawnSync(dockerfmt, [path]).status === 0);
  for (let ends = tally !== undefined; ends && tally !== undefined;) {
    const { stderr } = spawnSync(tally, ["lint", "--slow-checks=off", ...left], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const bad = left.filter((path) => stderr.includes(`failed to lint ${path}:`));
    ends = bad.length > 0;
    left = left.filter((path) => !bad.includes(path));
  }
  return left;
}

/** Text to tree, in this process, in turns with the library that others build on. */
function scanning(texts: readonly string[]): void {
  const time = (read: (text: string) => unknown): number => {
    const start = performance.now();
    for (const text of texts) read(text);
    return performance.now() - start;
  };
  const readers: readonly (readonly [string, (text: string) => unknown])[] = [
    ["dockerfile-ast: `DockerfileParser.parse`, words are read when asked", (text) => DockerfileParser.parse(text)],
    ["dockopt: `scan`, instructions and their places", scan],
    ["dockopt: `parse`, all words, checked as BuildKit does", parse],
  ];
  const rounds = Array.from({ length: 9 }, () => readers.map(([, read]) => time(read)));
  const medians = readers.map((_, index) => median(rounds.map((times) => times[index] ?? NaN)));
  const rows = readers.map(([name], index) => {
    const ms = medians[index] ?? NaN;
    return [name, ((1000 * texts.length) / ms).toFixed(0), `${((medians[0] ?? NaN) / ms).toFixed(1)}x`];
  });
  console.log(`\n${table(["reading alone", "files/s", "of dockerfile-ast"], rows)}`);
}
