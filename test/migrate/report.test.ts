import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { reviewHtml } from "../../src/migrate/report/html.js";
import { reviewJson } from "../../src/migrate/report/json.js";
import { reviewMarkdown } from "../../src/migrate/report/markdown.js";
import { collectReview, type Latest } from "../../src/migrate/report/model.js";
import { unifiedDiff } from "../../src/report/diff.js";
import { applied, AT, ledgerOf, planned, plannedFile } from "./review.js";

const rewrite = { transform: "split-manifest-copy", safety: "safe", line: 3, message: "why", notes: [] } as const;
const refusal = { transform: "split-run-chains", code: "unknown-command", line: 9, reason: "`make` may do anything" };

const web = planned("acme/web", {
  outcome: "changed",
  patch: "aa",
  files: [
    plannedFile({
      applied: [rewrite, rewrite],
      ecosystems: ["npm"],
      seconds: { before: 40, after: 10 },
      refused: [refusal],
    }),
    plannedFile({ path: "b/Dockerfile", applied: [rewrite], ecosystems: ["pip"], seconds: { before: 12, after: 2 } }),
  ],
});
const api = planned("acme/api", {
  outcome: "changed",
  patch: "bb",
  files: [plannedFile({ applied: [{ ...rewrite, transform: "clean-apt-lists" }], seconds: { before: 5, after: 5 } })],
});
const old = planned("acme/old", {
  outcome: "refused",
  files: [plannedFile({ refused: [refusal, refusal], problems: ["1:1: no"] })],
});
const gone = { ...planned("acme/gone"), event: "failed", phase: "plan", reason: "not found" } as const;
const small: readonly Latest[] = [
  { planned: web, applied: applied(web) },
  { planned: old },
  {
    planned: api,
    applied: { v: 1, event: "failed", phase: "apply", repository: api.repository, url: api.url, at: AT, reason: "403" },
  },
  { failed: gone },
  { planned: planned("acme/empty", { outcome: "empty" }) },
];

test("totals: repositories by outcome and state, rewrites, ecosystems, seconds", async () => {
  const { rows, totals, refusals, rules } = await collectReview(small);
  expect(rows.map((row) => [row.repository, row.outcome, row.state, row.saving])).toEqual([
    ["github.com/acme/api", "changed", "failed", 0],
    ["github.com/acme/empty", "empty", "none", 0],
    ["github.com/acme/gone", "failed", "none", 0],
    ["github.com/acme/old", "refused", "none", 0],
    ["github.com/acme/web", "changed", "opened", 40],
  ]);
  expect(totals).toMatchObject({
    repositories: 5,
    files: 4,
    unreadable: 1,
    outcomes: { changed: 2, refused: 1, unchanged: 0, empty: 1, failed: 1 },
    states: [
      { name: "opened", repositories: 1 },
      { name: "failed", repositories: 1 },
    ],
    transforms: [
      { name: "split-manifest-copy", rewrites: 3, repositories: 1 },
      { name: "clean-apt-lists", rewrites: 1, repositories: 1 },
    ],
    ecosystems: [
      { name: "npm", repositories: 1, changed: 1 },
      { name: "pip", repositories: 1, changed: 1 },
    ],
    saving: { sum: 40, median: 40, repositories: 1 },
  });
  expect(totals.saving.spread.map((one) => one.repositories)).toEqual([1, 0, 0, 0, 1, 0]);
  expect(refusals).toEqual([
    {
      code: "unknown-command",
      refusals: 3,
      transforms: ["split-run-chains"],
      repositories: ["github.com/acme/old", "github.com/acme/web"],
      example: { repository: "github.com/acme/old", path: "Dockerfile", line: 9, reason: refusal.reason },
    },
  ]);
  expect(rules).toEqual([web.rules]);
});

test("an application of another patch is one of an earlier plan; the median of two lies between", async () => {
  const { rows, totals } = await collectReview([
    { planned: web, applied: applied(web, { patch: "cc" }) },
    { planned: { ...api, files: [plannedFile({ seconds: { before: 20, after: 10 } })] } },
  ]);
  expect(rows.map((row) => row.earlier)).toEqual([false, true]);
  expect(totals.saving.median).toBe(25);
});

test("the order of the ledger changes no byte, and patches are read as the page is written", async () => {
  const { latest, patch } = ledgerOf(450);
  const asked: string[] = [];
  const spy = (hash: string): string => {
    asked.push(hash);
    return patch(hash);
  };
  const review = await collectReview(latest);
  const pieces: string[] = [];
  for (const piece of reviewHtml(review, spy)) {
    // The next block's patches are not there before it is asked for.
    const written =
      pieces.filter((one) => one.includes('id="details-')).length + (piece.includes('id="details-') ? 1 : 0);
    expect(asked.length).toBe(review.rows.slice(0, written * 200).filter((row) => row.patch !== null).length);
    pieces.push(piece);
  }
  const again = await collectReview([...latest].reverse());
  expect([...reviewHtml(again, patch)].join("")).toBe(pieces.join(""));
  expect([...reviewJson(again)].join("")).toBe([...reviewJson(review)].join(""));
  expect(reviewMarkdown(again)).toBe(reviewMarkdown(review));
});

