import type { Span } from "./nodes.js";
import type { ScannedInstruction } from "./scan.js";
import type { TextWord } from "./words.js";
import { toSource } from "./heredoc.js";

/** An instruction cut into words, before it is known to be valid. Ranges are those of the joined text. */
export interface Draft {
  readonly scanned: ScannedInstruction;
  /** Upper case. */
  readonly name: string;
  readonly keyword: TextWord;
  readonly flags: readonly TextWord[];
  readonly rest: Span;
  readonly words: readonly TextWord[];
  /** Set in JSON form; `strings` undefined when it holds more than strings. */
  readonly json: { readonly strings: readonly TextWord[] | undefined } | undefined;
  /** ONBUILD's. */
  readonly inner: Draft | undefined;
  /** `ENV name value`. */
  readonly legacy: boolean;
}

export interface DraftProblem {
  readonly offset: number;
  readonly message: string;
}

type FlagKind = "text" | "boolean" | "list";

/** Flags of each instruction that has any (frontend/dockerfile/instructions, v0.26.3). */
const FLAGS: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
  FROM: { platform: "text" },
  RUN: { mount: "list", network: "text", security: "text", device: "list" },
  COPY: { from: "text", chown: "text", chmod: "text", link: "boolean", parents: "boolean", exclude: "list" },
  ADD: {
    chown: "text",
    chmod: "text",
    link: "boolean",
    "keep-git-dir": "boolean",
    checksum: "text",
    unpack: "boolean",
    exclude: "list",
  },
  HEALTHCHECK: { interval: "text", timeout: "text", "start-period": "text", "start-interval": "text", retries: "text" },
};

const KEYWORDS =
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  );

/** What BuildKit rejects after it has parsed the file: the first problem of each instruction. */
export function validate(drafts: readonly Draft[]): DraftProblem[] {
  const problems: DraftProblem[] = [];
  let staged = false;
  for (const one of drafts) {
    staged ||= one.name === "FROM";
    const found =
      problemOf(one) ??
      (staged || one.name === "ARG"
        ? undefined
        : at(one, one.keyword, `${one.name} stands before the first FROM. Begin the stage with FROM.`));
    if (found !== undefined) problems.push(found);
  }
  return problems;
}

function at(one: Draft, word: Span, message: string): DraftProblem {
  return { offset: toSource(one.scanned.joined, word).start, message };
}

export function problemOf(one: Draft): DraftProblem | undefined {
  const { name, keyword, rest } = one;
  if (!KEYWORDS.includes(name)) return at(one, keyword, unknownInstruction(keyword.text));
  if (one.json !== undefined && one.json.strings === undefined) {
    return at(one, rest, `the JSON array of ${name} holds more than strings. Quote every item.`);
  }
  return flagProblem(one) ?? argumentProblem(one);
}

