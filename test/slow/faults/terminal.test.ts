import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatNames } from "../../../src/report/formats.js";
import { makeRepository } from "../../migrate/repositories.js";
import { world } from "./world.js";

const { root, put, dockopt } = world();

/** ESC, CSI, an OSC 8 link, BEL, C1's own CSI, overrides and isolates of direction. */
const EVIL = "\u001b[31m\u001b]8;;http://evil\u0007\u009b31m\u202eod\u2066\u200f\u007f";

/** All that a terminal obeys, or that turns text around; line ends and tabs apart. */
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const DOCKERFILE = [
  `FROM node:20${EVIL} AS st${EVIL}age`,
  `# comment ${EVIL}`,
  `ARG A${EVIL}=1`,
  `WORKDIR /app${EVIL}`,
  `COPY . .`,
  `RUN npm ci # ${EVIL}`,
  `RUN apt-get update && apt-get install -y "x${EVIL}"`,
  `MAINTAINER ${EVIL}`,
  `LABEL a "${EVIL}"`,
  `COPY --from=st${EVIL}age /a${EVIL} /b`,
  `ENV X ${EVIL}`,
  "",
].join("\n");

const FILES = {
  [`d${EVIL}r/Dockerfile`.replaceAll("/evil", "evil").replaceAll("://", ":")]: DOCKERFILE,
  Dockerfile: DOCKERFILE.replace(`st${EVIL}age`, "stage").replace(`FROM node:20${EVIL}`, "FROM node:20"),
  [`Dockerfile.${EVIL.replaceAll("/", "")}`]: "FROM node:20\nCOPY . .\nRUN npm ci\n",
  "broken.Dockerfile": `FROM a\nRNU ${EVIL}\nCOPY --${EVIL}=1 a b\n`,
  "package.json": JSON.stringify({ name: EVIL, scripts: { [`postinstall`]: EVIL }, dependencies: { [EVIL]: EVIL } }),
  "package-lock.json": JSON.stringify({ lockfileVersion: 3, packages: { "": { name: EVIL } } }),
  "compose.yaml": `services:\n  "${JSON.stringify(EVIL).slice(1, -1)}":\n    build: {context: ., dockerfile: "no${JSON.stringify(EVIL).slice(1, -1)}"}\n`,
  "docker-bake.hcl": `target "a" { ${EVIL} }\n`,
  ".dockerignore": `[${EVIL}\n`,
};

const expectQuiet = (text: string, what: string): void => {
  const at = OBEYED.exec(text)?.index;
  expect(at === undefined ? "" : JSON.stringify(text.slice(Math.max(at - 60, 0), at + 20)), what).toBe("");
};

