import { contextFromList } from "../../src/context/load-list.js";
import type { Context } from "../../src/context/context.js";
import type { Options } from "../../src/engine/run.js";
import type { FileResult } from "../../src/project/result.js";
import { optimizeFile } from "../../src/project/optimize.js";
import { tell, type Told } from "../../src/report/findings.js";
import { formats, type FormatName } from "../../src/report/formats.js";
import type { Setting } from "../../src/report/reporter.js";
import { colorsFor } from "../../src/report/terminal.js";
import { defaultTransforms } from "../../transforms/index.js";
import { readFixtures, type Fixture } from "../fixtures.js";

const NPM: Readonly<Record<string, string>> = {
  "package.json": '{"name":"a"}',
  "package-lock.json": '{"name":"a","lockfileVersion":3,"packages":{"":{"name":"a"}}}',
  "src/index.js": "1\n",
  ".dockerignore": "node_modules\n",
};

/** `COPY . .` before `npm ci`, twice: two proposals that do not need each other. */
export const TWO = `FROM node:20 AS web
WORKDIR /web
COPY . .
RUN npm ci

FROM node:20
WORKDIR /api
COPY . .
RUN npm ci
`;

export const ONE = TWO.slice(TWO.indexOf("\n\n") + 2);

interface Given {
  readonly path?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: Partial<Options>;
}

/** A Dockerfile among files of npm, or those given. */
export function resultOf(text: string, { path = "Dockerfile", files = NPM, options = {} }: Given = {}): FileResult {
  const entries = Object.entries(files).map(([name, content]) => ({ path: name, tracked: true, text: () => content }));
  return optimized(text, path, contextFromList(entries, "/project", "Dockerfile"), {
    transforms: defaultTransforms,
    safety: "safe",
    ...options,
  });
}

function optimized(text: string, shown: string, context: Context | undefined, options: Options): FileResult {
  const contexts =
    context === undefined ? [] : [{ context, folder: "/project", why: "test", missing: [], history: () => undefined }];
  return optimizeFile({ shown, text, opened: { builds: [], contexts } }, options, "/project", new Map()).result;
}

export const told = (result: FileResult, written = false): Told => tell(result, written);

/** Every nth fixture, of all transforms; each is small. */
export const someFixtures = (nth: number): readonly Fixture[] => readFixtures().filter((_, index) => index % nth === 0);

export const fixtureResult = ({ before, context, options, folder }: Fixture): FileResult =>
  optimized(before, `${folder}/Dockerfile`, context, options);

export const SETTING: Setting = {
  version: "1.2.3",
  cwd: "/project",
  colors: colorsFor({}, false, {}),
  width: 80,
  transforms: defaultTransforms,
  problems: [],
};

/** A whole report. */
export async function reportOf(format: FormatName, all: readonly Told[], setting = SETTING): Promise<string> {
  const reporter = (await formats[format].load())(setting);
  return all.map((one) => reporter.add(one)).join("") + reporter.end();
}

/** What a hostile repository may hold: it parses, and asks for a rewrite. */
export const HOSTILE = `FROM node:20
WORKDIR /app
# ]]> </script><img src=x onerror=alert(1)> \u001b[31m \u202e ::error::x %0A \`\`\`\`\` & "quoted" 'single' 𐐀 é \ufffe
COPY . .
LABEL a="]]>&\u0001<b>𐐀"
RUN npm ci
`;
export const HOSTILE_PATH = 'a b/"q"\'<&>]]>::x,y%\u001b[31m\n| `é𐐀`/Dockerfile';
