import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Who is measured beside dockopt. Downloaded for a run, and no dependency: undefined where the registry, or this machine, has none. */
export interface Peers {
  /** Linter, a Go program. */
  readonly tally: string | undefined;
  /** Formatter, a Go program. */
  readonly dockerfmt: string | undefined;
}

const PACKAGES = ["@wharflab/tally-linux-x64@0.45.0", "@reteps/dockerfmt-linux-x64@0.5.4"];

/** Has the peers at hand while `work` is done. */
export async function withPeers(work: (peers: Peers) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dockopt-peers-"));
  try {
    for (const name of PACKAGES) install(name, folder);
    const program = (path: string): string | undefined => {
      const file = join(folder, "node_modules", path);
      return existsSync(file) ? file : undefined;
    };
    await work({
      tally: program("@wharflab/tally-linux-x64/bin/tally"),
      dockerfmt: program("@reteps/dockerfmt-linux-x64/bin/dockerfmt"),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function install(name: string, folder: string): void {
  const { status, stderr } = spawnSync(
    "npm",
    ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", name],
    { encoding: "utf8", timeout: 120_000 },
  );
  if (status !== 0) console.log(`skipped: ${name} cannot be had (${stderr.split("\n")[0] ?? ""})`);
}