describe("what a terminal would obey is never printed", () => {
  test.each(formatNames)("by the format %s, on stdout, stderr and in a file", (format) => {
    put(FILES);
    const file = join(root(), "report");
    for (const args of [
      ["--unsafe", "."],
      ["--suggested", "Dockerfile", "broken.Dockerfile", `no${EVIL}`],
    ]) {
      const { stdout, stderr } = dockopt([...args, "--format", format, "--output", `${format}:${file}`]);
      expect(stdout.length).toBeGreaterThan(10);
      expectQuiet(stdout, `${format} stdout`);
      expectQuiet(stderr, `${format} stderr`);
      expectQuiet(readFileSync(file, "utf8"), `${format} file`);
      if (["json", "sarif", "rdjson", "gitlab"].includes(format))
        expect(() => JSON.parse(stdout) as unknown).not.toThrow();
      if (format === "jsonl")
        for (const line of stdout.trimEnd().split("\n")) expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  });

  test("by other commands, and messages of what is wrong", () => {
    put(FILES);
    put({ "bad/dockopt.config.json": `{"safety":"${EVIL}", "${EVIL}": 1}`, "bad/Dockerfile": "FROM a\n" });
    put({ "yaml/dockopt.config.yaml": `safety: "a\n${EVIL}": [\n`, "yaml/Dockerfile": "FROM a\n" });
    put({ "js/dockopt.config.js": `throw new Error(${JSON.stringify(EVIL)});`, "js/Dockerfile": "FROM a\n" });
    put({ "toml/dockopt.config.toml": `a = ${EVIL}\n`, "toml/Dockerfile": "FROM a\n" });
    put({
      "plugin.mjs": `export default { name: ${JSON.stringify(EVIL)}, api: 1, transforms: [{ name: ${JSON.stringify(EVIL)} }] };`,
      "thrower.mjs": `export default { name: "thrower", api: 1, version: "1.0.0", transforms: [{ name: "throw-things", summary: "s", docs: "d", safety: "safe", requires: [], *propose() { throw new Error(${JSON.stringify(EVIL)}); } }] };`,
      "broken.mjs": `throw new Error(${JSON.stringify(EVIL)});`,
      base: JSON.stringify({ [EVIL]: EVIL }),
    });
    const commands = [
      ["--check", "."],
      ["--list-different", "."],
      ["--print-config", `x${EVIL}`],
      ["layers", "Dockerfile"],
      ["layers", "--format", "json", "Dockerfile"],
      ["layers", `no${EVIL}`],
      ["score", "."],
      ["score", "--format", "json", "."],
      ["explain", EVIL],
      ["list", "--format", "json"],
      ["verify", `no${EVIL}`],
      [`--${EVIL}`],
      ["--format", EVIL, "."],
      ["--only", EVIL, "."],
      ["--builder", EVIL, "."],
      ["--context", EVIL, "."],
      ["--config", `no${EVIL}.json`, "."],
      ["--output", `json:/no${EVIL}/\u001b/x`, "."],
      ["--baseline", "base", "."],
      ["--since", `branch${EVIL}`, "."],
      ["--timings", `no${EVIL}`, "."],
      ["--plugin", "./plugin.mjs", "Dockerfile"],
      ["--plugin", "./thrower.mjs", "Dockerfile"],
      ["--plugin", "./broken.mjs", "Dockerfile"],
      ["--plugin", `./no${EVIL}.mjs`, "Dockerfile"],
      ["bad/Dockerfile"],
      ["yaml/Dockerfile"],
      ["js/Dockerfile"],
      ["toml/Dockerfile"],
      ["migrate", EVIL],
      ["migrate", "plan", `no${EVIL}`],
      ["migrate", "status", "--state", EVIL],
      ["--write", "--unsafe", "."],
    ];
    for (const args of commands) {
      const { stdout, stderr } = dockopt(args);
      expect(stdout.length + stderr.length, args.join(" ")).toBeGreaterThan(0);
      expectQuiet(stdout, `${args.join(" ")}: stdout`);
      expectQuiet(stderr, `${args.join(" ")}: stderr`);
      expect(stderr, args.join(" ")).not.toContain("bug in dockopt");
    }
  });

  test("by a migration", () => {
    // git names no branch so, but files.
    const files = Object.fromEntries(Object.entries(FILES).filter(([path]) => !/["\\]/.test(path)));
    const plain = Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes("\u001b")));
    makeRepository(join(root(), "git"), "acme/web", plain);
    for (const args of [["plan", "git/acme/web.git"], ["status"], ["status", "--format", "json"], ["apply"]]) {
      const { stdout, stderr } = dockopt(["migrate", ...args]);
      expectQuiet(stdout, args.join(" "));
      expectQuiet(stderr, args.join(" "));
    }
    for (const format of ["html", "markdown", "json"]) {
      const { stdout, stderr } = dockopt(["migrate", "review", "--format", format, "--output", "-"]);
      expect(stdout.length).toBeGreaterThan(100);
      expectQuiet(stdout, `review ${format}`);
      expectQuiet(stderr, `review ${format}`);
    }
    expect(existsSync(join(root(), ".dockopt-migrate/ledger.jsonl"))).toBe(true);
  });

  test("a patch and a filter keep every byte in a pipe", () => {
    put(FILES);
    writeFileSync(join(root(), "Dockerfile"), `FROM node:20\nCOPY . .\n# ${EVIL}\nRUN npm ci\nMAINTAINER x\n`);
    expect(dockopt(["--diff", "--suggested", "Dockerfile"]).stdout).toContain(EVIL);
  });
});
