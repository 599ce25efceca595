import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bashScript } from "../../src/cli/completion/bash.js";
import { fishScript } from "../../src/cli/completion/fish.js";
import { grammar } from "../../src/cli/completion/grammar.js";
import { zshScript } from "../../src/cli/completion/zsh.js";

/** A folder with the scripts, by the name of the shell, and one with files of odd names. The caller removes it. */
export function completionFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dockopt-completion-"));
  writeFileSync(join(folder, "bash"), bashScript(grammar()));
  writeFileSync(join(folder, "zsh"), zshScript(grammar()));
  writeFileSync(join(folder, "fish"), fishScript(grammar()));
  mkdirSync(join(folder, "in/services"), { recursive: true });
  for (const name of ["Dockerfile", "a b$(x).Dockerfile", "it's"]) writeFileSync(join(folder, "in", name), "");
  return folder;
}

export const has = (shell: string): boolean => spawnSync(shell, ["-c", "exit"]).status === 0;
export const titled = (shell: string): string => (has(shell) ? shell : `${shell} (skipped: it is not installed)`);

/** Command lines up to the cursor, and what is offered there, whatever the shell. */
export const CASES: readonly (readonly [
  line: readonly string[],
  offered: readonly string[],
  others: readonly string[],
])[] = [
  [["lay"], ["layers"], ["list"]],
  [["--form"], ["--format"], ["--fix"]],
  [["--format", ""], ["text", "json", "sarif"], ["docker"]],
  [["verify", "--format", ""], ["text", "json"], ["html"]],
  [["migrate", ""], ["plan", "review", "apply", "status", "worker"], ["layers"]],
  [["migrate", "review", "--format", ""], ["html", "markdown"], ["text"]],
  [["migrate", "plan", "--ch"], ["--checkouts"], ["--changed"]],
  [["verify", "--builder", "po"], ["podman"], ["docker"]],
  [["layers", "--changed-s"], ["--changed-since"], ["--check"]],
  [["--only", "split-run-chains,hoi"], ["split-run-chains,hoist-stable-instructions"], ["npm"]],
  [["explain", "betw"], ["between"], ["bun"]],
  [["explain", "dotnet-"], ["dotnet-tool"], ["dotnet"]],
  [["completion", ""], ["bash", "zsh", "fish"], ["Dockerfile"]],
  [["--no-c"], ["--no-color"], ["--color"]],
];
