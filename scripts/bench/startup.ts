import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { inTurns, table, type Contender } from "./measure.js";
import type { Peers } from "./peers.js";

const SAMPLE = `FROM node:20
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "index.js"]
`;

/** How long a developer waits for one file, as ratios of what Node takes to start. */
export async function startup({ tally }: Peers, rounds: number): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), "dockopt-bench-"));
  for (const [name, text] of Object.entries({ Dockerfile: SAMPLE, "package.json": "{}", "package-lock.json": "{}" }))
    writeFileSync(join(cwd, name), text);
  const node = (...args: readonly string[]) => ({ program: process.execPath, args, cwd });
  const bin = resolve("bin/dockopt.js");
  const contenders: readonly Contender[] = [
    { name: "`node -e 0`", commands: [node("-e", "0")] },
    { name: "`dockopt --version`", commands: [node(bin, "--version")] },
    { name: "`dockopt --check Dockerfile`", commands: [node(bin, "--check", "Dockerfile")] },
    ...(tally === undefined
      ? []
      : [
          {
            name: "`tally lint Dockerfile`",
            commands: [{ program: tally, args: ["lint", "--slow-checks=off", "Dockerfile"], cwd }],
          },
        ]),
  ];
  const times = await inTurns(contenders, rounds);
  const base = times.get("`node -e 0`") ?? NaN;
  const rows = [...times].map(([name, ms]) => [name, `${ms.toFixed(0)} ms`, `${(ms / base).toFixed(2)}x`]);
  console.log(`\n${table(["start-up", "median", "of node -e 0"], rows)}`);
  rmSync(cwd, { recursive: true });
}
