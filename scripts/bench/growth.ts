import { optimize } from "../../src/optimize.js";
import { table, tableRow } from "./measure.js";
import { dimensions, filesDimension, type Dimension } from "./dimensions.js";

/** Bytes; the last is what no Dockerfile of the corpus comes near to. */
const SIZES = [1_000, 4_000, 16_000, 64_000, 250_000, 1_000_000, 5_000_000];
const FILE_SIZES = [16_000, 160_000, 1_600_000, 16_000_000];
/** Below, what does not grow hides what does. */
const SMALLEST_MS = 30;
/** Who takes longer is not asked about larger inputs: the exponent is known by then. */
const LONGEST_MS = 60_000;

interface Growth {
  readonly name: string;
  readonly points: readonly { readonly bytes: number; readonly ms: number }[];
  /** k of time = c * bytes^k, the best fit; undefined: too quick to tell. */
  readonly exponent: number | undefined;
}

/** Processor time of whole rewrites with all default transforms, by the size of the input. */
export function growthTable(): void {
  const sizes = SIZES.map((bytes) => (bytes < 1e6 ? `${bytes / 1000} KB` : `${bytes / 1e6} MB`)).join(", ");
  console.log(`\n${table(["much of", `ms for ${sizes}`, "exponent"], [])}`);
  for (const [one, bytes] of [
    ...dimensions.map((one) => [one, SIZES] as const),
    [filesDimension, FILE_SIZES] as const,
  ]) {
    const { name, points, exponent } = grow(one, bytes);
    const times = points.map(({ ms }) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0))).join(", ");
    console.log(tableRow([name, times, exponent?.toFixed(2) ?? "too quick to tell"]));
  }
}

function grow({ name, make }: Dimension, sizes: readonly number[]): Growth {
  const points: { bytes: number; ms: number }[] = [];
  for (const bytes of sizes) {
    if ((points.at(-1)?.ms ?? 0) > LONGEST_MS / 5) break;
    // What is quick is done three times, and the middle one counts.
    const times = [timeOf(make, bytes)];
    if ((times[0] ?? 0) < 1000) times.push(timeOf(make, bytes), timeOf(make, bytes));
    times.sort((a, b) => a - b);
    points.push({ bytes, ms: times[times.length >> 1] ?? 0 });
  }
  return { name, points, exponent: fit(points.filter(({ ms }) => ms >= SMALLEST_MS)) };
}

function timeOf(make: Dimension["make"], bytes: number): number {
  const { text, context } = make(bytes);
  const start = process.cpuUsage();
  optimize(text, { context });
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Least squares on logarithms. */
function fit(points: Growth["points"]): number | undefined {
  if (points.length < 3) return undefined;
  const logs = points.map(({ bytes, ms }) => [Math.log(bytes), Math.log(ms)] as const);
  const mean = (index: 0 | 1): number => logs.reduce((sum, pair) => sum + pair[index], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const above = logs.reduce((sum, pair) => sum + (pair[0] - x) * (pair[1] - y), 0);
  return above / logs.reduce((sum, pair) => sum + (pair[0] - x) ** 2, 0);
}
