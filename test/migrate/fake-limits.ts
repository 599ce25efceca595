/** So many requests in any span of so many of the host's seconds. */
export interface Limit {
  readonly requests: number;
  readonly seconds: number;
}

export interface Limits {
  /** Requests of every kind; the span starts with the first one. */
  readonly primary?: Limit;
  /** Those that are no GET: GitHub's secondary limits. */
  readonly writes?: readonly Limit[];
  /** How long to wait after too many writes (60). */
  readonly retryAfter?: number;
}

export interface Denied {
  readonly why: "primary" | "writes";
  readonly seconds: number;
}

/** A host's rate limits, and who broke them. `second`: milliseconds that one of the host's seconds lasts. */
export class Limiter {
  readonly violations: string[] = [];
  private readonly writes: number[] = [];
  private window = { start: -Infinity, requests: 0 };
  private closed: { readonly until: number; readonly why: Denied["why"] } = { until: -Infinity, why: "primary" };

  constructor(
    private readonly limits: Limits,
    private readonly second: number,
  ) {}

  /** What a request is answered if it is one too many; undefined: it may pass. */
  deny(request: string): Denied | undefined {
    const now = performance.now();
    if (now < this.closed.until) this.violations.push(`${request}: sent while told to wait`);
    else this.count(request, now);
    const left = (this.closed.until - now) / this.second;
    return left > 0 ? { why: this.closed.why, seconds: Math.ceil(left) } : undefined;
  }

  private count(request: string, now: number): void {
    const { primary, writes = [], retryAfter = 60 } = this.limits;
    const close = (limit: Limit, until: number, why: Denied["why"]): void => {
      this.violations.push(`${request}: more than ${limit.requests} in ${limit.seconds} s (${why})`);
      this.closed = { until, why };
    };
    if (primary !== undefined) {
      const end = this.window.start + primary.seconds * this.second;
      if (now >= end) this.window = { start: now, requests: 0 };
      this.window.requests += 1;
      if (this.window.requests > primary.requests) {
        close(primary, end, "primary");
        return;
      }
    }
    if (request.startsWith("GET ")) return;
    this.writes.push(now);
    for (const limit of writes) {
      const recent = this.writes.filter((time) => time > now - limit.seconds * this.second);
      if (recent.length <= limit.requests) continue;
      close(limit, now + retryAfter * this.second, "writes");
      return;
    }
  }
}
