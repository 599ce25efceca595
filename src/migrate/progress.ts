/** Tells people how far a run is: a line that changes on a terminal, a line now and then elsewhere. */
export interface Progress {
  /** So many there are; until it is said, nobody knows how long it takes. */
  expect(total: number): void;
  /** One more is done; `outcome` is counted. */
  done(outcome: string): void;
  /** What is being waited for; undefined: nothing. */
  waiting(what: string | undefined): void;
  /** A message that stays. */
  say(message: string): void;
  end(): void;
}

const REDRAW = 200;
const REPORT = 30_000;

/** `now`: milliseconds. */
export function startProgress(verb: string, stream: NodeJS.WriteStream, now: () => number = Date.now): Progress {
  const started = now();
  const counts = new Map<string, number>();
  let done = 0;
  let total: number | undefined;
  let wait: string | undefined;
  let drawn = false;
  let ended = false;
  const line = (): string => {
    const seconds = Math.max((now() - started) / 1000, 0.001);
    const rate = (done / seconds) * 60;
    const whole = total === undefined || total === 0 ? "" : ` of ${total} ${bar(done / total)}`;
    const parts = [`${verb} ${done}${whole}`];
    for (const [outcome, count] of [...counts].sort(([one], [other]) => (one < other ? -1 : 1)))
      parts.push(`${count} ${outcome}`);
    if (done > 0) parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/min`);
    if (total !== undefined && done > 0 && done < total)
      parts.push(`${duration(((total - done) * seconds) / done)} left`);
    if (wait !== undefined) parts.push(wait);
    return parts.join(", ");
  };
  const clear = (): void => {
    if (drawn) stream.write("\r\u001b[K");
    drawn = false;
  };
  const draw = (): void => {
    clear();
    stream.write(line().slice(0, (stream.columns || 80) - 1));
    drawn = true;
  };
  const timer = setInterval(
    () => {
      if (stream.isTTY) draw();
      else stream.write(`${line()}\n`);
    },
    stream.isTTY ? REDRAW : REPORT,
  );
  timer.unref();
  return {
    expect(known) {
      total = known;
    },
    done(outcome) {
      done += 1;
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    },
    waiting(what) {
      wait = what;
    },
    say(message) {
      clear();
      stream.write(`${message}\n`);
    },
    end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      clear();
      stream.write(`${line()}\n`);
    },
  };
}

const WIDTH = 10;

/** `[####------]` */
function bar(share: number): string {
  const full = Math.floor(Math.min(share, 1) * WIDTH);
  return `[${"#".repeat(full)}${"-".repeat(WIDTH - full)}]`;
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return `${Math.ceil(seconds)} s`;
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
