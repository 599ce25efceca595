import type { Context } from "../src/context/context.js";
import { brings } from "../src/facts/cost/changes.js";
import type { Facts } from "../src/facts/facts.js";
import { otherBuilds, ownBuild, type Build } from "../src/facts/ignore/builds.js";
import { clutterIn, type Clutter } from "../src/facts/ignore/clutter.js";
import { gitUse } from "../src/facts/ignore/git-use.js";
import { withIgnoreLines } from "../src/facts/ignore/lines.js";
import { bringersOf, needOf, type Need } from "../src/facts/ignore/needs.js";
import type { Instruction } from "../src/syntax/nodes.js";
import { defineTransform, type CompanionEdit, type Proposal, type Refusal } from "../src/transform.js";

export default defineTransform({
  name: "extend-dockerignore",
  summary: "Leave out of the build context what the build has no use for",
  docs: `
\`COPY . .\` brings all that lies in the context. A commit changes \`.git\`, a test run a log or a cache, a developer's install thousands of files in
\`node_modules\`: each makes the copy, and all after it, run again. This transform creates \`.dockerignore\`, or adds to it: version control, CI and
editor settings; what tells the builder how to build; dependencies that a RUN installs and outputs that it builds anew; virtual environments,
caches, logs and reports that git does not hold.

Each line matches something that is there today and that only a copied directory brings. Nothing is left out that a COPY, an ADD or a bind mount
names, that another instruction mentions, that a web server's image serves, or that git holds (but for settings of CI, editors and docker). \`.git\` stays when a
command, or a script that it reaches, reads it: \`git describe\`, setuptools_scm, \`go build\` where git is installed ... Every Dockerfile that shares the
context is asked. An ignore file that leaves out everything but what it names is left alone, and so is what an exception (\`!\`) brings back.

It is \`suggested\`, because the image is not the same: it lacks these files.
`,
  safety: "suggested",
  requires: ["context"],
  *propose(_document, facts) {
    const { context } = facts;
    if (context?.ignoreProblem !== undefined || context === undefined) return;
    yield* consider(facts, context);
  },
});

function* consider(facts: Facts, context: Context): Iterable<Proposal | Refusal> {
  const own = ownBuild(facts, context);
  // What takes nothing from the context is no reason to walk through it.
  if (own.takers.length === 0) return;
  const clutter = clutterIn(context);
  const bringerOf = ({ path }: Clutter): Instruction | undefined => bringersOf(path, own)[0]?.instruction;
  const brought = clutter.filter((item) => bringerOf(item) !== undefined);
  const first = brought.find(isWorthwhile);
  const at = first && bringerOf(first);
  if (at === undefined) return;
  const { builds: others, unread } = otherBuilds(own, context);
  const builds: readonly [Build, ...Build[]] = [own, ...others];
  if (isWhitelist(context)) {
    yield { at, code: "whitelist", reason: whole(context, "leaves out all but what it names") };
    return;
  }
  if (unread !== undefined) {
    yield { at, code: "other-dockerfile", reason: whole(context, `is for ${unread} too, which cannot be read`) };
    return;
  }
  const needs = needsOf(clutter, builds, context);
  const useless = clutter.filter((item) => !needs.has(item));
  const out = brought.filter((item) => !needs.has(item));
  if (out.some(isWorthwhile)) yield propose(out, linesFor(out, useless, context), at, builds, context);
  // One of a kind tells of all.
  const told = new Set<number>();
  for (const [item, need] of needs) {
    if (told.has(item.order) || !brought.includes(item) || !isWorthwhile(item)) continue;
    told.add(item.order);
    yield { at: bringerOf(item) ?? at, ...need };
  }
}

/** What tells docker how to build changes the image when it changes; a new ignore file for it alone would be noise. */
const isWorthwhile = ({ group }: Clutter): boolean => group !== "docker";

const whole = (context: Context, why: string): string => `${context.ignoreFile?.path ?? ".dockerignore"} ${why}`;

/** `*`, then exceptions: what such a file lets through its author has chosen. */
const isWhitelist = ({ ignoreFile }: Context): boolean =>
  (ignoreFile?.text ?? "").split("\n").some((line) => /^(?:\.?\/)?\*{1,2}(?:\/\*{0,2})?$/.test(line.trim()));

/** Why each thing stays that has to. */
function needsOf(clutter: readonly Clutter[], builds: readonly Build[], context: Context): ReadonlyMap<Clutter, Need> {
  const excepted = withoutExceptions(context);
  // Scripts may lie in a folder that stays; these hold none of the project's.
  const skip = new Set(
    clutter.filter(({ group }) => /^(?:installed|environment|junk)$/.test(group)).map(({ path }) => path),
  );
  const need = (item: Clutter): Need | undefined => {
    const { path } = item;
    if (excepted.ignores(path))
      return { code: "exception", reason: whole(context, `has an exception (!) that brings ${path} back`) };
    for (const build of builds) {
      const found = needOf(item, build);
      if (found !== undefined) return found;
    }
    if (path !== ".git") return undefined;
    const asked = builds.filter((build) => bringersOf(path, build).length > 0);
    const use = gitUse(asked, context, skip.add(path));
    return use === undefined ? undefined : { code: "reads-git", reason: `.git stays in the context: ${use}` };
  };
  return new Map(
    clutter.flatMap((item) => {
      const found = need(item);
      return found === undefined ? [] : [[item, found] as const];
    }),
  );
}

