import fc from "fast-check";
import { expect, test } from "vitest";
import { Session, type Answer, type Hunk, type Source } from "../../../src/cli/interactive/session.js";
import { judgeEdit } from "../../../src/cli/interactive/judge.js";
import { contextFromList } from "../../../src/context/load-list.js";
import { optimizeFile } from "../../../src/project/optimize.js";
import type { FileChange } from "../../../src/project/result.js";
import { defaultTransforms } from "../../../transforms/index.js";

const context = contextFromList(
  [
    { path: "package.json", text: '{"name":"a"}' },
    { path: "package-lock.json", text: '{"name":"a","lockfileVersion":3,"packages":{"":{"name":"a"}}}' },
    { path: "src/index.js", text: "1\n" },
    { path: ".github/ci.yml", text: "" },
  ],
  "/project",
);
const options = { transforms: defaultTransforms, safety: "suggested" } as const;
const ONE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
/** Two installs that look alike, one that does not, and a layer of packages. */
const SEVERAL = `FROM node:20 AS web
WORKDIR /app
COPY . .
RUN npm ci

FROM node:20
WORKDIR /api
COPY . .
RUN apt-get update && apt-get install -y git
RUN npm ci
RUN npm ci
`;

const sourceOf = (shown: string, text: string): Source => ({
  shown,
  text,
  options,
  opened: {
    builds: [],
    contexts: [{ context, folder: "/project", why: "test", missing: [], history: () => undefined }],
  },
});

function sessionOf(...texts: readonly string[]): Session {
  const sources = texts.map((text, index) => sourceOf(`${index}.Dockerfile`, text));
  return new Session({
    count: sources.length,
    source: (file) => sources[file],
    begun: () => undefined,
    cwd: "/project",
  });
}

/** What the engine makes of a text when it is asked for these rewrites alone. */
function engine(
  text: string,
  wanted: (key: string) => boolean,
  ignore?: string,
): ReturnType<typeof optimizeFile>["result"] {
  const pending = new Map(ignore === undefined ? [] : [["/project/.dockerignore", ignore]]);
  return optimizeFile(
    sourceOf("0.Dockerfile", text),
    { ...options, wanted: ({ key }) => wanted(key) },
    "/project",
    pending,
  ).result;
}

function asked(session: Session): Hunk {
  const hunk = session.question();
  if (hunk === undefined) throw new Error("nothing is asked");
  return hunk;
}

const textOf = (changes: readonly FileChange[] | undefined, path: string): string | undefined =>
  changes?.find((one) => one.path === path)?.after;

/** Gives one answer to every question that follows. */
function finish(session: Session, answer: Answer): readonly Hunk[] {
  const hunks: Hunk[] = [];
  for (let hunk = session.question(); hunk !== undefined; hunk = session.question()) {
    hunks.push(hunk);
    session.answer(hunk, answer);
  }
  return hunks;
}

test("yes to everything is what dockopt writes; no to everything is nothing", () => {
  const all = sessionOf(SEVERAL);
  const hunks = finish(all, { kind: "yes" });
  expect(hunks.length).toBeGreaterThan(1);
  expect(hunks.map((one) => one.number)).toEqual(hunks.map((_, index) => index + 1));
  expect(all.outcome()[0]?.changes).toEqual(engine(SEVERAL, () => true).changes);
  const none = sessionOf(SEVERAL);
  finish(none, { kind: "no" });
  expect(none.outcome()[0]?.changes).toEqual([]);
});

test("what changes one place is one question, and can be split", () => {
  const session = sessionOf(ONE);
  const first = asked(session);
  expect(first.rewrites.map((one) => one.transform)).toEqual(["split-manifest-copy", "mount-package-caches"]);
  session.answer(first, { kind: "split" });
  const second = asked(session);
  expect([second.rewrites.map((one) => one.transform), second.number]).toEqual([["split-manifest-copy"], 1]);
  session.answer(second, { kind: "no" });
  const third = asked(session);
  expect(third.rewrites.map((one) => one.transform)).toEqual(["mount-package-caches"]);
  session.answer(third, { kind: "yes" });
  finish(session, { kind: "no" });
  const [{ changes } = { changes: [] }] = session.outcome();
  expect(textOf(changes, "0.Dockerfile")).toBe(ONE.replace("RUN npm", "RUN --mount=type=cache,target=/root/.npm npm"));
  expect(changes).toHaveLength(1);
});

