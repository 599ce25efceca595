import { readText } from "../shell/parse.js";
import type { ListItem, Script } from "../shell/script.js";
import { lastIndexAtMost } from "../syntax/lines.js";
import type { JoinedText, RunInstruction, Span } from "../syntax/nodes.js";
import { joinEffects, type Effects } from "./effects.js";
import type { CommandFact, Facts } from "./facts.js";
import { leavesOutside } from "./mounts.js";
import { mayOverlap } from "./paths.js";

/** The smallest part of a RUN that may stand in a RUN of its own: one operand of a plain `&&` chain, or the whole script. */
export interface Fragment {
  readonly run: RunInstruction;
  /** As the shell sees it: continuations joined, without the parentheses or braces around it. */
  readonly text: string;
  /** What stands before it in its script and acts on it (`cd /x`, `export A=1`, `set -e`), in order. */
  readonly setups: readonly string[];
  readonly effects: Effects;
  readonly commands: readonly CommandFact[];
  /**
   * "last" or "inner" where its place in the chain decides whether a failing command inside of it stops the script: under `set -e` all but
   * the last operand of a list are exempt (POSIX, set -e), also within loops and subshells.
   */
  readonly errexit: "" | "last" | "inner";
}

/** Only change the shell: they are said again for every fragment that follows. */
const SETUP = words("cd set export umask unset shopt ulimit alias unalias trap readonly");
/** Do work and may change the shell. */
const LEAKING = words(". source eval read getopts declare typeset local let pushd popd hash");
/** What follows does not run, or not as it seems. */
const CUTTING = words("exit exec return");

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

/** The fragments of a RUN in order. Running one after the other, each in a fresh shell behind its setups, does what the RUN does. */
export function fragmentsOf(run: RunInstruction, facts: Facts): readonly Fragment[] {
  const script = facts.script(run);
  const commands = facts.commands(run);
  const text = wholeText(run);
  const strict = stopsOnError(facts.state(run).shell ?? [], text);
  const effects = facts.effects(run);
  const whole: Fragment = { run, text, setups: [], effects, commands, errexit: strict ? "last" : "" };
  if (!script.flatChain || leavesOutside(run, facts)) return [whole];
  const collector: Collector = { run, facts, strict, found: [], setups: [] };
  let at = 0;
  for (const [index, item] of script.items.entries()) {
    const own = commands.slice(at, at + item.commands.length);
    at += own.length;
    const last = index === script.items.length - 1;
    if (!collect(item, joinedSlice(script.joined, item), own, last, collector)) return [whole];
  }
  // What nothing follows still has to succeed.
  const last = script.items.at(-1);
  const trailing = last !== undefined && isSaid(joinedSlice(script.joined, last), collector.setups);
  return trailing
    ? [...collector.found, { ...whole, errexit: "", text: textsOf(collector.setups).join(" && ") }]
    : collector.found;
}

/** May what these fragments leave in the shell change what is appended to their chain? */
export const leaksInto = (fragments: readonly Fragment[]): boolean =>
  fragments.some(
    ({ text, setups, commands }) =>
      setups.length > 0 || isLoop(text) || commands.some(({ command }) => changesShell(command)),
  );

/** Its variable keeps the last value. */
const isLoop = (text: string): boolean =>
  /^(?:for|select)\s/.test(text) || /^(?:if|while|until|case)\s[\s\S]*[\s;](?:for|select)\s+\w/.test(text);

function wholeText(run: RunInstruction): string {
  const bodies = run.heredocs.map((heredoc) => `\n${heredoc.name}\n${heredoc.content}`);
  // A last `;` says nothing, but for find's `\\;`.
  return [run.json === undefined ? "" : "exec ", run.body.text.trim().replace(/(?<![\\\s])\s*;$/, ""), ...bodies].join(
    "",
  );
}

/** `SHELL ["sh", "-ec"]`; `set -e`, `set -o errexit`, a `#!` line; what `.` and `eval` bring may say it too. `test -e` and `sed -e` do not. */
const stopsOnError = (shell: readonly string[], text: string): boolean =>
  shell.some((word) => /^-[a-zA-Z]*e|^errexit$/.test(word)) ||
  /(?:^|[^\w-])set\s(?:(?:(?!\sset\s)[^;&|\n])*\s)?-[a-zA-Z]*e|\berrexit\b|^#!.*\s-[a-zA-Z]*e|(?:^|[\s;&|({])(?:\.|source|eval)\s/m.test(
    text,
  );

interface Collector {
  readonly run: RunInstruction;
  readonly facts: Facts;
  /** A failing command may stop the script. */
  readonly strict: boolean;
  readonly found: Fragment[];
  setups: readonly Setup[];
}

interface Setup {
  readonly text: string;
  readonly effects: Effects;
  /** So many fragments were found before it. */
  readonly after: number;
}

const textsOf = (setups: readonly Setup[]): readonly string[] => setups.map((one) => one.text);
const isSaid = (text: string, setups: readonly Setup[]): boolean => setups.some((one) => one.text === text);