function withoutExceptions(context: Context): Context {
  const { path = "", text = "" } = context.ignoreFile ?? {};
  return context.withIgnoreFile({
    path,
    text: text
      .split("\n")
      .filter((line) => !line.trim().startsWith("!"))
      .join("\n"),
  });
}

/** One line for all of a kind, unless it would leave out more; what is installed in one place only gets a line for that. */
function linesFor(out: readonly Clutter[], useless: readonly Clutter[], context: Context): readonly string[] {
  const skip = new Set(useless.map((item) => item.path));
  const wide = new Set(
    [...new Set(out.flatMap((item) => item.everywhere ?? []))].filter((line) => {
      const [first, second] = out.filter((item) => item.everywhere === line);
      return (first?.group !== "installed" || second !== undefined) && !leavesOutMore(line, skip, context);
    }),
  );
  const lineOf = ({ path, everywhere }: Clutter): string =>
    everywhere !== undefined && wide.has(everywhere) ? everywhere : path;
  return [...new Set(out.map(lineOf))];
}

function leavesOutMore(line: string, skip: ReadonlySet<string>, context: Context): boolean {
  const narrowed = afterEdit(withIgnoreLines([line], context), context);
  const inside = (directory: string): boolean =>
    context.list(directory).some((name) => {
      const path = directory === "" ? name : `${directory}/${name}`;
      return !skip.has(path) && (narrowed.kind(path) === undefined || inside(path));
    });
  return inside("");
}

const afterEdit = ({ path, after }: CompanionEdit, context: Context): Context =>
  context.withIgnoreFile({ path, text: after });

function propose(
  out: readonly Clutter[],
  lines: readonly string[],
  at: Instruction,
  builds: readonly [Build, ...Build[]],
  context: Context,
): Proposal | Refusal {
  const edit = withIgnoreLines(lines, context);
  const narrowed = afterEdit(edit, context);
  const lacking = builds
    .flatMap((build) => build.takers)
    .find(({ source, matches }) => matches.join("\n") !== narrowed.match(source).join("\n"));
  if (lacking !== undefined)
    return { at, code: "hides-source", reason: whole(context, `would leave out what \`${lacking.source}\` names`) };
  const { files, bytes } = weigh(out, context);
  const shown = lines.length > 4 ? [...lines.slice(0, 3), `${lines.length - 3} more`] : lines;
  const names = [shown.slice(0, -1).join(", "), ...shown.slice(-1)].filter((part) => part !== "").join(" and ");
  const amount = `${files} ${files === 1 ? "file" : "files"}${bytes === undefined ? "" : `, ${sizeText(bytes)}`}`;
  return {
    at,
    message: `leaves ${names} out of the build context (${amount})${savedBuilds(out, at, builds[0], narrowed)}`,
    edits: [],
    files: [edit],
    notes: [
      ...(lines.includes(".git") ? ["no command or script that the build reaches is known to read .git"] : []),
      "the image lacks what is left out",
    ],
  };
}

function weigh(
  out: readonly Clutter[],
  context: Context,
): { readonly files: number; readonly bytes: number | undefined } {
  let files = 0;
  let bytes: number | undefined = 0;
  for (const { path } of out) {
    for (const file of context.kind(path) === "directory" ? context.files(path) : [path]) {
      if (context.kind(file) === undefined) continue;
      files++;
      const size = context.size(file);
      bytes = bytes === undefined || size === undefined ? undefined : bytes + size;
    }
  }
  return { files, bytes };
}

const sizeText = (bytes: number): string =>
  bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** How many of the last commits would no longer build the copies again; every commit changes .git. */
function savedBuilds(out: readonly Clutter[], at: Instruction, { facts }: Build, narrowed: Context): string {
  const commits = facts.evidence.history?.commits ?? [];
  const copies = facts.document.instructions.flatMap((one) => facts.copy(one) ?? []);
  const touches = (path: string): boolean => copies.some((copy) => brings(copy, path, facts));
  const always = out.some((item) => item.path === ".git");
  const saved = commits.filter(
    (paths) =>
      (always || paths.some(touches)) &&
      // A changed Dockerfile is another build.
      !paths.some((path) => /(?:Docker|Container)file/.test(path) || (!narrowed.ignores(path) && touches(path))),
  ).length;
  return saved === 0
    ? ""
    : `; of the last ${commits.length} commits ${saved} would no longer build line ${at.startLine} again`;
}
