import type { Span, JoinedText } from "../syntax/nodes.js";

/** One word of a command. Spans point into the Dockerfile. */
export interface ShellWord extends Span {
  /** As written, line continuations joined. */
  readonly text: string;
  /** The literal value after quote removal; undefined when the word holds an expansion, glob or substitution. */
  readonly value: string | undefined;
  /** Names of plain parameters used (`$A`, `${A:-x}`), for scope questions. */
  readonly variables: readonly string[];
}

export interface Redirect extends Span {
  readonly operator: string;
  readonly target: ShellWord | undefined;
}

/** `NAME=value` before a command, or alone. */
export interface Assignment {
  readonly name: string;
  /** The literal value; undefined when it holds an expansion or a substitution. */
  readonly value: string | undefined;
  /** The value as written. */
  readonly text: string;
}

/** A simple command, wrappers (sudo, env, exec, time, xargs, `python -m`, `php composer.phar` ...) already peeled off. */
export interface Command extends Span {
  /** Basename of the program after unwrapping ("npm"); undefined when it is an expansion: the command is opaque. `python -m pip` is "pip". */
  readonly program: string | undefined;
  /** The word that names it; of `python -m pip` it is python's. */
  readonly name?: ShellWord | undefined;
  /** Path as written when the program was named by one, e.g. "./node_modules/.bin/tsc" or "/usr/bin/npm". */
  readonly programPath: string | undefined;
  /** Words after the program. */
  readonly args: readonly ShellWord[];
  /** Leading `NAME=value` words, also those of `env`. */
  readonly assignments: readonly Assignment[];
  readonly redirects: readonly Redirect[];
  /** Names of peeled wrappers, outermost first; "sudo -u" with the options by which it runs as another user or elsewhere. A command inside `sh -c "..."` has "sh -c" here and must not be edited. */
  readonly wrappers: readonly string[];
  /** The literal text of all its words as written, for messages. */
  readonly text: string;
  /** True when the command runs unconditionally as part of the top-level list (not in a substitution, branch, loop, pipe, subshell, function or background). */
  readonly topLevel: boolean;
}

/** One operand of the top-level list. */
export interface ListItem extends Span {
  /** The operator that joins it to the item before; undefined for the first. */
  readonly operator: "&&" | "||" | ";" | "&" | "newline" | undefined;
  /** "command": one simple command; "pipeline": two or more joined by `|` (or `!`); "compound": if/for/while/case/{}/()/function... */
  readonly shape: "command" | "pipeline" | "compound";
  /** Every simple command inside, in source order. */
  readonly commands: readonly Command[];
}

/**
 * The shell reading of one RUN (shell form, heredoc form, or exec form, whose words are one command).
 * `problem` says why nothing may be concluded from it ("syntax error near ...", "the shell is powershell"); then `items` is empty.
 */
export interface Script {
  readonly joined: JoinedText;
  readonly items: readonly ListItem[];
  /** All simple commands at any depth, in source order. */
  readonly commands: readonly Command[];
  /** Items are joined by `&&` only, nothing is in the background, no trailing comment: may be split between items. */
  readonly flatChain: boolean;
  /** exec: JSON array; heredoc: body of `RUN <<EOF`; shell: the usual. */
  readonly form: "shell" | "exec" | "heredoc";
  readonly problem: string | undefined;
}
