import { commands, type Command } from "../src/cli/commands.js";
import { GROUPS, type Option } from "../src/cli/options.js";

/** The manual page of all commands, by the tables that --help and completion are made from. roff, man(7). */
export function manual(): string {
  const [main, ...others] = Object.entries<Command>(commands);
  if (main === undefined) throw new RangeError("there are no commands");
  const [, rewrite] = main;
  return [
    '.TH DOCKOPT 1 "" dockopt "User Commands"',
    ".SH NAME",
    "dockopt \\- rewrite Dockerfiles so that rebuilds reuse cached layers",
    ".SH SYNOPSIS",
    ...[main, ...others]
      .flatMap(([, { head }]) => usagesOf(head))
      .flatMap((usage, index) => (index === 0 ? usage : [".br", ...usage])),
    ".SH DESCRIPTION",
    "dockopt reads a Dockerfile as BuildKit does, the RUN scripts as a shell does and the build context as the builder sees it, works out every file that an install",
    "reads, and moves the source copy behind it. The image stays the same, or the file is left alone and the reason is told. Nothing is written without",
    "\\fB\\-\\-write\\fR.",
    ".SH OPTIONS",
    ...optionsOf(rewrite, ".SS"),
    ".SH EXIT STATUS",
    ...paragraphs(rewrite.exits),
    ".SH COMMANDS",
    ...others.flatMap(([name, command]) => [
      `.SS ${escaped(`dockopt ${name}`)}`,
      ...paragraphs(command.head.replace(/^Usage:.*\n/m, "")),
      ...optionsOf(command, ".P"),
      ...(command.exits === "" ? [] : [".P", ...paragraphs(command.exits)]),
    ]),
    ".SH ENVIRONMENT",
    ".TP",
    "\\fBNO_COLOR\\fR, \\fBFORCE_COLOR\\fR",
    "Colours never, or always; \\-\\-color and \\-\\-no\\-color win.",
    ".SH SEE ALSO",
    "\\fBdocker\\fR(1), \\fBdockerfile\\fR(5)",
    "",
  ].join("\n");
}

function usagesOf(head: string): readonly (readonly string[])[] {
  const usage = /^Usage: (.*?)(?: {2}.*)?$/m.exec(head)?.[1];
  return usage === undefined ? [] : [[escaped(usage)]];
}

function optionsOf({ options }: Command, heading: string): readonly string[] {
  return GROUPS.flatMap((group) => {
    const some = Object.entries(options).filter(([, option]) => option.group === group);
    if (some.length === 0) return [];
    const title = heading === ".SS" ? [`.SS ${group}`] : [heading, `${group}:`];
    return [...title, ...some.flatMap(([name, option]) => [".TP", namesOf(name, option), line(option.help)])];
  });
}

function namesOf(name: string, { alias = [], value }: Option): string {
  const names = [...alias.map((one) => (one.length === 1 ? `-${one}` : `--${one}`)), `--${name}`];
  const shown = names.map((one) => `\\fB${escaped(one)}\\fR`).join(", ");
  return value === undefined ? shown : `${shown} \\fI${escaped(value)}\\fR`;
}

/** Running text, and lists that are set in by two blanks as they are. */
function paragraphs(text: string): readonly string[] {
  return text
    .trimEnd()
    .split("\n")
    .flatMap((one, index, all) => {
      const [is, was] = [one, all[index - 1] ?? ""].map((each) => each.startsWith("  "));
      const open = is === true && was !== true ? [".P", ".nf"] : [];
      const close = is !== true && was === true ? [".fi", ".P"] : [];
      const last = is === true && index === all.length - 1 ? [".fi"] : [];
      return [...open, ...close, line(one), ...last];
    });
}

/** A control character at the start of a line would be a request. */
const line = (text: string): string => (/^[.']/.test(text) ? `\\&${escaped(text)}` : escaped(text));

const escaped = (text: string): string => text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
