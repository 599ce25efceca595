import type { Planned, PlannedFile } from "./events.js";

/** What a commit and a pull request say; `{{name}}` in a template stands for one of the values below. */
export interface Templates {
  /** The first line is the commit's subject and the pull request's title. */
  readonly commit: string;
  readonly body: string;
}

export const DEFAULT_TEMPLATES: Templates = {
  commit: `Reuse cached layers in {{dockerfiles}}

{{rewrites}}
`,
  body: `This lets rebuilds reuse cached layers. **The image stays the same.**

{{saving}}

{{details}}
{{left}}{{verify}}
Made by [dockopt](https://github.com/dockopt/dockopt) ({{rules}}). Close this to keep things as they are: it will not come again for the same change.
`,
};

/** What `dockopt verify --format json` has found out about a patch, in a sentence. */
export type VerifyResult = string;

/** Reads what `dockopt verify --format json` printed; undefined: there is nothing, or it is something else. */
export function readVerdict(json: string | undefined): VerifyResult | undefined {
  let read: unknown;
  try {
    read = JSON.parse(json ?? "");
  } catch {
    return undefined;
  }
  if (typeof read !== "object" || read === null || !("outcome" in read) || !("tool" in read)) return undefined;
  const { outcome, tool } = read;
  if (typeof outcome !== "string" || typeof tool !== "string") return undefined;
  const timing = "timing" in read && typeof read.timing === "object" ? read.timing : null;
  const seconds = (value: unknown): string => (typeof value === "number" ? `${value.toFixed(1)} s` : "?");
  const times =
    timing !== null && "before" in timing && "after" in timing
      ? `; a rebuild after a change took ${seconds(timing.before)} before, ${seconds(timing.after)} after`
      : "";
  return `${SAID[outcome] ?? outcome} (${tool})${times}.`;
}

const SAID: Readonly<Record<string, string>> = {
  same: "both images are the same",
  different: "the images differ",
  "rewrite fails": "the rewritten Dockerfile does not build",
  "original fails": "the original Dockerfile does not build",
};

/** A template names a value that there is none of. */
export class TemplateError extends Error {}

/** Title and texts for a planned repository. @throws TemplateError */
export function messagesFor(
  planned: Planned,
  templates: Templates,
  verified: VerifyResult | undefined,
): { readonly title: string; readonly commit: string; readonly body: string } {
  const files = planned.files.filter((file) => file.applied.length > 0);
  const values: Readonly<Record<string, string>> = {
    repository: line(planned.repository),
    rules: planned.rules,
    dockerfiles: namesOf(files),
    rewrites: files
      .flatMap((file) => file.applied.map((one) => `- ${line(`${file.path}: ${one.message}`)}`))
      .join("\n"),
    saving: savingOf(files),
    details: files.map(detailsOf).join("\n"),
    left: leftAlone(planned.files),
    verify: verified === undefined ? "" : `\n**Verified with a real builder:** ${markdown(verified)}\n`,
  };
  const commit = fill(templates.commit, values).trim();
  const title = commit.split("\n")[0] ?? "";
  // By this a later run knows what was proposed here.
  return { title, commit, body: `${fill(templates.body, values).trim()}\n\n${mark(planned.patch ?? "")}\n` };
}

/** A comment in a pull request's body that names its patch. */
export const mark = (patch: string): string => `<!-- dockopt patch ${patch} -->`;

/** @throws TemplateError: a template names a value that there is none of, or begins with no title. */
export function checkTemplates(templates: Templates): void {
  const nothing: Planned = {
    ...{ v: 1, event: "planned", repository: "", url: "", at: "", commit: "", base: "", rules: "" },
    ...{ outcome: "unchanged", patch: null, files: [] },
  };
  messagesFor(nothing, templates, undefined);
  if (/^\s*$/.test(templates.commit))
    throw new TemplateError("the commit's template is empty. Its first line is the title.");
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined)
      throw new TemplateError(`{{${name}}} is no value. There are: ${Object.keys(values).join(", ")}.`);
    return value;
  });
}

function namesOf(files: readonly PlannedFile[]): string {
  const [first, ...others] = files;
  if (first === undefined) return "";
  return others.length === 0 ? line(first.path) : `${files.length} Dockerfiles`;
}

function savingOf(files: readonly PlannedFile[]): string {
  const [before, after] = [sum(files, "before"), sum(files, "after")];
  if (before <= after) return "Expected rebuild time: no measurable change; fewer layers.";
  return `Expected rebuild, on average: ${before} s before, ${after} s after (an estimate; \`dockopt layers\` shows how it is made).`;
}

const sum = (files: readonly PlannedFile[], side: "before" | "after"): number =>
  Math.round(10 * files.reduce((total, file) => total + (file.seconds?.[side] ?? 0), 0)) / 10;

function detailsOf({ path, applied }: PlannedFile): string {
  const items = applied.map(({ transform, safety, message, notes }) =>
    [`- ${markdown(message)} (\`${transform}\`, ${safety})`, ...notes.map((note) => `  - ${markdown(note)}`)].join(
      "\n",
    ),
  );
  return [`### ${markdown(path)}`, "", ...items, ""].join("\n");
}

/** More than these are counted. */
const SHOWN = 10;

function leftAlone(files: readonly PlannedFile[]): string {
  const all = files.flatMap(({ path, refused }) =>
    refused
      .filter((one) => one.code !== "less-safe")
      .map((one) => `- ${markdown(path)}, line ${one.line}: ${markdown(one.reason)}`),
  );
  if (all.length === 0) return "";
  const rest = all.length > SHOWN ? [`- and ${all.length - SHOWN} more`] : [];
  return ["### Left alone, and why", "", ...all.slice(0, SHOWN), ...rest, ""].join("\n");
}

/** Text of a repository as part of a line: it makes no line of its own, and nothing that a terminal obeys. */
const line = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, " ");

/** Text of a repository, in Markdown: no HTML, no links, no mentions of people; code in backticks stays. */
function markdown(text: string): string {
  return line(text)
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith("`") && part.length > 1
        ? part
        : part.replace(/[\\*_[\]<>#|!~]/g, "\\$&").replaceAll("@", "@\u200b"),
    )
    .join("");
}
