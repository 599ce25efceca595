/**
 * Variable expansion of Dockerfile words (not of RUN bodies), by the rules of BuildKit's frontend/dockerfile/shell: `$A`,
 * `${A}`, `${A:-x}`, `${A-x}`, `${A:+x}`, `${A+x}`; single quotes keep, double quotes group, the escape character takes the next one
 * literally. A variable whose value is not known, and any other modifier, stays in the result as `${...}`.
 */
export function expand(word: string, values: ReadonlyMap<string, string>, escape: string): string {
  let result = "";
  let quote = "";
  for (let i = 0; i < word.length; i++) {
    const c = word.charAt(i);
    if (c === quote) quote = "";
    else if (quote === "'") result += c;
    else if (quote === "" && (c === "'" || c === '"')) quote = c;
    else if (c === escape && i + 1 < word.length) result += word.charAt(++i);
    else if (c === "$") {
      const variable = readVariable(word, i);
      if (variable === undefined) {
        result += c;
        continue;
      }
      result += substitute(variable, values, escape);
      i = variable.end - 1;
    } else result += c;
  }
  return result;
}

interface Variable {
  readonly name: string;
  readonly operator: string;
  readonly operand: string;
  readonly text: string;
  readonly end: number;
}

function readVariable(word: string, start: number): Variable | undefined {
  if (word.charAt(start + 1) !== "{") {
    const name = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/.exec(word.slice(start + 1, start + 256))?.[0];
    if (name === undefined) return undefined;
    const end = start + 1 + name.length;
    return { name, operator: "", operand: "", text: `\${${name}}`, end };
  }
  let depth = 0;
  let end = start + 1;
  for (; end < word.length; end++) {
    if (word.charAt(end) === "{") depth++;
    if (word.charAt(end) === "}" && --depth === 0) break;
  }
  const inner = word.slice(start + 2, end);
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(inner)?.[0] ?? "";
  const operator = /^(?::?[-+?]|##?|%%?|\/\/?)?/.exec(inner.slice(name.length))?.[0] ?? "";
  return { name, operator, operand: inner.slice(name.length + operator.length), text: `\${${inner}}`, end: end + 1 };
}

function substitute(variable: Variable, values: ReadonlyMap<string, string>, escape: string): string {
  const value = values.get(variable.name);
  // An unset variable may still be a build argument of the frontend (TARGETARCH, HTTP_PROXY): not known, rather than empty.
  if (value === undefined) return variable.text;
  if (value.includes("${"))
    return variable.operator === ""
      ? value
      : `\${${value.replace(/[${}]/g, "")}${variable.operator}${variable.operand}}`;
  const operand = (): string => expand(variable.operand, values, escape);
  switch (variable.operator) {
    case "":
      return value;
    case ":-":
      return value === "" ? operand() : value;
    case "-":
      return value;
    case ":+":
      return value === "" ? "" : operand();
    case "+":
      return operand();
    default:
      return variable.text;
  }
}

/** Names of the variables a word or a script mentions: `$A`, `${A}`, `${#A}`, `[ -v A ]`, and in arithmetic without any sign, `$((A + 1))`. */
export function variablesIn(text: string): string[] {
  const sums = [...between(text, "$((", "))"), ...between(text, "$[", "]")];
  return [
    ...[...text.matchAll(/(?:\$\{?[#!]?|\s-v\s+)([A-Za-z_][A-Za-z0-9_]*)/g)].map((match) => match[1] ?? ""),
    ...sums.flatMap((sum) => sum.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? []),
  ];
}

/** What stands between an opening and the next closing. */
function* between(text: string, open: string, close: string): Generator<string> {
  for (let start = text.indexOf(open); start >= 0;) {
    const end = text.indexOf(close, start + open.length);
    if (end < 0) return;
    yield text.slice(start + open.length, end);
    start = text.indexOf(open, end + close.length);
  }
}
