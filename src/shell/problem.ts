import {
  forEachChild,
  type AndOr,
  type Command as CommandNode,
  type Pipeline,
  type SyntaxNode,
  type Word as WordNode,
} from "unbash";

/** "posix": any /bin/sh. */
export type Dialect = "posix" | "bash" | "other";

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
export function findProblem(
  tree: SyntaxNode,
  text: string,
  dialect: Dialect,
  form: "shell" | "heredoc",
): string | undefined {
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
    if (node.type === "Word" && hasOldArithmetic(node)) problem ??= UNCERTAIN;
    // One that the builder does not see, such as `<<"`: its lines would be instructions.
    if (node.type === "HereDoc" && form === "shell") problem = "its heredoc has no body";
    if (node.type === "ParameterExpansion" && node.prefix === "!")
      problem = "it reads a variable whose name is computed";
    if (node.type === "Redirect" && node.operator.startsWith("&>") && dialect !== "bash")
      problem = "it uses &>, which not every /bin/sh knows";
    // `> 2>&1` has no target: the number belongs to the next redirection.
    if (
      node.type === "Redirect" &&
      !node.operator.endsWith("&") &&
      /^\d+[<>]/.test((node.target?.text ?? "") + text.slice(node.end, node.end + 1))
    )
      problem ??= UNCERTAIN;
    if (node.type === "Pipeline" && node.operators.includes("|&") && dialect !== "bash")
      problem = "it uses |&, which not every /bin/sh knows";
    if (node.type === "Command" && !gapsAreBlank(node, text)) problem ??= UNCERTAIN;
    if ((node.type === "AndOr" || node.type === "Pipeline") && !gapsAreOperators(node, text)) problem ??= UNCERTAIN;
    forEachChild(node, visit);
  };
  visit(tree);
  return problem;
}

/** `$[1 + 1]` is arithmetic to Bash and plain text to other shells; to unbash, too. */
function hasOldArithmetic({ text, parts }: WordNode): boolean {
  const isOld = (one: string): boolean => /(?<!\\)\$\[/.test(one);
  const plain = (part: SyntaxNode): boolean =>
    part.type === "DoubleQuoted" ? part.parts.some(plain) : part.type === "Literal" && isOld(part.text);
  return parts === undefined ? isOld(text) : parts.some(plain);
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

/** What lies between a command's parts must be blank. */
function gapsAreBlank(node: CommandNode, text: string): boolean {
  const parts = [...node.prefix, ...(node.name === undefined ? [] : [node.name]), ...node.suffix].sort(
    (a, b) => a.pos - b.pos,
  );
  let at = node.pos;
  for (const part of parts) {
    if (part.pos > at && /[^\s\\]/.test(text.slice(at, part.pos))) return false;
    at = Math.max(at, part.end);
  }
  return true;
}
