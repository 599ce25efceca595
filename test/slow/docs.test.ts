import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments, visit } from "yaml";
import { commands } from "../../src/cli/commands.js";
import type { OptionTable } from "../../src/cli/options.js";
import { createWorld, type Failure, type World } from "./docs-world.js";

/** Pages that show commands: every one is done here as a reader would do it. */
const PAGES = [
  "README.md",
  // The example's page is followed, with packed packages, by example-plugin.test.ts.
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("example-plugin/"))
    .map((name) => `docs/${name}`)
    .sort(),
];

interface Block {
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

function blocksOf(page: string): readonly Block[] {
  const source = readFileSync(page, "utf8");
  return [...source.matchAll(/^(`{3,})(\w*)[^\n]*\n([^]*?)^\1$/gm)].map((match) => ({
    line: source.slice(0, match.index).split("\n").length,
    language: match[2] ?? "",
    text: match[3] ?? "",
  }));
}

/** Shell that YAML of a CI or of a cluster holds, with what the CI would put in. */
function shellIn(yaml: string): readonly string[] {
  const found: string[] = [];
  for (const document of parseAllDocuments(yaml))
    visit(document, {
      Scalar(_, { value }) {
        if (typeof value === "string" && /(?:^|\s|&)(?:npx (?:--?\w+ )*)?dockopt(?:@\S+)? /.test(value))
          found.push(value.replace(/\$\{\{ *matrix\.shard *\}\}/g, "1").replace(/\$\{\{[^}]*\}\}/g, "x"));
      },
    });
  return found;
}

const scriptsOf = (page: string): readonly { readonly line: number; readonly script: string }[] =>
  blocksOf(page).flatMap(({ line, language, text }) => {
    if (language === "sh" || language === "bash") return [{ line, script: text }];
    return language === "yaml" ? shellIn(text).map((script) => ({ line, script })) : [];
  });

/** Programs that a reader has for a reason of his own; where one is not here, its line is left out, and that is printed. */
const OTHERS = /^(?:docker|podman|buildah|pre-commit|code|nvim|reviewdog)\b/;

const hasBuilder = ["docker", "podman", "buildah"].some((tool) => answers(tool, ["info"]));

function answers(tool: string, args: readonly string[]): boolean {
  try {
    execFileSync(tool, args, { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** A line that ends with another code than its page means. */
function isWrong({ status, command }: Failure): boolean {
  if (status === 127 && OTHERS.test(command)) return !skipped(command);
  if (/dockopt verify/.test(command) && !hasBuilder) return !skipped(command);
  // It asks on a terminal; test/slow/interactive.test.ts gives it one.
  if (status === 2 && /^dockopt (?:-i|--interactive)\b/.test(command)) return false;
  // These tell by their code what they have found.
  return !(status === 1 && /--check|--min|dockopt verify/.test(command));
}

function skipped(command: string): boolean {
  console.log(`skipped, for its program or a builder is not here: ${command}`);
  return true;
}

let redis: ChildProcess | undefined;
beforeAll(() => {
  if (answers("redis-server", ["--version"]) && !answers("redis-cli", ["-p", "6379", "ping"]))
    redis = spawn("redis-server", ["--port", "6379", "--save", "", "--appendonly", "no"], { stdio: "ignore" });
});
afterAll(() => {
  redis?.kill();
});

describe.each(PAGES.filter((page) => scriptsOf(page).length > 0))("%s", (page) => {
  let world: World | undefined;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world?.close());

  // What sets the project itself up is done in a clone of it.
  const own = scriptsOf(page).filter(({ script }) => script.startsWith("npm ci"));
  const others = scriptsOf(page).filter((one) => !own.some(({ line }) => line === one.line));

  test.each(others)("line $line: $script", async ({ script }) => {
    if (script.includes("redis://") && redis === undefined) return void skipped(script);
    if (world === undefined) throw new Error("there is no place to run it in");
    const { failures, stderr, status } = await world.run(script);
    expect(
      failures.filter(isWrong).map((one) => ({ ...one, stderr })),
      `${page}: what it shows`,
    ).toEqual([]);
    expect(stderr).not.toContain("this is a bug");
    expect([0, 1]).toContain(failures.length === 0 ? status : 0);
  });

  test.each(own)("line $line, in a fresh clone: $script", ({ script }) => {
    // That one is what .ci/run does, step by step.
    if (script.includes("npm test")) {
      const steps = readFileSync(".ci/run", "utf8");
      for (const step of script.trim().split(" && ")) expect(steps).toContain(` ${step}`);
      return;
    }
    const clone = mkdtempSync(join(tmpdir(), "dockopt-clone-"));
    try {
      execFileSync("git", ["clone", "--quiet", resolve("."), clone]);
      const output = execFileSync("bash", ["-c", script], { cwd: clone, encoding: "utf8", stdio: "pipe" });
      expect(output).toMatch(/^\+COPY /m);
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });
});

test.each(PAGES)("%s names only options that there are", (page) => {
  const known = new Set(
    Object.values(commands).flatMap(({ options }: { readonly options: OptionTable }) =>
      Object.entries(options).flatMap(([name, { alias = [] }]) => [name, `no-${name}`, ...alias]),
    ),
  );
  const shown = [...readFileSync(page, "utf8").matchAll(/`dockopt ([^`\n]*)`/g)].flatMap((match) =>
    [...(match[1] ?? "").matchAll(/(?<=^|\s)--([a-z][\w-]*)/g)].map((option) => option[1] ?? ""),
  );
  expect(shown.filter((name) => !known.has(name) && name !== "help" && name !== "version")).toEqual([]);
});
