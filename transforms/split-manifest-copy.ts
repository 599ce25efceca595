import { copyTouches, type Copy } from "../src/facts/copies.js";
import { cutRun } from "../src/facts/cut-run.js";
import { touched, type Effects } from "../src/facts/effects.js";
import type { Facts } from "../src/facts/facts.js";
import { fetchedAhead, installsAhead, isSplit } from "../src/facts/fetched-ahead.js";
import { installPart, type Free, type InstallPart } from "../src/facts/install-part.js";
import { leftovers } from "../src/facts/leftovers.js";
import {
  anchoredBy,
  deliveries,
  isCovered,
  isWide,
  manifestCopies,
  type Delivery,
  type ManifestCopy,
} from "../src/facts/manifest-copies.js";
import { bindsContext, manifestMounts, manifestTexts } from "../src/facts/manifest-forms.js";
import { mayBring, mayWrite, touchesSystem, worksBelow } from "../src/facts/file-order.js";
import { partition, type Partition } from "../src/facts/partition.js";
import { stepOf } from "../src/facts/step.js";
import {
  arrange,
  blockText,
  blankLines,
  detachedComments,
  gluedComments,
  leadOf,
  ownLines,
  type Piece,
} from "../src/syntax/arrange.js";
import type { Instruction, RunInstruction, Stage } from "../src/syntax/nodes.js";
import { withFlags } from "../src/syntax/flags.js";
import { layout } from "../src/syntax/print.js";
import { defineTransform, type Proposal, type Refusal, type Safety } from "../src/transform.js";

export default defineTransform({
  name: "split-manifest-copy",
  summary: "Copy manifests and install dependencies before the source is copied",
  docs: `
A layer is reused while its instruction and its inputs are unchanged. \`COPY . .\` before \`npm ci\` makes every source edit
install all dependencies again. This transform copies just the files that the install reads (the manifest, the lockfile, and all
that they name), runs the install, and copies the source after it. A RUN that installs and builds is split between the two; a build that
downloads by itself (\`go build\`, \`cargo build\`, \`mvn package\`, \`gradle build\`, \`uv sync\`, \`poetry install\`, \`dotnet publish\`) gets a download step of its own before the source, and so does
\`composer install\` where scripts or a generated autoloader read the source: \`--no-scripts --no-autoloader\` first, the whole command after it.

It does nothing when the manifests are copied and installed first already, when the install takes them by bind mounts or has what it fetches in a cache mount, or when
nothing but single files is copied before the install. It refuses, with the reason, whenever the install may read the source: a lifecycle
script, \`pip install -e .\`, a local dependency, a step in between that it does not know. \`cargo fetch\` looks for the file of every target that Cargo.toml gives
no path for: most Rust projects are better served by \`mount-package-caches\` and \`mount-build-caches\`, and those that \`cargo chef\` serves are left alone.

The image stays the same, but for what lies in the nature of it: a file that the install would have rewritten (a lockfile in step with its
manifest) is the one from the context; the module cache of a stage that gets a \`go mod download\` holds every module that go.mod names, cargo's registry every crate of Cargo.lock;
ARGs and ENVs named like build metadata (VERSION, GIT_SHA, BUILD_DATE) are taken to mean nothing to an install; .dockerignore gets a line
when a developer's own node_modules or .venv would be copied over the installed one. It is less safe (\`--suggested\`) when the
lockfile is out of step with its manifest, or that cannot be told.
`,
  safety: "safe",
  requires: ["context"],
  *propose(document, facts) {
    for (const stage of document.stages) {
      const done: InstallPart[] = [];
      for (const run of stage.instructions) if (run.kind === "RUN") yield* consider(run, stage, facts, done);
    }
  },
});

