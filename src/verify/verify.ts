import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Context } from "../context/context.js";
import { withCompanions } from "../context/overlay.js";
import type { Report } from "../engine/run.js";
import { mountsOf } from "../facts/mounts.js";
import { createFacts } from "../facts/facts.js";
import { isWithin } from "../facts/paths.js";
import { parse } from "../syntax/parse.js";
import { differences, withoutNoise, type Difference, type Image } from "./compare.js";
import type { Progress } from "./progress.js";
import type { Tool } from "./tool.js";
import { originalOf, sourceFile, touchFile } from "./touch.js";
import { makeRoot, makeWorkspace, type Workspace } from "./workspace.js";

export interface VerifyOptions {
  readonly tool: Tool;
  /** Rebuilds to time; 0: none. */
  readonly rounds: number;
  /** Path in the context to change; undefined: one is picked. */
  readonly touch: string | undefined;
  /** Also show what two builds of the original differ in. */
  readonly strict: boolean;
  /** For the builder: `--target x` ... */
  readonly buildOptions: readonly string[];
}

/** Seconds of the rebuilds after a change, in pairs. */
export interface Timing {
  /** The context path that was changed. */
  readonly touched: string;
  readonly rounds: readonly { readonly before: number; readonly after: number }[];
}

export type Outcome = "same" | "different" | "original fails" | "rewrite fails";

export interface Verdict {
  readonly outcome: Outcome;
  readonly differences: readonly Difference[];
  /** Paths in which two builds of the original differ; undefined: there was no need to build it twice. */
  readonly noise: number | undefined;
  /** Where the rewrite mounts caches, and how many entries of the image the builder now keeps there, outside of it. */
  readonly outside: { readonly paths: readonly string[]; readonly entries: number };
  /** The end of the failing build's log. */
  readonly log: string;
  readonly timing: Timing | undefined;
  /** Why no rebuild was timed, when it was asked for. */
  readonly untimed: string | undefined;
}

/** Builds a Dockerfile before and after, compares the images, and times rebuilds. Removes all it made, also when stopped. */
export async function verify(
  report: Report,
  context: Context,
  folder: string,
  options: VerifyOptions,
  progress: Progress,
): Promise<Verdict> {
  const root = makeRoot();
  const session = new Session(options, progress);
  try {
    const ignored = (companions: Report["companions"]): string | undefined =>
      withCompanions(context, companions)?.ignoreFile?.text;
    const make = (name: string, text: string, companions: Report["companions"]): Workspace =>
      makeWorkspace(root.path, name, folder, context, text, ignored(companions));
    const before = make("before", report.before, []);
    const after = make("after", report.after, report.companions);
    const again = (): Workspace => make("again", report.before, []);
    return await session.judge(before, after, again, sourceOf(report, context), addedCaches(report));
  } finally {
    await session.cleanUp();
    root.remove();
  }
}

function sourceOf(report: Report, context: Context): string | undefined {
  const parsed = parse(report.before);
  return parsed.ok ? sourceFile(createFacts(parsed.document, context)) : undefined;
}

/** What lies in a mounted cache, or is the directory that the builder makes to mount it. */
const isOutside = ({ path, kind, detail }: Difference, cache: string): boolean =>
  isWithin(`/${path}`, cache) || (kind === "added" && detail === "directory" && isWithin(cache, `/${path}`));

/** Targets of the cache mounts that only the rewritten text has: what lies there leaves the image by design. */
function addedCaches({ before, after }: Report): readonly string[] {
  const targets = (text: string): readonly string[] => {
    const parsed = parse(text);
    const mounts = parsed.ok
      ? parsed.document.instructions.flatMap((one) => (one.kind === "RUN" ? mountsOf(one) : []))
      : [];
    return mounts.flatMap(({ type, target }) => (type === "cache" && target !== undefined ? [target] : []));
  };
  const old = new Set(targets(before));
  return [...new Set(targets(after).filter((target) => !old.has(target)))];
}

class Session {
  readonly #tags: string[] = [];
  readonly #id = `${process.pid}-${randomBytes(4).toString("hex")}`;

  constructor(
    readonly options: VerifyOptions,
    readonly progress: Progress,
  ) {}

