import type { Reporter, Setting } from "./reporter.js";

interface Format {
  /** What it is for, in a few words of Markdown. */
  readonly summary: string;
  /** Loaded when it is asked for. */
  readonly load: () => Promise<(setting: Setting) => Reporter>;
}

/** The one table of formats: --format, --output, their help and the README's section are made from it. */
export const formats = {
  text: {
    summary: "For people: what, why, what it saves, the diff (default)",
    load: async () => (await import("./text.js")).textReporter,
  },
  json: {
    summary: "For programs, all that is known ([schema](docs/schema/report-1.schema.json))",
    load: async () => (await import("./json.js")).jsonReporter,
  },
  jsonl: {
    summary: "The same, a file a line, as each is done ([schema](docs/schema/report-lines-1.schema.json))",
    load: async () => (await import("./json.js")).jsonlReporter,
  },
  sarif: {
    summary: "SARIF 2.1.0 with fixes: GitHub code scanning, editors",
    load: async () => (await import("./sarif.js")).sarifReporter,
  },
  rdjson: {
    summary: "reviewdog: suggestions that one click takes",
    load: async () => (await import("./rdjson.js")).rdjsonReporter,
  },
  github: {
    summary: "Annotations of a GitHub workflow",
    load: async () => (await import("./github.js")).githubReporter,
  },
  gitlab: {
    summary: "Code Quality of GitLab",
    load: async () => (await import("./gitlab.js")).gitlabReporter,
  },
  junit: {
    summary: "A test for each file: Jenkins, GitLab, Azure Pipelines",
    load: async () => (await import("./junit.js")).junitReporter,
  },
  checkstyle: {
    summary: "For what reads reports of linters",
    load: async () => (await import("./checkstyle.js")).checkstyleReporter,
  },
  markdown: {
    summary: "A comment of a pull request, `$GITHUB_STEP_SUMMARY`",
    load: async () => (await import("./markdown.js")).markdownReporter,
  },
  html: {
    summary: "One page that needs nothing else",
    load: async () => (await import("./html.js")).htmlReporter,
  },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof formats;

export const formatNames = Object.keys(formats) as readonly FormatName[];

export const isFormat = (name: string): name is FormatName => Object.hasOwn(formats, name);

/** The README's section. */
export function formatsMarkdown(): string {
  const rows = Object.entries(formats).map(([name, { summary }]) => `| \`${name}\` | ${summary} |`);
  return ["| format | for |", "| --- | --- |", ...rows].join("\n");
}
