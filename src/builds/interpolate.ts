/** No path or name is longer; a longer text is not looked into. */
const LONGEST = 4096;

/**
 * Variables of a compose file: `$A`, `${A}`, `${A:-x}`, `${A-x}`, `${A:?why}`, `${A:+x}`, `$$`. A default is what the author has in
 * mind. null: it depends on a variable that is set nowhere here.
 */
export function interpolate(text: string, values: ReadonlyMap<string, string>): string | null {
  if (!text.includes("$")) return text;
  if (text.length > LONGEST) return null;
  let result = "";
  for (let at = 0; at < text.length;) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0) return result + text.slice(at);
    result += text.slice(at, dollar);
    const read = readVariable(text, dollar);
    if (read === undefined) return null;
    const value = read.name === "$" ? "$" : valueOf(read, values);
    if (value === null) return null;
    result += value;
    at = read.end;
  }
  return result;
}

interface Variable {
  readonly name: string;
  readonly operator: string;
  readonly operand: string;
  readonly end: number;
}

function readVariable(text: string, start: number): Variable | undefined {
  const plain = /^\$(?:\$|[A-Za-z_]\w*)/.exec(text.slice(start))?.[0];
  if (plain !== undefined) return { name: plain.slice(1), operator: "", operand: "", end: start + plain.length };
  if (text.charAt(start + 1) !== "{") return undefined;
  let depth = 0;
  let end = start + 1;
  for (; end < text.length; end++) {
    if (text.charAt(end) === "{") depth++;
    if (text.charAt(end) === "}" && --depth === 0) break;
  }
  if (end === text.length) return undefined;
  const [, name, operator = "", operand = ""] =
    /^([A-Za-z_]\w*)(:?[-?+])?([\s\S]*)$/.exec(text.slice(start + 2, end)) ?? [];
  return name === undefined || (operator === "" && operand !== "")
    ? undefined
    : { name, operator, operand, end: end + 1 };
}

function valueOf({ name, operator, operand }: Variable, values: ReadonlyMap<string, string>): string | null {
  const value = values.get(name);
  const isSet = value !== undefined && !(value === "" && operator.startsWith(":"));
  if (operator.endsWith("+")) return isSet ? interpolate(operand, values) : null;
  if (isSet) return value;
  return operator.endsWith("-") ? interpolate(operand, values) : null;
}

/** The variables of a `.env` file: plain `NAME=value` lines, quoted or not; what refers to others is left out. */
export function readVariables(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, quoted, single, plain = ""] =
      /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=(?:\s*"([^"\\]*)"\s*|\s*'([^']*)'\s*|([^'"#]*))(?:(?<=\s)#[^]*)?$/.exec(
        line,
      ) ?? [];
    if (name === undefined || line.length > LONGEST) continue;
    const value = single ?? quoted ?? plain.trim();
    if (single === undefined && value.includes("$")) values.delete(name);
    else values.set(name, value);
  }
  return values;
}
