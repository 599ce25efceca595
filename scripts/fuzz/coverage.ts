import { Session, type Profiler } from "node:inspector";

/** Which characters of dockopt's own code have run, by V8's counters of blocks. */
export interface Coverage {
  /** How many characters have run that had never run when it was last taken in. Starts counting anew. */
  readonly look: () => number;
  /** The same, and takes them in. */
  readonly take: () => number;
  /** Share of the characters of all modules that have run. */
  readonly share: () => number;
}

/** Starts counting in this thread. What was loaded before has no blocks to count. */
export function startCoverage(): Coverage {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  /** A mark for each character that has run, by script. */
  const ever = new Map<string, Uint8Array>();
  const count = (keep: boolean): number => {
    let found = 0;
    session.post("Profiler.takePreciseCoverage", (_, { result }) => {
      for (const script of result.filter(({ url }) => /\/dist\/(?:src|transforms)\//.test(url))) {
        const now = marksOf(script);
        let known = ever.get(script.url) ?? now.slice().fill(0);
        if (known.length < now.length) {
          const longer = now.slice().fill(0);
          longer.set(known);
          known = longer;
        }
        for (let at = 0; at < now.length; at++)
          if (now[at] === 1 && known[at] === 0) {
            found++;
            if (keep) known[at] = 1;
          }
        ever.set(script.url, known);
      }
    });
    return found;
  };
  return {
    look: () => count(false),
    take: () => count(true),
    share() {
      const all = [...ever.values()];
      const ran = all.reduce((sum, marks) => sum + marks.reduce((more, mark) => more + mark, 0), 0);
      return ran / all.reduce((sum, marks) => sum + marks.length, 1);
    },
  };
}

/** Functions come before those inside of them, and so do blocks. */
function marksOf({ functions }: Profiler.ScriptCoverage): Uint8Array {
  const ranges = functions.flatMap((one) => one.ranges);
  const marks = new Uint8Array(Math.max(0, ...ranges.map((range) => range.endOffset)));
  for (const { startOffset, endOffset, count } of ranges) marks.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return marks;
}
