import { copy, randomLine, type Line, type Operand, type Random } from "./dockerfile.js";

/** A random rewrite, right or wrong: what transforms do, and what they must not. */
export function randomRewrite(lines: readonly Line[], pick: Random): readonly Line[] {
  let result = lines;
  for (let count = 1 + pick(2); count > 0; count--) result = once(result, pick);
  return result;
}

function once(lines: readonly Line[], pick: Random): readonly Line[] {
  const i = pick(lines.length);
  const line = lines[i];
  if (line === undefined) return lines;
  const rest = [...lines.slice(0, i), ...lines.slice(i + 1)];
  switch (pick(10)) {
    case 0:
    case 1:
    case 2:
      return [...lines.slice(0, i), ...lines.slice(i + 1, i + 2), line, ...lines.slice(i + 2)];
    case 3: {
      const j = pick(rest.length + 1);
      return [...rest.slice(0, j), line, ...rest.slice(j)];
    }
    case 4:
    case 5:
      return joined(lines, i, pick);
    case 6:
      return split(lines, i, pick);
    case 7:
      return manifestFirst(lines, i, pick);
    case 8: {
      const download: Line = { kind: "RUN", operands: operandsNamed(lines, "go mod download") };
      return download.operands.length === 0
        ? lines
        : [...lines.slice(0, i), copy(["go.mod", "go.sum"], "./"), download, ...lines.slice(i)];
    }
    default:
      return pick(2) === 0 ? rest : [...lines.slice(0, i), randomLine(pick), ...lines.slice(i)];
  }
}

const operandsNamed = (lines: readonly Line[], text: string): readonly Operand[] =>
  lines.flatMap((line) => (line.kind === "RUN" ? line.operands.filter((one) => one.text === text) : [])).slice(0, 1);

function joined(lines: readonly Line[], i: number, pick: Random): readonly Line[] {
  const [a, b] = [lines[i], lines[i + 1]];
  if (a?.kind !== "RUN" || b?.kind !== "RUN" || a.groups !== undefined || b.groups !== undefined) return lines;
  const operands = [...a.operands, ...b.operands];
  const groups = pick(2) === 0 ? undefined : [[0, a.operands.length - 1] as const];
  return [
    ...lines.slice(0, i),
    groups === undefined ? { kind: "RUN", operands } : { kind: "RUN", operands, groups },
    ...lines.slice(i + 2),
  ];
}

function split(lines: readonly Line[], i: number, pick: Random): readonly Line[] {
  const line = lines[i];
  if (line?.kind !== "RUN" || line.operands.length < 2 || line.groups !== undefined) return lines;
  const at = 1 + pick(line.operands.length - 1);
  const [first] = line.operands;
  const again = first !== undefined && /^(?:cd|export) /.test(first.text) && pick(2) === 0 ? [first] : [];
  return [
    ...lines.slice(0, i),
    { kind: "RUN", operands: line.operands.slice(0, at) },
    { kind: "RUN", operands: [...again, ...line.operands.slice(at)] },
    ...lines.slice(i + 1),
  ];
}

/** The manifests, then a RUN from further down, then the rest: the split of a source copy, wherever it is put. */
function manifestFirst(lines: readonly Line[], i: number, pick: Random): readonly Line[] {
  const j = lines.findIndex((line, index) => index > i && line.kind === "RUN");
  const run = lines[j];
  if (run === undefined) return lines;
  const names = pick(4) === 0 ? ["package.json"] : ["package.json", "package-lock.json"];
  const first = lines[i];
  const chown = first?.kind === "OTHER" ? /--chown=(\w+)/.exec(first.text)?.[1] : undefined;
  const dest = first?.kind === "OTHER" && /^COPY (?:--chown=\w+ )?\. (\S+)$/.exec(first.text)?.[1];
  const place = typeof dest === "string" && pick(4) > 0 ? `${dest.replace(/\/$/, "")}/` : "./";
  return [...lines.slice(0, i), copy(names, place, chown), run, ...lines.slice(i, j), ...lines.slice(j + 1)];
}
