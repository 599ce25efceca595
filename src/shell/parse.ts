import {
  type AndOr,
  type Assignment,
  forEachChild,
  parse,
  type Command as CommandNode,
  type Pipeline,
  type Redirection,
  type Statement,
  type SyntaxNode,
  type Word as WordNode,
} from "unbash";
import { toSource } from "../syntax/heredoc.js";
import type { Document, JoinedText, RunInstruction, Segment, Span } from "../syntax/nodes.js";
import { unwrap } from "./commands.js";
import type { Command, ListItem, Redirect, Script, ShellWord } from "./script.js";

const known = new WeakMap<RunInstruction, Script>();

/** Reads a RUN. `shell` is the SHELL in force, undefined for the default /bin/sh. Memoised. */
export function readScript(run: RunInstruction, shell: readonly string[] | undefined, document: Document): Script {
  let script = known.get(run);
  if (script === undefined) {
    script = read(run, shell, document);
    known.set(run, script);
  }
  return script;
}

function read(run: RunInstruction, shell: readonly string[] | undefined, document: Document): Script {
  if (run.json !== undefined) return execForm(run);
  const dialect = dialectOf(shell);
  if (dialect === "other") return refused(run.body, "shell", `its shell is ${shell?.[0] ?? ""}, not a POSIX shell`);
  const [heredoc] = run.heredocs;
  if (heredoc === undefined) return readText(run.body, "shell", dialect);
  const header = run.body.text.replace(/^\d*<<-?(['"]?)[^\s'"]+\1\s*$/, "");
  if (header !== "" || run.heredocs.length > 1)
    return refused(run.body, "heredoc", "its heredoc is the input of another program");
  if (/^#!(?!\s*\/(?:usr\/)?bin\/(?:env )?(?:ba|da|a)?sh\b)/.test(heredoc.content))
    return refused(run.body, "heredoc", "its heredoc is a script of another language");
  return readText(heredocText(document.source, heredoc.body, heredoc.chomp), "heredoc", dialect);
}

type Dialect = "posix" | "bash" | "other";

function dialectOf(shell: readonly string[] | undefined): Dialect {
  if (shell === undefined) return "posix";
  const name = /(?<![^/\\])[^/\\]*$/.exec(shell[0] ?? "")?.[0] ?? "";
  if (name === "bash") return "bash";
  return /^(?:sh|dash|ash|busybox|ksh|zsh)$/.test(name) ? "posix" : "other";
}

const refused = (joined: JoinedText, form: Script["form"], problem: string): Script => ({
  joined,
  items: [],
  commands: [],
  flatChain: false,
  form,
  problem,
});

function heredocText(source: string, body: Span, chomp: boolean): JoinedText {
  const segments: Segment[] = [];
  let text = "";
  for (let at = body.start; at < body.end;) {
    const newline = source.indexOf("\n", at);
    const next = newline < 0 || newline >= body.end ? body.end : newline + 1;
    let from = at;
    if (chomp) while (source.charAt(from) === "\t") from++;
    if (next > from) segments.push({ joined: text.length, source: from, length: next - from });
    text += source.slice(from, next);
    at = next;
  }
  return { text, segments };
}

function execForm(run: RunInstruction): Script {
  const words = (run.json ?? []).map((word): ShellWord => ({ ...word, value: word.text, variables: [] }));
  const base: Command = {
    start: words[0]?.start ?? run.start,
    end: words.at(-1)?.end ?? run.end,
    program: undefined,
    programPath: undefined,
    args: words,
    assignments: [],
    redirects: [],
    wrappers: [],
    text: words.map((word) => word.text).join(" "),
    topLevel: true,
  };
  const commands = unwrap(base, true);
  const item: ListItem = { start: base.start, end: base.end, operator: undefined, shape: "command", commands };
  return { joined: run.body, items: [item], commands, flatChain: false, form: "exec", problem: undefined };
}

/** Reads shell text as unbash does, which always reads Bash; what another shell would read differently is refused. */
export function readText(joined: JoinedText, form: "shell" | "heredoc", dialect: Dialect = "posix"): Script {
  const tree = parse(joined.text);
  const problem = findProblem(tree, joined.text, dialect, form);
  if (problem !== undefined) return refused(joined, form, problem);
  const items: ListItem[] = [];
  for (const [index, statement] of tree.commands.entries()) {
    const before = index === 0 ? undefined : separator(tree.commands[index - 1], statement, joined.text);
    items.push(...itemsOf(statement, before, joined));
  }
  const loose =
    tree.commands.length !== 1 || tree.commands[0]?.background === true || items.some((item) => item.operator === "||");
  const wholeText = joined.text.slice(tree.commands[0]?.pos ?? 0).trim();
  const ends = tree.commands[0] !== undefined && wholeText.length === tree.commands[0].end - tree.commands[0].pos;
  const commands = items.flatMap((item) => item.commands);
  return {
    joined,
    items,
    commands,
    flatChain: form === "shell" && !loose && ends && items.length > 0,
    form,
    problem: undefined,
  };
}

function separator(before: Statement | undefined, statement: Statement, text: string): ListItem["operator"] {
  if (before?.background === true) return "&";
  return text.slice(before?.end ?? 0, statement.pos).includes(";") ? ";" : "newline";
}

function itemsOf(statement: Statement, before: ListItem["operator"], joined: JoinedText): ListItem[] {
  const { command } = statement;
  const nodes = command.type === "AndOr" ? command.commands : [command];
  const operators = command.type === "AndOr" ? command.operators : [];
  return nodes.map((node, index): ListItem => {
    const shape = node.type === "Command" ? "command" : node.type === "Pipeline" ? "pipeline" : "compound";
    const certain = shape === "command" && statement.background !== true && !operators.slice(0, index).includes("||");
    return {
      ...toSource(joined, { start: node.pos, end: node.end }),
      operator: index === 0 ? before : operators[index - 1],
      shape,
      commands: commandsIn(node, joined, certain),
    };
  });
}

/** Simple commands below a node, in source order; only the node itself runs for certain. */
function commandsIn(node: SyntaxNode, joined: JoinedText, certain: boolean): Command[] {
  const found: Command[] = [];
  const visit = (child: SyntaxNode): void => {
    if (child.type === "Command") {
      const nested: Command[] = [];
      forEachChild(child, (part) => nested.push(...commandsIn(part, joined, false)));
      found.push(...nested, ...unwrap(readCommand(child, joined, certain && child === node), false));
      return;
    }
    const own = standIn(child, joined);
    if (own !== undefined) found.push(own);
    forEachChild(child, visit);
  };
  visit(node);
  return found;
}

/** What a compound does beside its commands, as a command: its redirections (`{ a; b; } > x`), `[[ ]]`, `(( ))`. */
function standIn(node: SyntaxNode, joined: JoinedText): Command | undefined {
  const names = { Redirected: ":", TestCommand: "[[", ArithmeticCommand: "let" } as const;
  const name = Object.hasOwn(names, node.type) ? names[node.type as keyof typeof names] : undefined;
  return name === undefined
    ? undefined
    : {
        ...toSource(joined, { start: node.pos, end: node.end }),
        program: name,
        programPath: undefined,
        args: [],
        assignments: [],
        redirects: node.type === "Redirected" ? node.redirects.map((one) => readRedirect(one, joined)) : [],
        wrappers: [],
        text: joined.text.slice(node.pos, node.end),
        topLevel: false,
      };
}

function readCommand(node: CommandNode, joined: JoinedText, topLevel: boolean): Command {
  const words = [...(node.name === undefined ? [] : [node.name]), ...node.args];
  const { start, end } = toSource(joined, { start: node.pos, end: node.end });
  return {
    start,
    end,
    program: undefined,
    programPath: undefined,
    args: words.map((word) => (word.type === "Word" ? readWord(word, joined) : readArgument(word, joined))),
    assignments: node.prefix.flatMap((one) =>
      one.type === "Assignment"
        ? [
            one.value.type === "Word"
              ? { name: one.name, value: literal(one.value), text: one.value.text }
              : { name: one.name, value: undefined, text: "$" },
          ]
        : [],
    ),
    redirects: node.redirects.map((one) => readRedirect(one, joined)),
    wrappers: [],
    text: joined.text.slice(node.pos, node.end),
    topLevel,
  };
}

function readRedirect(node: Redirection, joined: JoinedText): Redirect {
  const span = toSource(joined, { start: node.pos, end: node.end });
  const target = node.type === "Redirect" && node.target !== undefined ? readWord(node.target, joined) : undefined;
  return { ...span, operator: node.operator, target };
}

/** `A=$B` behind `export`, `local` ... */
function readArgument(node: Assignment, joined: JoinedText): ShellWord {
  const given = node.value.type === "Word" ? readWord(node.value, joined) : undefined;
  const text = joined.text.slice(node.pos, node.end);
  const value = given?.value === undefined ? undefined : text.slice(0, text.length - given.text.length) + given.value;
  return { ...toSource(joined, { start: node.pos, end: node.end }), text, value, variables: given?.variables ?? [] };
}

function readWord(node: WordNode, joined: JoinedText): ShellWord {
  const variables: string[] = [];
  const visit = (part: SyntaxNode): void => {
    if (part.type === "SimpleExpansion") variables.push(part.text.replace(/^\$/, ""));
    if (part.type === "ParameterExpansion") variables.push(part.parameter);
    forEachChild(part, visit);
  };
  visit(node);
  const span = toSource(joined, { start: node.pos, end: node.end });
  return { ...span, text: joined.text.slice(node.pos, node.end), value: literal(node), variables };
}

/** The word's value when it has no expansion, glob or substitution. */
function literal(node: WordNode): string | undefined {
  const plain = (part: SyntaxNode): boolean =>
    part.type === "Literal" ||
    part.type === "SingleQuoted" ||
    (part.type === "DoubleQuoted" && part.parts.every(plain));
  return (node.parts ?? []).every(plain) ? node.value : undefined;
}

const BASH_ONLY: Readonly<Record<string, string>> = {
  TestCommand: "[[",
  ArithmeticCommand: "((",
  ArithmeticFor: "for ((",
  ProcessSubstitution: "<(",
  HereString: "<<<",
  ArrayValue: "an array",
  AnsiCQuoted: "$'..'",
  BraceExpansion: "{a,b}",
  ExtendedGlob: "an extended glob",
  Coproc: "coproc",
  Select: "select",
};

/** Why nothing may be concluded from the tree. Errors inside substitutions come up only when the tree is walked. */
function findProblem(tree: SyntaxNode, text: string, dialect: Dialect, form: "shell" | "heredoc"): string | undefined {
  let problem: string | undefined;
  const visit = (node: SyntaxNode): void => {
    if (problem !== undefined) return;
    if (node.type === "Script") {
      if ("errors" in node && node.errors !== undefined && node.errors.length > 0)
        problem = `the shell cannot be read: ${node.errors[0]?.message ?? ""}`;
      if (node.source !== undefined) problem = "it nests escaped backticks";
    }
    if (dialect !== "bash" && Object.hasOwn(BASH_ONLY, node.type))
      problem = `it uses ${BASH_ONLY[node.type] ?? ""}, which not every /bin/sh knows`;
    if (node.type === "CommandExpansion" && text.startsWith("${", node.pos))
      problem = "it uses ${ command; }, which few shells know";
    if (node.type === "Word" && hasOpenArithmetic(node)) problem ??= UNCERTAIN;
    // One that the builder does not see, such as `<<"`: its lines would be instructions.
    if (node.type === "HereDoc" && form === "shell") problem = "its heredoc has no body";
    if (node.type === "ParameterExpansion" && node.prefix === "!")
      problem = "it reads a variable whose name is computed";
    if (node.type === "Redirect" && node.operator.startsWith("&>") && dialect !== "bash")
      problem = "it uses &>, which not every /bin/sh knows";
    if (node.type === "Redirect" && lacksTarget(node, text)) problem ??= UNCERTAIN;
    if (node.type === "Pipeline" && node.operators.includes("|&") && dialect !== "bash")
      problem = "it uses |&, which not every /bin/sh knows";
    if (node.type === "Command" && !gapsAreBlank(node, text)) problem ??= UNCERTAIN;
    if ((node.type === "AndOr" || node.type === "Pipeline") && !gapsAreOperators(node, text)) problem ??= UNCERTAIN;
    forEachChild(node, visit);
  };
  visit(tree);
  return problem;
}

/** `> 2>&1`: the number belongs to the next redirection. */
const lacksTarget = ({ operator, target, end }: Extract<Redirection, { type: "Redirect" }>, text: string): boolean =>
  !operator.endsWith("&") && /^\d+$/.test(target?.text ?? "") && /[<>]/.test(text.charAt(end));

/** `$[1` without its end, which unbash takes for plain text and Bash rejects. */
function hasOpenArithmetic({ text, parts }: WordNode): boolean {
  const isOpen = (one: string): boolean => /(?<!\\)\$\[/.test(one);
  const isIn = (part: SyntaxNode): boolean =>
    part.type === "DoubleQuoted" ? part.parts.some(isIn) : part.type === "Literal" && isOpen(part.text);
  return parts === undefined ? isOpen(text) : parts.some(isIn);
}

const UNCERTAIN = "the shell cannot be read for certain";

/** unbash takes `make ( && x` without complaint: between two operands must be the operator alone, or heredoc bodies. */
function gapsAreOperators(node: AndOr | Pipeline, text: string): boolean {
  return node.commands.every((operand, index) => {
    const next = node.commands[index + 1];
    if (next === undefined || text.includes("<<")) return true;
    return text.slice(operand.end, next.pos).replace(/#.*$/gm, "").trim() === node.operators[index];
  });
}

/** What lies between a command's parts must be blank; unbash leaves out the bracket of `make (`. */
function gapsAreBlank(node: CommandNode, text: string): boolean {
  const parts = [...node.prefix, ...(node.name === undefined ? [] : [node.name]), ...node.suffix].sort(
    (a, b) => a.pos - b.pos,
  );
  let at = node.pos;
  for (const part of parts) {
    if (part.pos > at && /[^\s\\]/.test(text.slice(at, part.pos))) return false;
    at = Math.max(at, part.end);
  }
  const open = /[ \t]*\(/y;
  open.lastIndex = node.end;
  return !open.test(text);
}
