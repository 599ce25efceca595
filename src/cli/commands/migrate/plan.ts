import { availableParallelism } from "node:os";
import { HostError, type CodeHost } from "../../../migrate/hosts/host.js";
import { planRepository, type PlanResult } from "../../../migrate/plan.js";
import { startProgress, type Progress } from "../../../migrate/progress.js";
import type { Repository } from "../../../migrate/repository.js";
import { runPlan, type RunTotals } from "../../../migrate/run-plan.js";
import { rulesOf, type PlanSettings } from "../../../migrate/settings.js";
import { repositoriesOf, type Sources } from "../../../migrate/sources.js";
import { openState, type State } from "../../../migrate/state.js";
import { openWorkshop } from "../../../migrate/workshop.js";
import { printable } from "../../../report/terminal.js";
import { readArguments, type Given } from "../../arguments.js";
import { EXIT, UsageError } from "../../exit.js";
import { planOptions } from "../../migrate-options.js";
import { settingsOf } from "../../settings.js";
import {
  hostsOf,
  INTERRUPTED,
  limitsOf,
  numberOf,
  shardOf,
  stateFolder,
  stopOnSignal,
  type Hosts,
} from "./settings.js";

/** With a queue so many are asked for at a time: enough for a hundred workers, and little for Redis to hold. */
const ASKED_FOR = 400;

/** `dockopt migrate plan`. Returns the exit code. @throws UsageError, LedgerError */
export async function plan(argv: readonly string[], cwd: string, version: string): Promise<number> {
  const given = readArguments(argv, planOptions);
  const settings = await planSettings(given, cwd);
  const rules = rulesOf(settings, version);
  const queue = given.text("queue");
  const run = {
    concurrency: numberOf(given, "concurrency", queue === undefined ? 4 : ASKED_FOR),
    limit: numberOf(given, "limit", Infinity),
    refresh: given.has("refresh"),
    rules,
  };
  const limits = limitsOf(given);
  const progress = startProgress("planned", process.stderr);
  const hosts = hostsOf(given, progress);
  const sources = await sourcesOf(given, hosts);
  const state = openState(stateFolder(given, cwd), "write");
  state.keepSettings(rules, settings);
  const stop = stopOnSignal();
  const problems: string[] = [];
  try {
    const planner =
      queue === undefined
        ? localPlanner(state, settings, rules, limits, run.concurrency, hosts)
        : await queuePlanner(queue, version, { settings, rules, limits }, progress);
    const repositories = repositoriesOf(sources, cwd, (message) => {
      problems.push(message);
      progress.say(printable(message));
    });
    const totals = await runPlan(repositories, state, planner.plan, run, stop, progress, planner.taken).finally(
      planner.close,
    );
    progress.end();
    return report(totals, problems.length, stop.asked, given, cwd);
  } catch (error) {
    if (!(error instanceof HostError || (error instanceof Error && "code" in error))) throw error;
    progress.end();
    const advice = error instanceof HostError ? "" : ". Check the paths of the sources and of --state.";
    process.stderr.write(`dockopt: ${printable(hosts.redact(error.message))}${advice}\n`);
    return EXIT.failure;
  } finally {
    state.close();
    stop.lift();
  }
}

async function planSettings(given: Given, cwd: string): Promise<PlanSettings> {
  // A repository's own configuration is not asked: it may be a program, and nothing of a repository is run.
  const { engine, values } = await settingsOf(given, cwd);
  return { transforms: engine.transforms.map(({ name }) => name), safety: engine.safety, builder: values.builder };
}

async function sourcesOf(given: Given, hosts: Hosts): Promise<Sources> {
  const filter = {
    language: given.text("language"),
    topic: given.text("topic"),
    archived: given.has("archived"),
    forks: given.has("forks"),
  };
  const ofHost = async (kind: CodeHost["kind"]): Promise<Sources["owners"]> => {
    const names = given.list(kind);
    if (names.length === 0) return [];
    const host = await hosts.client(kind);
    return names.map((name) => ({ host, name, filter }));
  };
  const sources = {
    named: given.paths,
    list: given.text("list"),
    checkouts: given.list("checkouts"),
    owners: [...(await ofHost("github")), ...(await ofHost("gitlab"))],
    shard: shardOf(given),
  };
  const { named, list, checkouts, owners } = sources;
  if (named.length + checkouts.length + owners.length === 0 && list === undefined)
    throw new UsageError(
      "migrate plan: no repository named. Give URLs or paths, --list FILE, --checkouts DIR, --github NAME or --gitlab GROUP.",
    );
  return sources;
}

interface Planner {
  readonly plan: (repository: Repository) => Promise<PlanResult>;
  /** Its result is in the ledger. */
  readonly taken: (repository: Repository) => Promise<void>;
  readonly close: () => Promise<void>;
}

function localPlanner(
  state: State,
  settings: PlanSettings,
  rules: string,
  limits: ReturnType<typeof limitsOf>,
  concurrency: number,
  { credentials, redact }: Hosts,
): Planner {
  const threads = Math.min(concurrency, availableParallelism());
  const workshop = openWorkshop({ folder: state.work, settings, rules, limits, threads, credentials });
  return {
    plan: (repository) => planRepository(repository, workshop, redact),
    taken: () => Promise.resolve(),
    close: () => workshop.close(),
  };
}

async function queuePlanner(
  url: string,
  version: string,
  job: { readonly settings: PlanSettings; readonly rules: string; readonly limits: ReturnType<typeof limitsOf> },
  progress: Progress,
): Promise<Planner> {
  const { openPlanQueue, QueueError } = await loadQueue();
  try {
    return await openPlanQueue(url, version, job, (message) => {
      progress.say(message);
    });
  } catch (error) {
    throw error instanceof QueueError ? new UsageError(error.message) : error;
  }
}

/** The queue's packages are not installed along with dockopt. @throws UsageError */
export async function loadQueue(): Promise<typeof import("../../../migrate/queue.js")> {
  try {
    return await import("../../../migrate/queue.js");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
    throw new UsageError(
      "--queue needs two packages that are not here. Run npm install bullmq ioredis beside dockopt.",
    );
  }
}

function report(totals: RunTotals, problems: number, interrupted: boolean, given: Given, cwd: string): number {
  const { done, failed, before } = totals;
  const parts = [`${done} planned`, `${failed} of them failed`, `${before} were planned before`];
  process.stdout.write(`${parts.join(", ")}. Ledger and patches: ${printable(stateFolder(given, cwd))}\n`);
  if (interrupted) return INTERRUPTED;
  // A part of few may well be empty; the job that works on it is done.
  if (done + before + problems === 0 && shardOf(given).count === 1) {
    process.stderr.write("dockopt: the sources name no repository.\n");
    return EXIT.noInput;
  }
  return failed + problems > 0 ? EXIT.someFailed : EXIT.fine;
}
