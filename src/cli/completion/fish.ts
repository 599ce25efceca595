import { transformNames, type CompletedCommand, type CompletedOption, type Values } from "./grammar.js";

/** For ~/.config/fish/completions/dockopt.fish. */
export function fishScript(all: readonly CompletedCommand[]): string {
  const named = all.filter((one) => one.name !== "");
  const first = named.filter((one) => !one.name.includes(" ")).map((one) => one.name);
  const lines = all.flatMap(({ name, summary, options, operands }) => {
    const [one = "", two] = name.split(" ");
    const below = named.filter((other) => name !== "" && other.name.startsWith(`${name} `));
    const inside = name === "" ? `not __fish_seen_subcommand_from ${first.join(" ")}` : within(name);
    const before = two === undefined ? "__fish_use_subcommand" : within(one);
    return [
      ...(name === "" ? [] : [line(before, `-a ${two ?? one} -d ${quoted(summary)}`)]),
      ...(below.length > 0 ? [line(inside, "-f")] : []),
      ...(typeof operands === "string" || below.length > 0
        ? []
        : [line(inside, `-f${operands.length === 0 ? "" : ` -a ${quoted(operands.join(" "))}`}`)]),
      ...options.map((option) => line(inside, optionOf(option))),
    ];
  });
  return `# fish completion for dockopt, made by \`dockopt completion fish\`.\n${lines.join("\n")}\n`;
}

const within = (name: string): string =>
  name
    .split(" ")
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join("; and ");

const line = (condition: string, rest: string): string => `complete -c dockopt -n ${quoted(condition)} ${rest}`;

function optionOf({ short, long, help, values }: CompletedOption): string {
  const names = [...short.map((one) => `-s ${one.slice(1)}`), ...long.map((one) => `-l ${one.slice(2)}`)];
  return [...names, ...(values === undefined ? [] : [valueOf(values)]), `-d ${quoted(help)}`].join(" ");
}

function valueOf(values: Values): string {
  switch (values) {
    case "files":
      return "-r";
    case "folders":
      return "-x -a '(__fish_complete_directories)'";
    case "names":
      return `-x -a '(__fish_append , ${transformNames.join(" ")})'`;
    case "none":
      return "-x";
    default:
      return `-x -a ${quoted(values.join(" "))}`;
  }
}

const quoted = (text: string): string => `'${text.replace(/['\\]/g, "\\$&")}'`;