test("all and none are about the rest of the file, and the next one is asked about", () => {
  const session = sessionOf(SEVERAL, SEVERAL);
  const first = asked(session);
  session.answer(first, { kind: "yes" });
  session.answer(asked(session), { kind: "none" });
  const other = asked(session);
  expect([other.path, other.number]).toEqual(["1.Dockerfile", 1]);
  session.answer(other, { kind: "all" });
  expect(session.question()).toBeUndefined();
  const [one, two] = session.outcome();
  expect(textOf(one?.changes, "0.Dockerfile")).toBe(textOf(first.next.changes, "0.Dockerfile"));
  expect(textOf(two?.changes, "1.Dockerfile")).toBe(engine(SEVERAL, () => true).report?.after);
});

test("an ignore file that two Dockerfiles share is seen as the first leaves it, also after undo", () => {
  const session = sessionOf(ONE, ONE);
  session.answer(asked(session), { kind: "yes" });
  finish(session, { kind: "all" });
  const [one, two] = session.outcome().map(({ changes }) => changes.find(({ path }) => path === ".dockerignore"));
  expect(one).toMatchObject({ before: undefined });
  expect(one?.after).toContain("node_modules");
  expect(two?.before ?? one?.after).toBe(one?.after);
  // The first is taken back: now it is the second that brings the file along.
  while (session.canUndo) session.undo();
  session.answer(asked(session), { kind: "none" });
  finish(session, { kind: "all" });
  const [left, alone] = session.outcome();
  expect(left?.changes).toEqual([]);
  expect(alone?.changes.find(({ path }) => path === ".dockerignore")).toMatchObject({ before: undefined });
});

test("a file that cannot be read is passed over", () => {
  const sources = [undefined, sourceOf("1.Dockerfile", ONE)];
  const begun: string[] = [];
  const session = new Session({
    count: 2,
    source: (file) => sources[file],
    begun: ({ path }) => begun.push(path),
    cwd: "/project",
  });
  expect(asked(session).path).toBe("1.Dockerfile");
  expect(session.unseen).toBe(0);
  finish(session, { kind: "yes" });
  expect([session.outcome().length, begun]).toEqual([1, ["1.Dockerfile"]]);
});

test("an edit takes the place of the rewrite; the engine goes on from there, and its companions stay", () => {
  const session = sessionOf(ONE);
  session.answer(asked(session), { kind: "split" });
  const hunk = asked(session);
  const text = `# mine\n${hunk.next.result.report?.after ?? ""}`;
  session.answer(hunk, { kind: "edit", text });
  const after = asked(session);
  expect(after.now.changes.find(({ path }) => path === "0.Dockerfile")).toEqual({
    path: "0.Dockerfile",
    before: ONE,
    after: text,
  });
  expect(textOf(after.now.changes, ".dockerignore")).toContain("node_modules");
  expect(after.rewrites.map((one) => one.transform)).toEqual(["mount-package-caches"]);
  session.undo();
  expect(asked(session)).toEqual(hunk);
});

test("an edit is judged: no Dockerfile, proved, not proved, a lost comment", () => {
  const hunk = asked(sessionOf(`# why\n${ONE}`));
  const next = hunk.next.result.report?.after ?? "";
  expect(judgeEdit(hunk, `${next}RNU x\n`)).toMatchObject({
    kind: "broken",
    reason: expect.stringContaining(":1: ") as string,
  });
  expect(judgeEdit(hunk, `${next}# a word\n`)).toEqual({ kind: "proved", as: "next" });
  expect(judgeEdit(hunk, `# why\n${ONE}\n# a word\n`)).toEqual({ kind: "proved", as: "now" });
  expect(judgeEdit(hunk, `${next}RUN rm -rf src\n`)).toMatchObject({ kind: "doubtful" });
  expect(judgeEdit(hunk, next.replace("# why\n", ""))).toMatchObject({
    kind: "doubtful",
    reason: expect.stringContaining("why") as string,
  });
});

