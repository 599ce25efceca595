import type { Instruction } from "../../syntax/nodes.js";

/** Seconds that steps took in a recorded build, by the step's text as the builder shows it (blanks run together). */
export type Timings = ReadonlyMap<string, number>;

/**
 * Reads the log of `docker build --progress=plain` or `--progress=rawjson`. Steps that came from the cache tell nothing.
 * undefined: neither of the two.
 */
export function readTimings(log: string): Timings | undefined {
  const timings = /^\s*\{/.test(log) ? readJson(log) : readPlain(log);
  return timings.size === 0 ? undefined : timings;
}

/** "#7 [build 3/5] RUN npm ci", later "#7 DONE 12.3s". */
function readPlain(log: string): Timings {
  const names = new Map<string, string>();
  const timings = new Map<string, number>();
  for (const line of log.split("\n")) {
    const [, id, rest] = /^#(\d+) (.*?)\r?$/.exec(line) ?? [];
    if (id === undefined || rest === undefined) continue;
    const step = stepText(rest);
    if (step !== undefined) names.set(id, step);
    const seconds = /^DONE (\d+(?:\.\d+)?)s$/.exec(rest)?.[1];
    const name = names.get(id);
    if (seconds !== undefined && name !== undefined) keep(timings, name, Number(seconds));
  }
  return timings;
}

interface Vertex {
  readonly name?: unknown;
  readonly started?: unknown;
  readonly completed?: unknown;
  readonly cached?: unknown;
}

/** One JSON object a line, each with `vertexes` (BuildKit: client.SolveStatus). */
function readJson(log: string): Timings {
  const timings = new Map<string, number>();
  for (const line of log.split("\n")) {
    for (const { name, started, completed, cached } of verticesOf(line)) {
      const step = typeof name === "string" ? stepText(name) : undefined;
      if (step === undefined || cached === true || typeof started !== "string" || typeof completed !== "string")
        continue;
      const seconds = (Date.parse(completed) - Date.parse(started)) / 1000;
      if (seconds >= 0) keep(timings, step, seconds);
    }
  }
  return timings;
}

function verticesOf(line: string): readonly Vertex[] {
  try {
    const { vertexes } = JSON.parse(line) as { readonly vertexes?: unknown };
    return Array.isArray(vertexes)
      ? vertexes.filter((one): one is Vertex => typeof one === "object" && one !== null)
      : [];
  } catch {
    return [];
  }
}

/** "RUN npm ci" for "[build 3/5] RUN npm ci"; undefined for the builder's own work. */
function stepText(name: string): string | undefined {
  const text = /^\[(?:[^\]]*\D)?\d+\/\d+\] ((?:RUN|COPY|ADD|WORKDIR) [\s\S]*)$/.exec(name)?.[1];
  return text === undefined ? undefined : normal(text);
}

const normal = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Several platforms, several builds: the slowest counts. */
function keep(timings: Map<string, number>, step: string, seconds: number): void {
  timings.set(step, Math.max(seconds, timings.get(step) ?? 0));
}

/** What the recorded build says of the instruction. */
export function secondsOf(instruction: Instruction, timings: Timings | undefined): number | undefined {
  const flags = instruction.flags.map((flag) => flag.text);
  return timings?.get(normal([instruction.kind, ...flags, instruction.body.text].join(" ")));
}
