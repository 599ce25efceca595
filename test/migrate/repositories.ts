import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

export type Files = Readonly<Record<string, string>>;

const BIN = resolve("bin/dockopt.js");

/** A commit as `git fast-import` takes it; modes: "@link:" a symlink, "@module:" a submodule. */
function stream(branch: string, message: string, files: Files, from: string | undefined, when: number): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const entries = Object.entries(files).map(([path, text]) => {
    const quoted = JSON.stringify(path);
    if (text.startsWith("@module:")) return `M 160000 ${text.slice(8)} ${quoted}\n`;
    const link = text.startsWith("@link:");
    return `M ${link ? "120000" : "100644"} inline ${quoted}\n${data(link ? text.slice(6) : text)}`;
  });
  const who = `people <people@example.com> ${when} +0000`;
  return `commit refs/heads/${branch}\ncommitter ${who}\n${data(message)}${from === undefined ? "" : `from ${from}\n`}${entries.join("")}\n`;
}

/** Makes a bare repository "acme/web.git" below a folder, with one commit on main; its path. */
export function makeRepository(folder: string, slug: string, files: Files): string {
  const path = join(folder, `${slug}.git`);
  mkdirSync(path, { recursive: true });
  execFileSync("git", ["init", "--bare", "--quiet", "--template=", "-b", "main", path]);
  execFileSync("git", ["-C", path, "fast-import", "--quiet"], {
    input: stream("main", "all", files, undefined, 1_700_000_000),
  });
  return path;
}

/** People commit to a branch, on top of what it has. */
export function commitTo(path: string, branch: string, files: Files, from = branch): void {
  execFileSync("git", ["-C", path, "fast-import", "--quiet"], {
    input: stream(branch, "by people", files, `refs/heads/${from}^0`, 1_700_000_100),
  });
}

/** What git prints about a repository, without the line end. */
export const gitIn = (path: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-C", path, ...args], { encoding: "utf8" }).trim();

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line beside the test, whose servers go on answering. `started` gets the child. */
export const dockopt = (
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  started: (child: ReturnType<typeof spawn>) => void = () => undefined,
): Promise<Ran> =>
  runBeside(process.execPath, [BIN, ...args], { cwd, env: { PATH: process.env["PATH"], HOME: cwd, ...env } }, started);

/** The same for any program; what it gets as environment is all there is. */
export function runBeside(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
  started: (child: ReturnType<typeof spawn>) => void = () => undefined,
): Promise<Ran> {
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  started(child);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  return new Promise((done) =>
    child.on("close", (status) => {
      done({ status, stdout, stderr });
    }),
  );
}

const PACKAGE = { name: "web", version: "1.0.0", dependencies: { "is-odd": "3.0.1" } };

/** A project whose Dockerfile has something to rewrite. */
export const NODE: Files = {
  Dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "src/index.js"]\n',
  ".dockerignore": "node_modules\n",
  "package.json": JSON.stringify(PACKAGE),
  "package-lock.json": JSON.stringify({
    name: "web",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: { "": PACKAGE, "node_modules/is-odd": { version: "3.0.1" } },
  }),
  "src/index.js": "console.log(1);\n",
};
