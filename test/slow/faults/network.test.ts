import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { makeRepository, NODE } from "../../migrate/repositories.js";
import { world } from "./world.js";

const { root, put, faulty } = world();

describe("the network", () => {
  test("is not asked by any command that has not been told to", () => {
    put(NODE);
    makeRepository(join(root(), "git"), "acme/web", NODE);
    const into = join(root(), "asked");
    const commands = [
      ["--version"],
      ["--help"],
      ["--check", "."],
      ["--diff", "--unsafe", "."],
      ["--format", "html", "."],
      ["--write", "."],
      ["layers", "Dockerfile"],
      ["score", "."],
      ["list"],
      ["explain", "split-manifest-copy"],
      ["completion", "bash"],
      ["--print-config"],
      ["init"],
      ["migrate", "plan", "git/acme/web.git"],
      ["migrate", "apply"],
      ["migrate", "status"],
      ["migrate", "review"],
    ];
    for (const args of commands) {
      const { status, stderr } = faulty(args, { do: "no-network", into });
      expect([0, 1], `${args.join(" ")}: ${stderr}`).toContain(status);
    }
    expect(existsSync(into) ? readFileSync(into, "utf8") : "").toBe("");
  });

  test("the test itself would notice", () => {
    const into = join(root(), "asked");
    faulty(["migrate", "plan", "--github", "acme", "--github-url", "http://127.0.0.1:9/"], { do: "no-network", into });
    expect(readFileSync(into, "utf8")).not.toBe("");
  });
});

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
  readonly hasInstallScript?: boolean;
}

describe("what is installed along with dockopt", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const scripted = Object.entries(packages)
    .filter(([, one]) => one.hasInstallScript === true)
    .map(([path, one]) => ({ name: path.replace(/^.*node_modules\//, ""), one }));

  test("runs no script when it is installed", () => {
    const production = scripted.filter(({ one }) => one.dev !== true && one.devOptional !== true);
    expect(production).toEqual([]);
  });

  test("those for development that do are known", () => {
    const KNOWN: Readonly<Record<string, string>> = {
      esbuild: "looks whether its program is the right one",
      fsevents: "macOS: files that change, for Vitest",
      "msgpackr-extract": "native code of bullmq's packer; without it there is JavaScript",
    };
    expect([...new Set(scripted.map(({ name }) => name))].filter((name) => !Object.hasOwn(KNOWN, name))).toEqual([]);
  });

  test("npm audit knows of nothing that is shipped", (context) => {
    const { stdout, status } = spawnSync("npm", ["audit", "--omit=dev", "--json"], {
      encoding: "utf8",
      timeout: 120_000,
    });
    const read = parsed(stdout);
    if (read?.metadata === undefined) {
      const why = read?.message ?? read?.error?.summary ?? `npm ended with ${status ?? "a signal"}`;
      console.warn(`npm audit: the registry does not answer (${why})`);
      context.skip(why);
    }
    expect(read?.metadata?.vulnerabilities["total"]).toBe(0);
  });
});

function parsed(text: string):
  | {
      readonly message?: string;
      readonly error?: { readonly summary?: string };
      readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
    }
  | undefined {
  try {
    return JSON.parse(text) as ReturnType<typeof parsed>;
  } catch {
    return undefined;
  }
}

test("text becomes code nowhere, but where a configuration or a plug-in is loaded", () => {
  const files = ["src", "transforms"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.[jt]s$/.test(name))
      .map((name) => join(folder, name)),
  );
  const having = (pattern: RegExp): readonly string[] =>
    files.filter((path) => pattern.test(readFileSync(path, "utf8")));
  expect(having(/\beval\(|\bnew Function\(|["']node:vm["']|["']vm["']/)).toEqual([]);
  // What is imported by a name that is known only as it runs.
  expect(having(/\bimport\((?!\s*(?:\/\*[^]*?\*\/\s*)?["'])/)).toEqual([
    "src/cli/plugins.ts",
    "src/cli/config/program.ts",
  ]);
  // Programs that are started: git, the builders, the editor that the user has named, and Node to find a mistake in a configuration.
  expect([...having(/["']node:child_process["']/)].sort()).toEqual([
    "src/cli/config/program.ts",
    "src/cli/interactive/editor.ts",
    "src/context/git.ts",
    "src/migrate/git.ts",
    "src/verify/process.ts",
  ]);
});