/** What is wanted for one RUN, before it is put into text. */
interface Plan {
  readonly part: InstallPart;
  /** The first wide copy: the rewritten stretch begins there. */
  readonly first: Copy;
  readonly order: Partition;
  readonly manifests: readonly ManifestCopy[];
  /** The COPYs that bring them; none where the RUN mounts them itself. */
  readonly copies: readonly string[];
  /** `--mount=type=bind,source=package.json,target=package.json` */
  readonly mounts: readonly string[];
}

function consider(
  run: RunInstruction,
  stage: Stage,
  facts: Facts,
  done: InstallPart[],
): readonly (Proposal | Refusal)[] {
  // A bind mount from the context is another way to say the same; who writes it knows why.
  if (bindsContext(run)) return [];
  const earlier = facts.copies(stage).filter((copy) => copy.instruction.index < run.index);
  const bulky = earlier.filter((copy) => facts.context !== undefined && isWide(copy, [], facts.context));
  const free: Free = (effects, behind) =>
    effects.opaque === undefined &&
    !bulky.some((copy) => touches(effects, copy, facts) || (behind && worksBelow(effects, copy)));
  const refuse = (code: Refusal["code"], reason: string): readonly Refusal[] => [{ at: run, code, reason }];
  const part = installPart(run, facts, free);
  if (part === undefined || (("reason" in part || "added" in part.extent) && fetchedAhead(run, facts))) return [];
  if ("reason" in part) {
    const worthwhile = facts.context === undefined ? copiesContext(run, stage) : bulky.length > 0;
    return worthwhile ? refuse(part.code, part.reason) : [];
  }
  const repeats =
    "added" in part.extent &&
    done.some((other) => part.inputs.paths.every((path) => other.inputs.paths.includes(path)));
  done.push(part);
  if (facts.context === undefined || repeats) return [];
  const context = facts.context;
  const volatile = bulky.filter((copy) => isWide(copy, part.inputs.paths, context));
  // What a variable names to the install (GOPROXY=file:///proxy) stays before it, however much it is.
  const wide = volatile.filter(
    (copy) => !touchesSystem(copy, context) && !part.told.some((path) => copyTouches(copy, path, context)),
  );
  if ("added" in part.extent && isSplit(part, installsAhead(run, wide[0], facts), facts)) return [];
  const inherited = wide.find((copy) => copy.instruction.stage !== stage.index);
  if (inherited !== undefined) {
    return refuse(
      "copied-in-base-stage",
      `the source is copied in another stage (line ${inherited.instruction.startLine}), which others may share`,
    );
  }
  const [first] = wide;
  if (first === undefined) {
    const [system] = volatile;
    return system === undefined
      ? []
      : refuse(
          "copies-to-system",
          `line ${system.instruction.startLine} copies to ${system.dest ?? "?"}, where the install may read it` +
            (touchesSystem(system, context) ? "" : ", as a variable says"),
        );
  }
  return plan(part, wide, first, stage, facts, earlier);
}

function touches(effects: Effects, copy: Copy, facts: Facts): boolean {
  return (
    touched(effects).some((path) => copyTouches(copy, path, facts.context)) ||
    effects.expects.some((path) => mayBring(copy, path)) ||
    (effects.system !== "none" && touchesSystem(copy, facts.context))
  );
}

/** Without a context: is there a copy of more than named files before the RUN at all? */
function copiesContext(run: RunInstruction, stage: Stage): boolean {
  return stage.instructions.some(
    (one) =>
      (one.kind === "COPY" || one.kind === "ADD") &&
      one.from === undefined &&
      one.index < run.index &&
      one.sources.some((word) => /^\.?\/?\*?$|\/$/.test(word.text)),
  );
}