/** Said once more it may say something else: `A=$(date)`, or a later step has written what `A=$(cat x)` reads. */
const isStale = ({ found, setups }: Collector): boolean =>
  setups.some(({ text, effects, after }) =>
    /\$\$|\$\{?(?:RANDOM|SRANDOM|SECONDS|EPOCH\w+|PPID|BASHPID)\b|(?:\$\(|`)\s*(?:date|curl|wget|hostname)\b/.test(text)
      ? found.length > after
      : found
          .slice(after)
          .some((one) =>
            effects.reads.some(
              (path) => one.effects.opaque !== undefined || one.effects.writes.some((other) => mayOverlap(path, other)),
            ),
          ),
  );

/** Adds what the item is; false: the script cannot be taken apart. */
function collect(
  item: ListItem,
  text: string,
  commands: readonly CommandFact[],
  last: boolean,
  into: Collector,
): boolean {
  if (isStale(into)) return false;
  const programs = commands.map(({ command }) => command.program ?? "");
  if (programs.some((name) => CUTTING.has(name)) || commands.some(({ command }) => command.wrappers.includes("exec")))
    return false;
  if (/^(?:function\s|[\w.-]+\s*\(\s*\))/.test(text)) return false;
  const group = item.shape === "compound" ? groupOf(text) : undefined;
  if (group !== undefined) return collectGroup(group, commands, last, into);
  const effects = into.facts.inImage(joinEffects(commands.map((fact) => fact.effects)), into.run);
  const final = commands.at(-1)?.command;
  const onlySetup =
    item.shape === "command" &&
    final !== undefined &&
    (SETUP.has(final.program ?? "") || (final.program === undefined && final.args.length === 0)) &&
    effects.opaque === undefined &&
    effects.writes.length === 0 &&
    effects.system !== "writes";
  if (!onlySetup) {
    into.found.push({
      run: into.run,
      text,
      setups: textsOf(into.setups),
      effects: joinEffects([...into.setups.map((one) => one.effects), effects]),
      commands,
      errexit: item.shape === "compound" ? errexitOf(last, into) : "",
    });
  }
  const leaks = item.shape !== "pipeline" && (commands.some(({ command }) => changesShell(command)) || isLoop(text));
  if (leaks && !(onlySetup && text.startsWith("set ") && isSaid(text, into.setups)))
    into.setups = [...into.setups, { text, effects, after: into.found.length }];
  return true;
}

interface Group {
  readonly script: Script;
  readonly text: string;
  /** `( )` keeps what it changes to itself; `{ }` does not. */
  readonly subshell: boolean;
}

function groupOf(text: string): Group | undefined {
  const subshell = /^\((?!\()([\s\S]*)\)$/.exec(text)?.[1];
  const inner = (subshell ?? /^\{\s([\s\S]*);\s*\}$/.exec(text)?.[1])?.trim().replace(/(?<!\s)\s*;$/, "");
  if (inner === undefined) return undefined;
  const joined = { text: inner, segments: [{ joined: 0, source: 0, length: inner.length }] };
  const script = readText(joined, "shell");
  return script.problem === undefined ? { script, text: inner, subshell: subshell !== undefined } : undefined;
}

const errexitOf = (last: boolean, { strict }: Collector): Fragment["errexit"] =>
  !strict ? "" : last ? "last" : "inner";

function collectGroup(group: Group, commands: readonly CommandFact[], last: boolean, into: Collector): boolean {
  const { script } = group;
  const { setups } = into;
  if (!script.flatChain || script.commands.length !== commands.length) {
    // As one piece; what it changes in the shell would be lost to what follows, unless it is a subshell.
    const effects = into.facts.inImage(joinEffects(commands.map((fact) => fact.effects)), into.run);
    into.found.push({
      run: into.run,
      text: group.text,
      setups: textsOf(setups),
      effects: joinEffects([...setups.map((one) => one.effects), effects]),
      commands,
      errexit: errexitOf(last, into),
    });
    return group.subshell || !commands.some(({ command }) => changesShell(command));
  }
  let at = 0;
  for (const [index, item] of script.items.entries()) {
    const own = commands.slice(at, at + item.commands.length);
    at += item.commands.length;
    const ends = last && index === script.items.length - 1;
    if (!collect(item, group.text.slice(item.start, item.end), own, ends, into)) return false;
  }
  if (!group.subshell) return true;
  const trailing = script.items.at(-1);
  const text = trailing && group.text.slice(trailing.start, trailing.end);
  if (text !== undefined && isSaid(text, into.setups) && !isSaid(text, setups)) {
    const effects = joinEffects(into.setups.map((one) => one.effects));
    const own = { text, setups: textsOf(into.setups).slice(0, -1), effects, commands };
    into.found.push({ run: into.run, ...own, errexit: "" });
  }
  into.setups = setups;
  return true;
}

/** May what it leaves in the shell change what follows in the same script? */
export const changesShell = ({ program, args }: CommandFact["command"]): boolean =>
  program === undefined ? args.length === 0 : SETUP.has(program) || LEAKING.has(program);

/** The joined text of a range of the source. */
export function joinedSlice({ text, segments }: JoinedText, span: Span): string {
  const indexAt = (offset: number): number =>
    Math.max(
      lastIndexAtMost(segments, offset, (one) => one.source),
      0,
    );
  return segments
    .slice(indexAt(span.start), indexAt(span.end) + 1)
    .map(({ joined, source, length }) => {
      const from = Math.max(span.start, source);
      const to = Math.min(span.end, source + length);
      return from < to ? text.slice(joined + from - source, joined + to - source) : "";
    })
    .join("");
}
