import { wrap } from "../report/terminal.js";
import { commands, commandWords, type Command, type CommandName } from "./commands.js";
import { GROUPS, type Option, type OptionTable } from "./options.js";

export function helpText(command: CommandName): string {
  const { head, options, exits }: Command = commands[command];
  const groups = GROUPS.flatMap((group) => {
    const lines = Object.entries(options)
      .filter(([, option]) => option.group === group)
      .map(([name, option]) => `${left(name, option).padEnd(28)}${option.help}`);
    return lines.length === 0 ? [] : [`${group}:\n${lines.join("\n")}`];
  });
  const others =
    command === "rewrite" ? `${wrap(`Also: ${commandWords.join(", ")} (each has a --help).`, 80, 6)}\n` : "";
  return `${head}${others}${groups.join("\n")}${groups.length === 0 ? "" : "\n"}${exits}`;
}

function left(name: string, option: Option): string {
  const short = option.alias?.filter((alias) => alias.length === 1).map((alias) => `-${alias}, `)[0] ?? "    ";
  return `  ${short}--${name}${option.value === undefined ? "" : ` ${option.value}`}`;
}

/** The README's sections. */
export function optionsMarkdown(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, option]) => {
    const names = [
      ...(option.alias ?? []).map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`)),
      `--${name}${option.value === undefined ? "" : ` ${option.value}`}`,
    ];
    return `| ${names.map((one) => `\`${one}\``).join(" ")} | ${option.help} |`;
  });
  return ["| option | meaning |", "| --- | --- |", ...rows].join("\n");
}
