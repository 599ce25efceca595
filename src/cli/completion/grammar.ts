import { topics } from "../../explain/pages.js";
import { transforms } from "../../../transforms/index.js";
import { commands, type Command, type CommandName } from "../commands.js";
import type { Option } from "../options.js";

/** What may stand where an option's value or another word does. "names": transforms, joined by commas. "none": nothing that can be known. */
export type Values = "files" | "folders" | "names" | "none" | readonly string[];

export interface CompletedOption {
  /** "-f" */
  readonly short: readonly string[];
  /** "--format" */
  readonly long: readonly string[];
  readonly help: string;
  /** undefined: it takes none. */
  readonly values: Values | undefined;
  /** Placeholder of the value. */
  readonly value: string;
  readonly repeatable: boolean;
}

export interface CompletedCommand {
  /** What calls it: "migrate plan"; "" for the one that needs no name. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly operands: Values;
}

export const transformNames: readonly string[] = transforms.map((one) => one.name);

/** The command line as the tables have it, for the shells. */
export const grammar = (): readonly CompletedCommand[] =>
  Object.entries<Command>(commands).map(([name, { summary, options, operands }]): CompletedCommand => ({
    name: name === ("rewrite" satisfies CommandName) ? "" : name,
    summary,
    options: [
      ...Object.entries(options).flatMap(completed),
      { short: ["-h"], long: ["--help"], help: "Show all options", ...FLAG },
      ...(name === "rewrite" ? [{ short: ["-V"], long: ["--version"], help: "Show the version", ...FLAG }] : []),
    ],
    operands: operands === "topics" ? topics() : (operands ?? "files"),
  }));

const FLAG = { values: undefined, value: "", repeatable: false } as const;

function completed([name, option]: [string, Option]): readonly CompletedOption[] {
  const { alias = [], help, value = "", type } = option;
  const own: CompletedOption = {
    short: alias.filter((one) => one.length === 1).map((one) => `-${one}`),
    long: [name, ...alias.filter((one) => one.length > 1)].map((one) => `--${one}`),
    help,
    values: valuesOf(option),
    value,
    repeatable: type === "list" || type === "repeated",
  };
  const negated = `--no-${name}`;
  return help.includes(negated) ? [own, { ...own, ...FLAG, short: [], long: [negated] }] : [own];
}

/** By the placeholder, as --help shows it. */
function valuesOf({ type, value = "", choices }: Option): Values | undefined {
  if (type === "boolean") return undefined;
  if (choices !== undefined) return choices;
  if (/\b(?:DIR|FOLDER)\b/.test(value)) return "folders";
  if (/\b(?:FILE|PATH)\b/.test(value)) return "files";
  return value === "NAME,.." ? "names" : "none";
}