function plan(
  part: InstallPart,
  wide: readonly Copy[],
  first: Copy,
  stage: Stage,
  facts: Facts,
  earlier: readonly Copy[],
): readonly (Proposal | Refusal)[] {
  const { run } = part;
  const refuse = (why: Failure): readonly Refusal[] => [{ at: run, ...why }];
  const movable = new Set<Instruction>(wide.map((copy) => copy.instruction));
  const between = stage.instructions.filter((one) => one.index >= first.instruction.index && one.index < run.index);
  const brought = deliveries(part.inputs.paths, earlier, part.calls[0]?.directory ?? "/");
  const scripts = part.inputs.insert?.scripts ?? [];
  const effects: Effects = {
    reads: [
      ...part.effects.reads,
      ...brought.filter((one) => !scripts.includes(one.input)).map((one) => one.image),
      ...part.told,
    ],
    expects: part.effects.expects,
    probes: [...part.effects.probes, ...part.mayRead],
    writes: [...part.effects.writes, ...part.outputs.map((one) => one.path)],
    removes: part.effects.removes,
    needs: part.effects.needs,
    system: "writes",
    environment: true,
    relative: true,
    opaque: part.effects.opaque,
  };
  const order = partition(between, movable, { instruction: run, state: facts.state(run), effects }, facts);
  if ("reason" in order) {
    return refuse({
      code: "between",
      reason: `what stands between the copy on line ${first.instruction.startLine} and the install cannot change places with them: ${order.reason}`,
    });
  }
  const kept = earlier.filter((copy) => !order.after.includes(copy.instruction));
  const near = order.needsAnchor ? brought.map((one) => anchoredBy(first, one)) : brought;
  const isKept = (image: string, copy: Copy): boolean =>
    !facts.document.instructions.some(
      (one) =>
        one.kind === "RUN" &&
        (one.stage === stage.index || one.stage === copy.instruction.stage) &&
        one.index > copy.instruction.index &&
        one.index < first.instruction.index &&
        mayWrite(stepOf(one, facts), image),
    );
  const needed = near.filter((one) => !isCovered(one, kept, isKept));
  const kind = leftovers(
    part.outputs,
    earlier.filter((copy) => order.after.includes(copy.instruction)),
    facts,
  );
  if ("reason" in kind) return refuse(kind);
  const { context } = facts;
  if (context === undefined) return refuse({ code: "no-context", reason: "no build context is known" });
  const manifests = manifestCopies(needed, context);
  const inFull = ({ like }: ManifestCopy): boolean => !order.needsAnchor && order.rebased.has(like.instruction);
  const written = manifestTexts(manifests, inFull, facts, context);
  if ("reason" in written) return refuse(written);
  const propose = (plan: Plan, notes: readonly string[], safety: Safety): Proposal | Refusal => {
    const pieces = compose(plan, facts);
    if ("reason" in pieces) return { at: run, ...pieces };
    const edits = [arrange(facts.document, first.instruction, run, pieces)];
    return { at: run, message: describe(part, needed), edits, files: kind.files, notes, safety };
  };
  const unproven = part.inputs.unproven;
  const notes = [...part.inputs.notes, ...kind.notes, ...written.notes, ...(unproven === undefined ? [] : [unproven])];
  const safety = unproven === undefined ? "safe" : "suggested";
  const plain = propose({ part, first, order, manifests, copies: written.texts, mounts: [] }, notes, safety);
  const mounts = order.needsAnchor ? [] : manifestMounts(needed, part, facts);
  if (mounts.length === 0) return [plain];
  return [
    propose({ part, first, order, manifests: [], copies: [], mounts }, [...notes, WHY_MOUNTS], "suggested"),
    plain,
  ];
}

const WHY_MOUNTS =
  "the manifests are bind mounts, as the file has them elsewhere: they make no layer, and are in the image by the later copy alone";

/** One sentence: what is copied early, and what no longer runs again for what. */
function describe(part: InstallPart, needed: readonly Delivery[]): string {
  const labels = [...new Set(part.calls.map((call) => `\`${part.inputs.insert?.text ?? call.label}\``))].join(" and ");
  const names = needed.slice(0, 3).map((one) => one.input);
  const more = needed.length - names.length;
  const copied = names.length === 0 ? "" : `copies ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""} and `;
  return `${copied}runs ${labels} before the source is copied, so that it runs again only when these change`;
}

type Failure = Omit<Refusal, "at">;

