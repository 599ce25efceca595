import { createContext, Script } from "node:vm";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builderNamed } from "../../src/facts/cost/evidence.js";
import { contextFromFiles, optimize, transforms, type Safety } from "../../src/index.js";
import { hasBrowser, startBrowser } from "../browser.js";
import { readFixtures, type Fixture } from "../fixtures.js";

/** What a browser is asked, as data. */
interface Case {
  readonly name: string;
  readonly text: string;
  readonly files: Readonly<Record<string, string>> | undefined;
  readonly transforms: readonly string[];
  readonly safety: Safety;
  readonly builder: "buildkit" | "linear";
}

/** Runs where the library is the global `dockopt`. */
const ANSWER = `(one) => {
  const { diff, fixes, costs, ...report } = dockopt.optimize(one.text, {
    context: one.files && dockopt.contextFromFiles(one.files),
    transforms: dockopt.transforms.filter(({ name }) => one.transforms.includes(name)),
    safety: one.safety,
    builder: one.builder,
  });
  return JSON.stringify({ ...report, diff, costs: costs(), fixes: report.applied.length < 4 ? fixes() : [] });
}`;

const here = createContext({ dockopt: { optimize, contextFromFiles, transforms } });
const answer = (one: Case): unknown =>
  JSON.parse(new Script(`(${ANSWER})(${JSON.stringify(one)})`).runInContext(here) as string);

function caseOf({ name, before, context, options }: Fixture): Case {
  const files =
    context &&
    Object.fromEntries(
      [...context.files(), ...(context.ignoreFile === undefined ? [] : [context.ignoreFile.path])].flatMap((path) => {
        const read = path === context.ignoreFile?.path ? context.ignoreFile : context.read(path);
        return "text" in read ? [[path, read.text]] : [];
      }),
    );
  return {
    name,
    text: before,
    files,
    transforms: options.transforms.map((one) => one.name),
    safety: options.safety,
    builder: options.evidence?.builder ?? builderNamed("buildkit")?.builder ?? "buildkit",
  };
}

describe("the library in a browser", () => {
  const cases = readFixtures().map(caseOf);
  const expected = cases.map(answer);
  let code: string;

  beforeAll(async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: ["src/index.ts"],
      bundle: true,
      platform: "browser",
      format: "iife",
      globalName: "dockopt",
      minify: true,
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    code = outputFiles[0]?.text ?? "";
    const outside = Object.values(metafile.inputs).flatMap((one) => one.imports.filter(({ external }) => external));
    expect(outside).toEqual([]);
    console.log(`the bundle of the library: ${Math.round(code.length / 1024)} KiB, minified`);
  });

  test("most fixtures change, so that there is something to compare", () => {
    expect(expected.filter((one) => (one as { applied: unknown[] }).applied.length > 0).length).toBeGreaterThan(200);
  });

  test("says the same of every fixture where there is nothing but the language and its text coders", () => {
    // Text coders are no part of the language, but of every runtime.
    const bare = createContext({ TextDecoder, TextEncoder });
    new Script(`${code}\nvar answer = ${ANSWER}`).runInContext(bare);
    const missing: unknown = new Script(
      "[typeof process, typeof Buffer, typeof require, typeof URL, dockopt.parse('FROM a').document.stages[0].from.node()].join()",
    ).runInContext(bare);
    expect(missing).toBe("undefined,undefined,undefined,undefined,");
    for (const [index, one] of cases.entries()) {
      const text = new Script(`answer(${JSON.stringify(one)})`).runInContext(bare) as string;
      expect(JSON.parse(text), one.name).toEqual(expected[index]);
    }
  });

  describe.skipIf(!hasBrowser("the library"))("in Chromium", () => {
    let browser: Awaited<ReturnType<typeof startBrowser>>;
    beforeAll(async () => {
      browser = await startBrowser();
    });
    afterAll(async () => {
      await browser.close();
    });

    test("says the same of every fixture, and complains of nothing", async () => {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.addScriptTag({ content: `${code}\nvar answer = ${ANSWER}` });
      const texts = await page.evaluate<string[]>(`${JSON.stringify(cases)}.map(answer)`);
      expect(texts.length).toBe(cases.length);
      for (const [index, text] of texts.entries())
        expect(JSON.parse(text), cases[index]?.name).toEqual(expected[index]);
      expect(complaints).toEqual([]);
    });
  });
});