const replies = fc.constantFrom("yes", "no", "split", "undo", "yes", "no", "all", "none");
const TEXTS: Readonly<Record<string, string>> = { "0.Dockerfile": SEVERAL, "1.Dockerfile": ONE };

/** What has been answered so far, told without the session's own words. */
interface Answers {
  readonly accepted: ReadonlySet<string>;
  readonly declined: ReadonlySet<string>;
}

test("whatever is answered, the text is what the engine makes of the accepted rewrites, and undo leads back", () => {
  const shownOf = ({ path, number, total, changes, rewrites }: Hunk): unknown => ({
    path,
    number,
    total,
    changes,
    rewrites,
  });
  fc.assert(
    fc.property(fc.array(replies, { maxLength: 12 }), (answers) => {
      const session = sessionOf(...Object.values(TEXTS));
      const beginning = shownOf(asked(session));
      const trail: Answers[] = [];
      let said: Answers = { accepted: new Set(), declined: new Set() };
      for (const kind of answers) {
        const hunk = session.question();
        if (kind === "undo") {
          session.undo();
          said = trail.pop() ?? said;
        } else if (hunk !== undefined) {
          trail.push(said);
          const inFile = (key: string): string => `${hunk.path} ${key}`;
          const keys = hunk.rewrites.map((one) => inFile(one.key));
          const { accepted, declined } = said;
          if (kind === "yes") said = { accepted: new Set([...accepted, ...keys]), declined };
          if (kind === "no") said = { accepted, declined: new Set([...declined, ...keys]) };
          if (kind === "all") {
            const { report } = engine(
              TEXTS[hunk.path] ?? "",
              (key) => !declined.has(inFile(key)),
              ignoreBefore(session, hunk),
            );
            said = {
              accepted: new Set([...accepted, ...(report?.applied ?? []).map((one) => inFile(one.key))]),
              declined,
            };
          }
          session.answer(hunk, { kind });
        }
        session.question();
        let ignore: string | undefined;
        for (const { result } of session.outcome()) {
          const wanted = (key: string): boolean => said.accepted.has(`${result.path} ${key}`);
          const expected = engine(TEXTS[result.path] ?? "", wanted, ignore);
          expect(result.report?.after).toBe(expected.report?.after);
          ignore = textOf(expected.changes, ".dockerignore") ?? ignore;
        }
      }
      while (session.canUndo) session.undo();
      expect(shownOf(asked(session))).toEqual(beginning);
      expect(session.outcome().flatMap(({ changes }) => changes)).toEqual([]);
    }),
    { numRuns: 12 },
  );
});

/** The ignore file as the files before this one leave it. */
function ignoreBefore(session: Session, { path }: Hunk): string | undefined {
  const earlier = session.outcome().filter(({ result }) => result.path !== path);
  return textOf(
    earlier.flatMap(({ changes }) => changes),
    ".dockerignore",
  );
}

test("the diffs that were shown lead from one text to the next", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (answers) => {
      const session = sessionOf(SEVERAL);
      const files = new Map<string, string | undefined>([["0.Dockerfile", SEVERAL]]);
      for (const yes of answers) {
        const hunk = session.question();
        if (hunk === undefined) break;
        expect(hunk.changes).not.toEqual([]);
        for (const { path, before, after } of hunk.changes) {
          expect(before).toBe(files.get(path));
          if (yes) files.set(path, after);
        }
        session.answer(hunk, { kind: yes ? "yes" : "no" });
      }
      for (const { path, after } of session.outcome()[0]?.changes ?? []) expect(files.get(path)).toBe(after);
    }),
    { numRuns: 8 },
  );
});
