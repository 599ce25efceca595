import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadFolder } from "../../src/context/load-folder.js";
import { optimize } from "../../src/engine/run.js";
import { summaryOf } from "../../src/report/verify.js";
import { findTool, type Tool } from "../../src/verify/tool.js";
import { verify, type Verdict } from "../../src/verify/verify.js";
import type { Safety } from "../../src/transform.js";
import { defaultTransforms } from "../../transforms/index.js";
import { goProxy, wheel, type Files } from "./files.js";

/** `npm run bench:rebuild [-- ROUNDS [PATTERN]]`: rebuilds after a source edit, before and after, with a real builder. Prints a Markdown table. */
interface Case {
  readonly name: string;
  readonly dockerfile: string;
  readonly files: Files;
  /** Default: safe. */
  readonly safety?: Safety;
  readonly prepare?: (folder: string) => void;
}

const PACKAGES =
  "express lodash axios react react-dom uuid chalk commander yargs zod dayjs rxjs immer redux ws dotenv pino fastify vue semver glob minimist debug async bluebird moment cheerio handlebars ejs marked typescript";
const WHEELS = Array.from({ length: 20 }, (_, index) => `package${index}`);
const GO_FILES: Files = {
  ...goProxy("example.com/lib", "v1.0.0"),
  "go.mod": "module example.com/app\n\ngo 1.19\n\nrequire example.com/lib v1.0.0\n",
  "go.sum": "",
  "main.go":
    'package main\n\nimport (\n\t"net/http"\n\n\tlib "example.com/lib"\n)\n\nfunc main() {\n\tprintln(lib.Name)\n\t_ = http.ListenAndServe(":0", nil)\n}\n',
};
const GO =
  'FROM golang:1.19\nCOPY proxy /proxy\nENV GOPROXY=file:///proxy GOSUMDB=off GOFLAGS=-mod=mod CGO_ENABLED=0\nWORKDIR /src\nCOPY . .\nRUN go build -trimpath -o /app .\nCMD ["/app"]\n';

const CASES: readonly Case[] = [
  {
    name: `npm ci, ${PACKAGES.split(" ").length} direct dependencies`,
    dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "src/index.js"]\n',
    files: {
      "package.json": JSON.stringify({
        name: "app",
        version: "1.0.0",
        dependencies: Object.fromEntries(PACKAGES.split(" ").map((name) => [name, "*"])),
      }),
      ".dockerignore": "node_modules\n",
      "src/index.js": "console.log(1);\n",
    },
    prepare: (folder) => {
      execFileSync("npm", ["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"], {
        cwd: folder,
        stdio: "ignore",
      });
    },
  },
  {
    name: `pip, ${WHEELS.length} local wheels`,
    dockerfile: "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
    files: {
      "requirements.txt": ["--no-index", "--find-links wheels", ...WHEELS, ""].join("\n"),
      ...Object.fromEntries(WHEELS.map((name) => [`wheels/${name}-1.0-py3-none-any.whl`, wheel(name)])),
      "app.py": "print(1)\n",
    },
  },
  { name: "go build, split alone", dockerfile: GO, files: GO_FILES },
  {
    name: "go build, split and cache mounts (--suggested)",
    dockerfile: GO,
    files: GO_FILES,
    safety: "suggested",
  },
  {
    name: "apt-get behind the source",
    dockerfile:
      "FROM debian:bookworm-slim\nWORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y --no-install-recommends tree file\nRUN cat src/a.txt > out\n",
    files: { "src/a.txt": "a\n" },
  },
  {
    name: "several stages: npm, then packages behind its files",
    dockerfile:
      "FROM node:20 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && cp src/index.js out.js\n\nFROM debian:bookworm-slim\nCOPY --from=build /app/out.js /srv/out.js\nRUN apt-get update && apt-get install -y --no-install-recommends tree\n",
    files: {
      "package.json": JSON.stringify({ name: "app", version: "1.0.0", dependencies: { express: "*", lodash: "*" } }),
      ".dockerignore": "node_modules\n",
      "src/index.js": "console.log(1);\n",
    },
    prepare: (folder) => {
      execFileSync("npm", ["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"], {
        cwd: folder,
        stdio: "ignore",
      });
    },
  },
];

const found = await findTool(undefined);
if ("problem" in found) {
  console.log(`skipped: no builder answers (${found.problem})`);
  process.exit(0);
}
const rounds = Number(process.argv[2] ?? 5);
console.log("| project | rebuild before | after | paired ratio | image |\n| --- | --- | --- | --- | --- |");
const savings: number[] = [];
const pattern = process.argv[3] ?? "";
for (const one of CASES.filter(({ name }) => name.includes(pattern))) {
  const { outcome, timing, log } = await measure(one, found);
  if (timing === undefined) {
    console.log(`| ${one.name} | ${outcome} | | | |\n${log}`);
    continue;
  }
  const { before, after, ratio } = summaryOf(timing);
  savings.push(1 - after / before);
  console.log(`| ${one.name} | ${before.toFixed(1)} s | ${after.toFixed(1)} s | ${ratio.toFixed(1)}x | ${outcome} |`);
}
const mean = savings.reduce((sum, saving) => sum + saving, 0) / savings.length;
console.log(`\nmean reduction by the rewrites: ${(100 * mean).toFixed(0)} % (${rounds} interleaved rounds each)`);

async function measure({ dockerfile, files, safety = "safe", prepare }: Case, tool: Tool): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), "dockopt-bench-"));
  try {
    for (const [path, content] of Object.entries({ ...files, Dockerfile: dockerfile })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    prepare?.(folder);
    const context = loadFolder(folder, join(folder, "Dockerfile"));
    const report = optimize(dockerfile, context, { transforms: defaultTransforms, safety });
    const options = { tool, rounds, touch: undefined, strict: false, buildOptions: [] };
    return await verify(report, context, folder, options, {
      stop: new AbortController().signal,
      begin: () => () => undefined,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
