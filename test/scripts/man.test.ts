import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { manual } from "../../scripts/man.js";
import { commands, type Command } from "../../src/cli/commands.js";

const page = manual();
const run = (program: string, args: readonly string[]) => spawnSync(program, args, { input: page, encoding: "utf8" });
const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const titled = (program: string): string => `${program}${has(program) ? "" : " (skipped: it is not installed)"}`;

test("names every command and every option", () => {
  const plain = page.replaceAll("\\-", "-");
  for (const [name, { options }] of Object.entries<Command>(commands)) {
    if (name !== "rewrite") expect(plain).toContain(`.SS dockopt ${name}\n`);
    for (const option of Object.keys(options)) expect(plain).toContain(`\\fB--${option}\\fR`);
  }
});

test.skipIf(!has("groff"))(`${titled("groff")} has nothing to warn of, and shows what was meant`, () => {
  const { stdout, stderr } = run("groff", ["-Tascii", "-P-c", "-P-b", "-P-u", "-man", "-ww", "-rLL=100n"]);
  expect(stderr).toBe("");
  expect(stdout).toContain("dockopt - rewrite Dockerfiles so that rebuilds reuse cached layers");
  expect(stdout).toMatch(/-f, --format NAME\n +Report as text \(default\) or json/);
  expect(stdout).toContain("  dockopt migrate review         a report for people\n");
  expect(stdout).toContain("source <(dockopt completion bash)   in ~/.bashrc\n");
});

test.skipIf(!has("mandoc"))(`${titled("mandoc")} finds no error`, () => {
  expect(run("mandoc", ["-T", "lint", "-W", "error"]).stdout).toBe("");
});