function unknownInstruction(text: string): string {
  if (/^(?:\{\{|\{%|<%|%%)/.test(text))
    return `\`${text}\` belongs to a template, not to a Dockerfile. Give the rendered file.`;
  const near = nearest(text.toUpperCase(), KEYWORDS);
  return `\`${text}\` is no instruction.${near === undefined ? " Is a line continuation missing above?" : ` Did you mean ${near}?`}`;
}

function flagProblem(one: Draft): DraftProblem | undefined {
  const known = Object.hasOwn(FLAGS, one.name) ? (FLAGS[one.name] ?? {}) : {};
  const seen = new Set<string>();
  for (const flag of one.flags) {
    const [, name = "", value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(flag.text) ?? [];
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) {
      const near = nearest(name, Object.keys(known));
      return at(one, flag, `${one.name} has no flag --${name}.${near === undefined ? "" : ` Did you mean --${near}?`}`);
    }
    if (seen.has(name) && kind !== "list") return at(one, flag, `--${name} is given twice. Keep one.`);
    seen.add(name);
    if (kind !== "boolean" && value === undefined) return at(one, flag, `--${name} needs a value: --${name}=...`);
    if (kind === "boolean" && value !== undefined && !/^(?:|true|false)$/i.test(value))
      return at(one, flag, `--${name} is \`${value}\`. Use true or false.`);
    const bad = valueProblem(name, value ?? "");
    if (bad !== undefined) return at(one, flag, bad);
  }
  return undefined;
}

function valueProblem(name: string, value: string): string | undefined {
  if (name === "network" && !["default", "none", "host"].includes(value) && !value.includes("$"))
    return `--network is \`${value}\`. Use default, none or host.`;
  if (name === "security" && !["sandbox", "insecure"].includes(value) && !value.includes("$"))
    return `--security is \`${value}\`. Use sandbox or insecure.`;
  if (name !== "mount") return undefined;
  for (const field of value.split(",")) {
    if (/^[^"]+"/.test(field)) return `\`${field}\` in --mount has a stray quote.`;
    if (/^\[/.test(field)) return `\`${field}\` in --mount is no key=value pair.`;
    if (/^from=.*\$/i.test(field)) return `--mount's ${field} holds a variable. Name a stage for it with FROM ... AS.`;
  }
  return undefined;
}

function argumentProblem(one: Draft): DraftProblem | undefined {
  const { name, words, keyword } = one;
  const first = words[0];
  const [, second] = words;
  const here = (message: string, word: Span = keyword): DraftProblem => at(one, word, message);
  switch (name) {
    case "FROM":
      if ((words.length !== 1 && words.length !== 3) || (words.length === 3 && second?.text.toLowerCase() !== "as")) {
        return here("FROM takes an image, or an image AS a name.");
      }
      if (words[2] !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(words[2].text.toLowerCase())) {
        return here(
          `\`${words[2].text}\` is no stage name. Begin with a letter; use letters, digits, -, _ and .`,
          words[2],
        );
      }
      return undefined;
    case "ADD":
    case "COPY":
      return words.length < 2 ? here(`${name} needs a source and a destination.`) : undefined;
    case "ENV":
    case "LABEL":
    case "ARG":
      return pairsProblem(one, here);
    case "HEALTHCHECK":
      return healthProblem(one, here);
    case "SHELL":
      return one.json?.strings === undefined || words.length === 0
        ? here('SHELL takes a JSON array: ["/bin/bash", "-c"].')
        : undefined;
    case "ONBUILD":
      // BuildKit reads the inner instruction's arguments only in the build that inherits it.
      if (one.inner === undefined) return here("ONBUILD needs an instruction.");
      return ["ONBUILD", "FROM", "MAINTAINER"].includes(one.inner.name)
        ? here(`ONBUILD ${one.inner.name} is not allowed.`, one.inner.keyword)
        : undefined;
    case "VOLUME":
      return words.length === 0 || words.some((word) => word.text.trim() === "")
        ? here("VOLUME needs a path.")
        : undefined;
    case "EXPOSE":
    case "MAINTAINER":
    case "STOPSIGNAL":
    case "USER":
    case "WORKDIR":
      return first === undefined ? here(`${name} needs an argument.`) : undefined;
    default:
      return undefined;
  }
}

type Here = (message: string, word?: Span) => DraftProblem;

function pairsProblem({ name, words, legacy }: Draft, here: Here): DraftProblem | undefined {
  const [first, second] = words;
  if (first === undefined) return here(`${name} needs a name.`);
  if (legacy && second === undefined)
    return here(`${name} ${first.text} has no value. Write ${name} ${first.text}=value.`);
  if (legacy) return undefined;
  const bare = name === "ARG" ? undefined : words.find((word) => !word.text.includes("="));
  if (bare !== undefined)
    return here(`\`${bare.text}\` has no =. Write name=value, and quote values with blanks.`, bare);
  const blank = words.find((word) => word.text.startsWith("="));
  return blank === undefined ? undefined : here(`\`${blank.text}\` has no name before the =.`, blank);
}

function healthProblem({ words, json }: Draft, here: Here): DraftProblem | undefined {
  const [type, command] = words;
  if (type === undefined) return here("HEALTHCHECK needs CMD or NONE.");
  const kind = type.text.toUpperCase();
  if (kind === "NONE") return command === undefined ? undefined : here("HEALTHCHECK NONE takes no arguments.", command);
  if (kind !== "CMD") return here(`HEALTHCHECK takes CMD or NONE, not \`${type.text}\`.`, type);
  return command === undefined && json === undefined ? here("HEALTHCHECK CMD needs a command.") : undefined;
}

/** The candidate at a distance of at most two edits, and less than the word's length. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 30) return undefined;
  const scored = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = scored;
  return best !== undefined && best.distance <= Math.min(2, word.length - 1) ? best.candidate : undefined;
}

/** Insertions, deletions, changes and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a.charAt(i - 1) === b.charAt(j - 1);
      const swapped = a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1);
      const best = Math.min(at(i - 1, j - 1) + (same ? 0 : 1), at(i - 1, j) + 1, at(i, j - 1) + 1);
      row.push(swapped && i > 1 && j > 1 ? Math.min(best, at(i - 2, j - 2) + 1) : best);
    }
  }
  return at(a.length, b.length);
}