test("the JSON is one document, with the suggestions", async () => {
  const { latest } = ledgerOf(300);
  const review = await collectReview(latest);
  const document = JSON.parse([...reviewJson(review)].join("")) as Record<string, unknown>;
  expect(document).toMatchObject({ version: 1, rules: review.rules, refusals: review.refusals });
  expect(document["repositories"]).toHaveLength(300);
  const [first] = document["shared"] as { share: string }[];
  expect(first?.share).toMatch(/^FROM \S+\nRUN apt-get update/);
});

test("Markdown is bounded and says how many more there are", async () => {
  const { latest } = ledgerOf(2000);
  const text = reviewMarkdown(await collectReview(latest));
  expect(text.split("\n").filter((line) => line.startsWith("| [`github.com/")).length).toBe(100);
  expect(text).toMatch(/\nAnd 1,\d{3} more\.\n/);
  expect(text.length).toBeLessThan(40_000);
});

const HOSTILE =
  '</script><img src=x onerror="alert(1)">|`a` @everyone [x](javascript:alert(1))\u001b[31m\u202egnp\n# Title';
const hostile = planned(`evil/${HOSTILE}`, {
  url: "javascript:alert(1)",
  outcome: "changed",
  patch: "ee",
  rules: HOSTILE,
  files: [
    plannedFile({
      path: HOSTILE,
      applied: [{ ...rewrite, transform: HOSTILE, message: HOSTILE, notes: [HOSTILE] }],
      refused: [{ ...refusal, code: HOSTILE, reason: HOSTILE }],
      ecosystems: [HOSTILE],
      leading: { image: HOSTILE, steps: [{ text: HOSTILE, common: "x", bytes: 5e6 }] },
    }),
  ],
});
const other = {
  ...hostile,
  repository: "b",
  files: [plannedFile({ leading: { image: HOSTILE, steps: [{ text: "x", common: "x", bytes: 5e6 }] } })],
};

test("hostile text is no markup in the page", async () => {
  const latest = [
    { planned: hostile, applied: applied(hostile, { pull: { number: 1, url: "javascript:alert(1)" } }) },
    { planned: other },
  ];
  const page = [...reviewHtml(await collectReview(latest), () => HOSTILE)].join("");
  expect(page).not.toContain("<img");
  expect(page).not.toContain('javascript:alert(1)"');
  expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
  expect(page).toContain("&#60;/script&#62;&#60;img");
  // Each script element is closed by its own tag alone: one with the page's code, and the blocks of data.
  expect(page.match(/<\/script/g)?.length).toBe(page.match(/<script/g)?.length);
  const details = /id="details-0">([^<]*)</.exec(page)?.[1] ?? "";
  expect(gunzipSync(Buffer.from(details, "base64")).toString()).toContain(JSON.stringify(HOSTILE));
});

test("hostile text stays in code spans in Markdown", async () => {
  const text = reviewMarkdown(await collectReview([{ planned: hostile }, { planned: other }]));
  expect(text).not.toMatch(/[\u001b\u202e]/);
  const outside = text.replace(/(`{3,})dockerfile\n[^]*?\n\1/g, "").replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, "");
  expect(outside).not.toMatch(/<img|@everyone|javascript|\]\(|^# Title/m);
  // A bar in a cell would make another column.
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  for (const row of rows) expect(row.match(/(?<!\\)\|/g)?.length).toBeLessThanOrEqual(5);
});

interface Side {
  readonly number: number;
  readonly text: string;
}
const readPatch = runInNewContext(`${readFileSync("src/migrate/report/page/diff.js", "utf8")}; readPatch`, {
  TextDecoder,
  Uint8Array,
}) as (patch: string) => { path: string; rows: { kind: string; left: Side | null; right: Side | null }[] }[];

test("two sides come from a patch: the lines of both texts, at their numbers, for odd names too", () => {
  const before = ["FROM a", "-- x", "COPY . .", "RUN b", "c", "d", "e", "f", "g", "h", "diff --git a/x b/x", "end"];
  const after = ["FROM a", "++ y", "COPY m .", "RUN b", "COPY . .", "c", "d", "e", "f", "g", "h", "+++ b/x"];
  const paths = ["Dockerfile", "a b/Dockerfile", 'é"\t\\\u0001/Dockerfile'];
  const patch = paths
    .map((path) => unifiedDiff({ path, before: before.join("\n"), after: `${after.join("\n")}\n` }))
    .join("");
  const files = readPatch(patch);
  expect(files.map(({ path }) => path)).toEqual(paths);
  for (const { rows } of files) {
    for (const { kind, left, right } of rows) {
      if (kind === "note") continue;
      if (left !== null) expect(left.text).toBe(before[left.number - 1]);
      if (right !== null) expect(right.text).toBe(after[right.number - 1]);
    }
    expect(rows.filter(({ kind }) => kind === "note").map(({ left }) => left?.text)).toEqual([
      "No newline at end of file",
    ]);
    expect(rows[1]).toEqual({ kind: "change", left: { number: 2, text: "-- x" }, right: { number: 2, text: "++ y" } });
  }
});
