import { join, resolve } from "node:path";
import { createBucket, DEFAULT_RATE, type Bucket } from "../../../migrate/hosts/bucket.js";
import { hostOf, PUBLIC_HOSTS, type HostSettings } from "../../../migrate/hosts/origins.js";
import { gitCredentials, redactor, tokensFrom } from "../../../migrate/hosts/secrets.js";
import type { CodeHost } from "../../../migrate/hosts/host.js";
import type { Progress } from "../../../migrate/progress.js";
import { printable } from "../../../report/terminal.js";
import type { Limits } from "../../../migrate/settings.js";
import type { Given } from "../../arguments.js";
import { UsageError } from "../../exit.js";

/** A whole number from 1 on. @throws UsageError */
export function numberOf(given: Given, name: string, otherwise: number): number {
  const text = given.text(name);
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${name} ${text}: give a whole number from 1 on.`);
  return Number(text);
}

/** `--shard 2/8`. @throws UsageError */
export function shardOf(given: Given): { readonly index: number; readonly count: number } {
  const text = given.text("shard") ?? "1/1";
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (index === undefined || shard.index < 1 || shard.index > shard.count)
    throw new UsageError(`--shard ${text}: give part and number of parts, such as 2/8; the first part is 1.`);
  return shard;
}

export const stateFolder = (given: Given, cwd: string): string =>
  resolve(cwd, given.text("state") ?? join(cwd, ".dockopt-migrate"));

export const limitsOf = (given: Given): Limits => ({
  seconds: numberOf(given, "max-seconds", 300),
  files: numberOf(given, "max-files", 500_000),
  bytes: numberOf(given, "max-megabytes", 500) * (1 << 20),
});

/** The code hosts, as the options and the environment have them. Tokens stay in here. */
export interface Hosts {
  readonly credentials: (url: string) => Readonly<Record<string, string>>;
  readonly redact: (text: string) => string;
  /** Loaded when it is asked for: the clients are large. */
  readonly client: (kind: CodeHost["kind"]) => Promise<CodeHost>;
  /** undefined: the URL is of no known host, or there is no token for it. */
  readonly hostOf: (url: string) => Promise<{ readonly host: CodeHost; readonly slug: string } | undefined>;
}

/**
 * `before`: milliseconds since each write of earlier runs, asked for when the first client is made. What goes wrong beside the work, and
 * what is waited for, is told to `progress`. @throws UsageError
 */
export function hostsOf(given: Given, progress: Progress, before: () => readonly number[] = () => []): Hosts {
  const warn = (message: string): void => {
    progress.say(printable(message));
  };
  const waiting = (seconds: number): void => {
    progress.waiting(`waiting ${seconds} s for the host`);
  };
  const settings: HostSettings = {
    github: addressOf(given, "github-url", "GITHUB_API_URL") ?? PUBLIC_HOSTS.github,
    gitlab: addressOf(given, "gitlab-url", "CI_API_V4_URL") ?? PUBLIC_HOSTS.gitlab,
  };
  const tokens = tokensFrom(process.env);
  const rate = {
    perHour: numberOf(given, "per-hour", DEFAULT_RATE.perHour),
    perMinute: numberOf(given, "per-minute", DEFAULT_RATE.perMinute),
  };
  const clients = new Map<CodeHost["kind"], Promise<CodeHost>>();
  const client = (kind: CodeHost["kind"]): Promise<CodeHost> => {
    const known =
      clients.get(kind) ?? load(kind, settings, tokens[kind], createBucket(rate, { waiting, before: before() }), warn);
    clients.set(kind, known);
    return known;
  };
  return {
    credentials: (url) => gitCredentials(url, settings, tokens),
    redact: redactor(tokens),
    client,
    async hostOf(url) {
      const found = hostOf(url, settings);
      if (found === undefined) return undefined;
      return { host: await client(found.kind), slug: found.slug };
    },
  };
}

/** The option, else what the host's own CI says of itself. */
function addressOf(given: Given, name: string, variable: string): string | undefined {
  const option = given.text(name);
  const text = option ?? process.env[variable];
  if (text === undefined || text === "") return undefined;
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new UsageError(
      `${option === undefined ? variable : `--${name}`} ${text}: give the address of the API, such as https://ghe.example/api/v3.`,
    );
  return text.replace(/(?<!\/)\/+$/, "");
}

async function load(
  kind: CodeHost["kind"],
  settings: HostSettings,
  token: string | undefined,
  bucket: Bucket,
  warn: (message: string) => void,
): Promise<CodeHost> {
  const options = { api: settings[kind], token, bucket, warn };
  return kind === "github"
    ? (await import("../../../migrate/hosts/github.js")).createGithub(options)
    : (await import("../../../migrate/hosts/gitlab.js")).createGitlab(options);
}

/** Ctrl-C: what is under way is finished; pressed again, it all ends at once. */
export function stopOnSignal(): {
  readonly asked: boolean;
  readonly stopped: Promise<void>;
  readonly lift: () => void;
} {
  let asked = false;
  let settle: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const stop = (): void => {
    if (asked) process.exit(INTERRUPTED);
    asked = true;
    process.stderr.write("\nfinishing what is under way; Ctrl-C once more ends it at once ...\n");
    settle();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return {
    get asked() {
      return asked;
    },
    stopped,
    lift: () => {
      process.off("SIGINT", stop).off("SIGTERM", stop);
    },
  };
}

/** What a shell expects of a program that Ctrl-C has ended. */
export const INTERRUPTED = 130;
