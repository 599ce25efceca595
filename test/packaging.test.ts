import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly run?: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
}
const action = parse(readFileSync("action.yml", "utf8")) as Action;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dockopt-action-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a step's script as the runner would: `bash --noprofile --norc -eo pipefail`, the expressions of its env filled in. */
function step(index: number, values: Readonly<Record<string, string>>, npx: string) {
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin/npx"), `#!/bin/sh\n${npx}\n`);
  chmodSync(join(folder, "bin/npx"), 0o755);
  const { run = "", env = {} } = action.runs.steps[index] ?? {};
  expect(run).not.toContain("${{");
  writeFileSync(join(folder, "step.sh"), run);
  const filled = Object.entries(env).map(([name, value]) => {
    const [, expression = ""] = /^\$\{\{ (\S+) \}\}$/.exec(value) ?? [];
    const input = expression.replace(/^inputs\./, "");
    return [name, values[expression] ?? values[input] ?? action.inputs[input]?.default ?? ""];
  });
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", join(folder, "step.sh")],
    {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
        GITHUB_OUTPUT: join(folder, "output"),
        ...(Object.fromEntries(filled) as Record<string, string>),
      },
    },
  );
  return { status, stdout, stderr };
}
const check = (values: Readonly<Record<string, string>>, npx = 'printf "%s\\n" "$@"') =>
  step(0, { "github.action_path": resolve("."), ...values }, npx);
const output = (): string => readFileSync(join(folder, "output"), "utf8");

describe("action.yml", () => {
  test("checks the repository with the version of the action, and annotates", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
    const { status, stdout } = check({});
    expect({ status, words: stdout.split("\n") }).toEqual({
      status: 0,
      words: ["--yes", `dockopt@${version}`, "--check", "--format", "github", "--", ".", ""],
    });
    expect(output()).toBe("exit-code=0\n");
  });

  test("passes inputs on as they are: nothing in them is read as shell", () => {
    const { stdout, stderr } = check({
      paths: "a b/Dockerfile\r\n$(touch evil)\n\n`touch evil`; touch evil",
      args: "--baseline=ci base.json\n--context\n--x; touch evil",
      suggested: "true",
      annotate: "false",
      "sarif-file": "$(touch evil).sarif",
      version: "1.2.3",
    });
    expect(stderr).toBe("");
    expect(stdout.trimEnd().split("\n")).toEqual([
      "--yes",
      "dockopt@1.2.3",
      "--check",
      "--suggested",
      "--output",
      "sarif:$(touch evil).sarif",
      "--baseline=ci base.json",
      "--context",
      "--x; touch evil",
      "--",
      "a b/Dockerfile",
      "$(touch evil)",
      "`touch evil`; touch evil",
    ]);
    expect(spawnSync("ls", { cwd: folder, encoding: "utf8" }).stdout).not.toContain("evil");
  });

  test("the real command line: what is found is told, and fails the last step unless told otherwise", () => {
    writeFileSync(join(folder, "Dockerfile"), "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n");
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, "package-lock.json"), "{}");
    const real = `shift 2\nexec node ${resolve("bin/dockopt.js")} "$@"`;
    expect(check({ annotate: "false" }, real)).toEqual({ status: 0, stdout: "Dockerfile\n", stderr: "" });
    expect(output()).toBe("exit-code=1\n");
  });

  test.each([
    ["0", "true", 0],
    ["1", "true", 1],
    ["1", "false", 0],
    ["4", "false", 4],
    ["2", "true", 2],
  ])("exit code %s with fail: %s ends the job with %s", (code, fail, status) => {
    expect(step(2, { "steps.check.outputs.exit-code": code, fail }, "").status).toBe(status);
  });
});

test("the image holds what the package holds of dist", () => {
  const { files } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly files: readonly string[] };
  const built = files.filter((path) => path.startsWith("dist/"));
  expect(built).toContain("dist/bundle");
  for (const path of built) expect(readFileSync("Dockerfile", "utf8")).toContain(`/dockopt/${path} ./${path}\n`);
});

test("dockopt leaves its own Dockerfile as it is", () => {
  const { status, stdout } = spawnSync("node", ["bin/dockopt.js", "--check", "--suggested", "Dockerfile"], {
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});
