import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { InstrumenterContext } from "@stryker-mutator/api/core";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  type CompleteDryRunResult,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from "@stryker-mutator/api/test-runner";
import { build } from "esbuild";
import type { Test } from "./suite.js";

const FIXTURES = "fixtures > ";
const MOST_FIXTURES = 100;
/** Milliseconds. */
const SLOW = 100;

/**
 * Runs mutants in one process that keeps all tests loaded: a mutant is a number that the instrumented code looks at as it runs. Vitest's own
 * runner loads the tests again for each of them, which takes a hundred times as long.
 */
class InProcessRunner implements TestRunner {
  readonly #switches = ((globalThis as { __stryker__?: InstrumenterContext }).__stryker__ ??= {});
  #tests: readonly Test[] = [];
  /**
   * Where a test stands in the row: one that has killed a mutant goes first, as it likely kills the neighbour, too; one that takes long goes
   * last (a property that fails is looked into by fast-check for seconds).
   */
  #row = new Map<string, number>();
  #first = 0;
  #last = 0;

  /** It would be asked to start anew for whatever runs while modules are loaded. That is left out (`ignoreStatic`). */
  capabilities(): { reloadEnvironment: boolean } {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    const outfile = resolve(`.mutation-${process.pid}.mjs`);
    await bundle(outfile);
    ({ tests: this.#tests } = (await import(pathToFileURL(outfile).href)) as { tests: readonly Test[] });
    this.#row = new Map(this.#tests.map((test, index) => [test.id, index]));
    this.#last = this.#tests.length;
  }

  async dryRun(): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    for (const test of this.#tests) {
      this.#switches.currentTestId = test.id;
      const run = await result(test);
      tests.push(run);
      if (run.timeSpentMs > SLOW) this.#row.set(test.id, (this.#last += 1));
    }
    delete this.#switches.currentTestId;
    const complete: CompleteDryRunResult = { status: DryRunStatus.Complete, tests };
    const { mutantCoverage } = this.#switches;
    return mutantCoverage === undefined ? complete : { ...complete, mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit = Infinity }: MutantRunOptions): Promise<MutantRunResult> {
    const wanted = testFilter === undefined ? undefined : new Set(testFilter);
    const place = ({ id }: Test): number => this.#row.get(id) ?? 0;
    const reaching = this.#tests.filter(({ id }) => wanted?.has(id) !== false);
    const tests = sample(reaching).sort((a, b) => place(a) - place(b));
    this.#switches.activeMutant = activeMutant.id;
    // Stryker allows a hundred times what all tests together have. One test that has twice as much does not end.
    const limit = (this.#switches.hitLimit = hitLimit / 50);
    let nrOfTests = 0;
    try {
      for (const test of tests) {
        this.#switches.hitCount = 0;
        nrOfTests += 1;
        const run = await result(test);
        if (this.#switches.hitCount > limit) return { status: MutantRunStatus.Timeout, reason: "it does not end" };
        const slow = run.timeSpentMs > SLOW;
        if (slow) this.#row.set(test.id, (this.#last += 1));
        if (run.status !== TestStatus.Failed) continue;
        if (!slow) this.#row.set(test.id, (this.#first -= 1));
        return { status: MutantRunStatus.Killed, killedBy: [test.id], failureMessage: run.failureMessage, nrOfTests };
      }
    } finally {
      delete this.#switches.activeMutant;
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }
}

/** Code that hundreds of fixtures reach is held against a part of them: as many say no more, and take seconds for each survivor. */
function sample(tests: readonly Test[]): Test[] {
  const isFixture = ({ id }: Test): boolean => id.startsWith(FIXTURES);
  const fixtures = tests.filter(isFixture);
  const step = Math.ceil(fixtures.length / MOST_FIXTURES);
  return [...tests.filter((test) => !isFixture(test)), ...fixtures.filter((_, index) => index % step === 0)];
}

async function result({ id, run }: Test): Promise<TestResult> {
  const start = performance.now();
  const base = (): Omit<TestResult, "status"> => ({ id, name: id, timeSpentMs: performance.now() - start });
  try {
    await run();
    return { ...base(), status: TestStatus.Success };
  } catch (error) {
    return { ...base(), status: TestStatus.Failed, failureMessage: String(error) };
  }
}

/** The tests of .stryker.config.json's `tests`, in order, as one module that exports them. */
async function bundle(outfile: string): Promise<void> {
  const { tests } = JSON.parse(readFileSync(".stryker.config.json", "utf8")) as { tests: readonly string[] };
  // Stryker has gone to the sandbox by now.
  const resolveDir = process.cwd();
  const suite = resolve("scripts/mutation/suite.ts");
  const imports = tests.map((path) => `import ${JSON.stringify(`./${path}`)};`);
  await build({
    stdin: { contents: [...imports, `export { tests } from ${JSON.stringify(suite)};`].join("\n"), resolveDir },
    absWorkingDir: resolveDir,
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "warning",
    plugins: [
      {
        name: "vitest",
        setup(bundler) {
          bundler.onResolve({ filter: /^vitest$/ }, ({ importer }) =>
            importer === suite ? { path: "vitest", external: true } : { path: suite },
          );
        },
      },
    ],
  });
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "in-process", InProcessRunner)];
