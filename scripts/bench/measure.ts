import { spawn, spawnSync, type SpawnSyncOptions } from "node:child_process";

/** One way of doing the work that is compared: a command, or several at the same time. */
export interface Contender {
  readonly name: string;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

const SILENT: SpawnSyncOptions = { stdio: "ignore" };

/** Wall-clock milliseconds of each contender, one after the other in turns, so that what slows the machine down slows all of them; medians. */
export async function inTurns(
  contenders: readonly Contender[],
  rounds: number,
  warmUps = 1,
): Promise<ReadonlyMap<string, number>> {
  const times = new Map(contenders.map(({ name }): [string, number[]] => [name, []]));
  // What is not counted warms the disk's cache, and the compile caches.
  for (let round = -warmUps; round < rounds; round++) {
    for (const { name, commands } of contenders) {
      const start = performance.now();
      await run(commands);
      if (round >= 0) times.get(name)?.push(performance.now() - start);
    }
  }
  return new Map([...times].map(([name, found]) => [name, median(found)]));
}

async function run(commands: readonly Command[]): Promise<void> {
  const [only, ...others] = commands;
  if (only !== undefined && others.length === 0) {
    spawnSync(only.program, only.args, { ...SILENT, ...(only.cwd === undefined ? {} : { cwd: only.cwd }) });
    return;
  }
  await Promise.all(
    commands.map(
      ({ program, args, cwd }) =>
        new Promise((done) => {
          spawn(program, args, { stdio: "ignore", ...(cwd === undefined ? {} : { cwd }) }).on("close", done);
        }),
    ),
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

export const tableRow = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** A Markdown table. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map(tableRow).join("\n");