/** The stretch from the first wide copy to the RUN, in its new order. */
function compose(plan: Plan, facts: Facts): readonly Piece[] | Failure {
  const { document } = facts;
  const { part, first, order, copies: manifests } = plan;
  const { run } = part;
  if (order.needsAnchor && (manifests.length === 0 || plan.manifests.some((one) => one.like !== first))) {
    return {
      code: "directory-owner",
      reason: `the copy on line ${first.instruction.startLine} makes a directory that another owner would make otherwise`,
    };
  }
  const steps = installSteps(part, plan.mounts, facts);
  if ("reason" in steps) return steps;
  const apart = blankLines(leadOf(document, run));
  const adjacent = order.before.length === 0;
  const comments = gluedComments(document, first.instruction);
  const keepsComments =
    adjacent && manifests.length > 0 && /instal|depend|package|requirement|module|manifest/i.test(comments);
  const added: Piece[] = manifests.map((text, index) => ({
    lead: index === 0 && !order.needsAnchor ? apart : "",
    text: index === 0 && keepsComments ? comments + text : text,
  }));
  const before = order.before.map((one): Piece => ({
    lead: leadOf(document, one),
    text: blockText(document, one),
  }));
  const after = order.after.map((one, index): Piece => {
    const own = one === first.instruction ? "" : leadOf(document, one);
    const text = order.rebased.has(one) ? rebasedText(one, facts) : ownLines(document, one);
    const carried = one === first.instruction && keepsComments ? "" : gluedComments(document, one);
    return { lead: index === 0 ? apart + detachedComments(own) : own, text: carried + text };
  });
  const glued = manifests.length > 0 && !order.needsAnchor && !adjacent;
  const early: Piece = { ...steps.early, lead: glued ? detachedComments(steps.early.lead) : steps.early.lead };
  const ordered = order.needsAnchor ? [...added, ...before, early] : [...before, ...added, early];
  const [head, ...rest] = ordered;
  if (head === undefined) throw new RangeError("an install without a step");
  const lead = leadOf(document, first.instruction);
  return [{ lead: lead + detachedComments(head.lead), text: head.text }, ...rest, ...after, ...steps.late];
}

/** The early step, and what of the RUN stays behind the source copy. */
function installSteps(
  part: InstallPart,
  mounts: readonly string[],
  facts: Facts,
): { readonly early: Piece; readonly late: readonly Piece[] } | Failure {
  const { document } = facts;
  const { run, extent } = part;
  const lead = leadOf(document, run);
  const text = blockText(document, run);
  const whole = { lead, text: mounts.length === 0 ? text : withFlags(run, mounts, document) };
  if ("added" in extent) {
    const flags = [...run.flags.map((flag) => flag.text), ...mounts];
    return {
      early: { lead: "", text: layout(document, { keyword: "RUN", flags, raw: extent.added }, run) },
      late: [{ lead, text }],
    };
  }
  if (extent.end === facts.script(run).items.length) return { early: whole, late: [] };
  const cut = cutRun(run, extent.end, facts);
  if (cut === undefined || mounts.length > 0)
    return { code: "not-splittable", reason: "the RUN cannot be split safely" };
  return { early: { lead, text: cut.head }, late: [{ lead: blankLines(lead), text: cut.tail }] };
}

/** The copy with its destination in full, for a place behind another WORKDIR. */
function rebasedText(instruction: Instruction, facts: Facts): string {
  const copy = facts
    .copies(facts.document.stages[instruction.stage] as Stage)
    .find((one) => one.instruction === instruction);
  if (copy?.dest === undefined) return ownLines(facts.document, instruction);
  const { source } = facts.document;
  const { dest } = copy.instruction;
  const slash = dest.text.endsWith("/") && copy.dest !== "/" ? "/" : "";
  return ownLines(
    facts.document,
    instruction,
    source.slice(instruction.start, dest.start) + copy.dest + slash + source.slice(dest.end, instruction.end),
  );
}