  async judge(
    before: Workspace,
    after: Workspace,
    again: () => Workspace,
    source: string | undefined,
    caches: readonly string[],
  ): Promise<Verdict> {
    const outside = { paths: caches, entries: 0 };
    const none = {
      differences: [],
      noise: undefined,
      outside,
      log: "",
      timing: undefined,
      untimed: undefined,
    } as const;
    const first = await this.#build("the original", before, false);
    if (first.code !== 0) return { ...none, outcome: "original fails", log: tail(first.log) };
    const second = await this.#build("the rewritten one", after, false);
    if (second.code !== 0) {
      // A registry may have gone away in between: then it is not the rewrite's fault.
      const third = await this.#build("the original again", before, false);
      return third.code === 0
        ? { ...none, outcome: "rewrite fails", log: tail(second.log) }
        : { ...none, outcome: "original fails", log: tail(third.log) };
    }
    const images = [await this.#image(first.tag), await this.#image(second.tag)] as const;
    const all = differences(...images);
    const found = all.filter((one) => !caches.some((cache) => isOutside(one, cache)));
    const left = found.length === 0 ? { real: found, noise: undefined } : await this.#quiet(found, images[0], again);
    const timing = await this.#time(before, after, source);
    return {
      ...none,
      outcome: left.real.length === 0 ? "same" : "different",
      differences: this.options.strict ? all : left.real,
      noise: left.noise,
      outside: { paths: caches, entries: all.length - found.length },
      timing,
      untimed:
        timing === undefined && this.options.rounds > 0
          ? "there is no source file to change, or the rebuild failed; --touch names one"
          : undefined,
    };
  }

  /** The noise floor: what two builds of the original differ in. */
  async #quiet(
    found: readonly Difference[],
    image: Image,
    again: () => Workspace,
  ): Promise<{ real: readonly Difference[]; noise: number }> {
    const built = await this.#build("the original again, for what differs by itself", again(), false);
    if (built.code !== 0) return { real: found, noise: 0 };
    const noise = differences(image, await this.#image(built.tag));
    return { real: withoutNoise(found, noise), noise: noise.length };
  }

  /** Rebuilds after a change, in pairs; who goes first alternates. */
  async #time(before: Workspace, after: Workspace, source: string | undefined): Promise<Timing | undefined> {
    const touched = this.options.touch ?? source;
    if (touched === undefined || this.options.rounds === 0) return undefined;
    const rounds: { before: number; after: number }[] = [];
    const text = originalOf(join(before.context, touched));
    for (let round = 0; round < this.options.rounds; round++) {
      const seconds = { before: 0, after: 0 };
      const order = round % 2 === 0 ? (["before", "after"] as const) : (["after", "before"] as const);
      for (const [index, name] of order.entries()) {
        const workspace = name === "before" ? before : after;
        // Every build has a change of its own: the two must not find each other's layers.
        touchFile(join(workspace.context, touched), text, Date.now() * 2 + index);
        const built = await this.#build(`round ${round + 1} of ${this.options.rounds}, ${name}`, workspace, true);
        if (built.code !== 0) return undefined;
        seconds[name] = built.seconds;
      }
      rounds.push(seconds);
    }
    return { touched, rounds };
  }

  async #build(
    what: string,
    workspace: Workspace,
    cached: boolean,
  ): Promise<{ code: number; tag: string; log: string; seconds: number }> {
    const tag = `dockopt-verify:${this.#id}-${this.#tags.length}`;
    this.#tags.push(tag);
    const done = this.progress.begin(`building ${what}`);
    const { tool, buildOptions } = this.options;
    const built = await tool.build({ ...workspace, tag, cached, options: buildOptions }, this.progress.stop);
    done(built.code === 0 ? `${built.seconds.toFixed(1)} s` : "failed");
    return { code: built.code, tag, log: built.stdout + built.stderr, seconds: built.seconds };
  }

  async #image(tag: string): Promise<Image> {
    const done = this.progress.begin("reading its files");
    const { tool } = this.options;
    const image = {
      config: await tool.config(tag, this.progress.stop),
      tree: await tool.tree(tag, this.progress.stop),
    };
    done(`${image.tree.size} entries`);
    return image;
  }

  async cleanUp(): Promise<void> {
    for (const tag of this.#tags) await this.options.tool.remove(tag);
  }
}

const tail = (log: string): string => log.trimEnd().split("\n").slice(-20).join("\n");
