import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { applyPlan, type ApplyOptions } from "../../../migrate/apply.js";
import {
  checkTemplates,
  DEFAULT_TEMPLATES,
  readVerdict,
  TemplateError,
  type Templates,
} from "../../../migrate/messages.js";
import { startProgress } from "../../../migrate/progress.js";
import { dueOf, earlierWrites, runApply, type ApplyRun } from "../../../migrate/run-apply.js";
import type { RunTotals } from "../../../migrate/run-plan.js";
import { openState, type State } from "../../../migrate/state.js";
import { openWorkshop, type Workshop } from "../../../migrate/workshop.js";
import { printable } from "../../../report/terminal.js";
import { readArguments, type Given } from "../../arguments.js";
import { EXIT, UsageError } from "../../exit.js";
import { applyOptions } from "../../migrate-options.js";
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

/** `dockopt migrate apply`. Returns the exit code. @throws UsageError, LedgerError */
export async function apply(argv: readonly string[], cwd: string): Promise<number> {
  const given = readArguments(argv, applyOptions);
  if (given.paths.length > 0)
    throw new UsageError(`migrate apply: it takes what is planned, and no \`${given.paths[0] ?? ""}\`.`);
  const budget = { left: numberOf(given, "max-prs", Infinity) };
  const run: ApplyRun = {
    concurrency: numberOf(given, "concurrency", 4),
    limit: numberOf(given, "limit", Infinity),
    refresh: given.has("refresh"),
    shard: shardOf(given),
    isSpent: () => budget.left <= 0,
  };
  const progress = startProgress("applied", process.stderr);
  const requests = requestOptions(given, cwd);
  const perPull = 1 + (requests.labels.length > 0 ? 1 : 0) + (requests.reviewers.length > 0 ? 1 : 0);
  const hosts = hostsOf(given, progress, () => earlierWrites(state, perPull, Date.now()));
  const state = openState(stateFolder(given, cwd), "write");
  const stop = stopOnSignal();
  const shops = workshops(given, state, run.concurrency, hosts);
  try {
    const total = [...dueOf(state, run)].length;
    progress.expect(Math.min(total, run.limit));
    const own: ApplyOptions = {
      ...requests,
      mayOpen: () => budget.left-- > 0,
      hostOf: hosts.hostOf,
      redact: hosts.redact,
      verified: (patch) => readVerdict(state.verified(patch)),
      writePatch: (repository, mail) => {
        state.keepMail(repository, mail);
      },
    };
    const totals = await runApply(
      state,
      (planned) => applyPlan(planned, shops.for(planned.rules), own),
      run,
      stop,
      progress,
    );
    progress.end();
    return report(totals, total, stop.asked, shardOf(given).count > 1, state.folder);
  } finally {
    progress.end();
    await shops.close();
    state.close();
    stop.lift();
  }
}

/** What is done to each repository. @throws UsageError */
function requestOptions(
  given: Given,
  cwd: string,
): Omit<ApplyOptions, "hostOf" | "redact" | "verified" | "writePatch" | "mayOpen"> {
  const branch = given.text("branch") ?? "dockopt/cached-layers";
  // git check-ref-format, for the names that people give.
  if (!/^(?!-)[\w][\w./-]*$/.test(branch) || /\.\.|\/\/|\/$|\.$|\.lock$|\/\./.test(branch))
    throw new UsageError(`--branch ${branch}: git takes no such name for a branch.`);
  const author = given.text("author") ?? "dockopt <dockopt@users.noreply.github.com>";
  const [, name, mail] = /^([^<>\n]+?)\s*<([^<>\s]+@[^<>\s]+)>$/.exec(author) ?? [];
  if (name === undefined || mail === undefined)
    throw new UsageError(`--author ${author}: write it as "Name <mail@example.com>".`);
  return {
    branch,
    author: { name, mail },
    templates: templatesOf(given, cwd),
    draft: given.has("draft"),
    labels: given.list("label"),
    reviewers: given.list("reviewer"),
    push: given.has("push"),
  };
}

function templatesOf(given: Given, cwd: string): Templates {
  const read = (name: string, otherwise: string): string => {
    const path = given.text(name);
    if (path === undefined) return otherwise;
    try {
      return readFileSync(resolve(cwd, path), "utf8");
    } catch (error) {
      throw new UsageError(
        `--${name} ${path}: it cannot be read (${error instanceof Error ? error.message : String(error)})`,
      );
    }
  };
  const templates = {
    commit: read("commit-template", DEFAULT_TEMPLATES.commit),
    body: read("body-template", DEFAULT_TEMPLATES.body),
  };
  try {
    checkTemplates(templates);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new UsageError(error.message);
  }
  return templates;
}

/** The settings that a plan was made by are those that it is checked by. */
function workshops(
  given: Given,
  state: State,
  concurrency: number,
  { credentials }: Hosts,
): { readonly for: (rules: string) => Workshop; readonly close: () => Promise<void> } {
  const limits = limitsOf(given);
  const threads = Math.min(concurrency, availableParallelism());
  const shops = new Map<string, Workshop>();
  return {
    for(rules) {
      const shop =
        shops.get(rules) ??
        openWorkshop({ folder: state.work, settings: state.settings(rules), rules, limits, threads, credentials });
      shops.set(rules, shop);
      return shop;
    },
    async close() {
      for (const shop of shops.values()) await shop.close();
    },
  };
}

function report(
  { done, failed, before }: RunTotals,
  total: number,
  interrupted: boolean,
  isPart: boolean,
  folder: string,
): number {
  if (total === 0) {
    process.stderr.write("dockopt: nothing is planned that would change a repository. Run dockopt migrate plan.\n");
    // A part of few may well be empty; the job that works on it is done.
    return isPart ? EXIT.fine : EXIT.noInput;
  }
  const counts = `${done} applied, ${failed} of them failed, ${before} were done before; ${total - done - before} left.`;
  process.stdout.write(
    `${counts} Patches for git am, of repositories without a host: ${printable(join(folder, "mail"))}\n`,
  );
  if (interrupted) return INTERRUPTED;
  return failed > 0 ? EXIT.someFailed : EXIT.fine;
}
