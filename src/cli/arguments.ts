import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import yargs from "yargs";
import { nearest } from "../syntax/validate.js";
import { UsageError } from "./exit.js";
import type { Option, OptionTable } from "./options.js";

/** What was given, by the names of the table. */
export interface Given {
  readonly paths: readonly string[];
  has(name: string): boolean;
  /** A boolean that may be left open. */
  flag(name: string): boolean | undefined;
  text(name: string): string | undefined;
  list(name: string): readonly string[];
}

/** Reads a command line by its table. @throws UsageError */
export function readArguments(argv: readonly string[], table: OptionTable): Given {
  const given = yargs([...argv])
    // What it says is read below, in English.
    .detectLocale(false)
    .parserConfiguration({
      "boolean-negation": true,
      "duplicate-arguments-array": true,
      "greedy-arrays": Object.values(table).some((option) => option.type === "list"),
      "parse-positional-numbers": false,
      "strip-aliased": true,
    })
    .options(Object.fromEntries(Object.entries(table).map(([name, option]) => [name, yargsOption(option)])))
    .help(false)
    .version(false)
    .exitProcess(false)
    .strictOptions()
    .fail((message: string | undefined, error: Error | undefined) => {
      throw new UsageError(usageMessage(message ?? error?.message ?? "wrong usage", table));
    })
    .parseSync();
  // Given twice, the last one counts.
  const last = (name: string): unknown =>
    Array.isArray(given[name]) ? (given[name] as unknown[]).at(-1) : given[name];
  return {
    paths: given._.map(String),
    has: (name) => last(name) === true,
    flag: (name) => (typeof last(name) === "boolean" ? last(name) === true : undefined),
    text: (name) => (typeof last(name) === "string" ? String(last(name)) : undefined),
    list: (name) => (Array.isArray(given[name]) ? given[name].map(String) : []),
  };
}

function yargsOption({ type, alias, choices }: Option): Record<string, unknown> {
  return {
    type: type === "boolean" ? type : "string",
    array: type === "list" || type === "repeated",
    // Beside a greedy list, one word each time it is given.
    ...(type === "repeated" ? { nargs: 1 } : {}),
    alias: [...(alias ?? [])],
    ...(choices === undefined ? {} : { choices: [...choices] }),
    ...(type === "boolean" ? {} : { requiresArg: true }),
  };
}

function usageMessage(message: string, table: OptionTable): string {
  const choice = /^Invalid values:\s+Argument: (\S+), Given: "(.*)", Choices: (.*)$/s.exec(message);
  if (choice !== null) {
    const [, name = "", value = "", choices = ""] = choice;
    const near = nearest(value, table[name]?.choices ?? []);
    const help = near === undefined ? `There are: ${choices.replaceAll('"', "")}.` : `Did you mean ${near}?`;
    return `--${name}: there is no ${value}. ${help}`;
  }
  const unknown = /^Unknown arguments?: (\S+?)(?:,|$)/.exec(message)?.[1];
  if (unknown === undefined) return `${message.replace(/\s*\n\s*/g, " ")}. dockopt --help shows the options.`;
  const near = nearest(unknown, Object.keys(table));
  return `there is no option ${unknown.length === 1 ? "-" : "--"}${unknown}.${near === undefined ? "" : ` Did you mean --${near}?`} dockopt --help shows all.`;
}

/** @throws UsageError when the file cannot be read. */
export function readList(file: string | undefined, cwd: string): readonly string[] {
  if (file === undefined) return [];
  try {
    return readFileSync(file === "-" ? 0 : resolve(cwd, file), "utf8")
      .split(/\r?\n/)
      .filter((line) => line !== "");
  } catch (error) {
    throw new UsageError(
      `--files-from ${file}: it cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}
