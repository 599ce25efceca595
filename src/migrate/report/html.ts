import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { html, type Markup } from "../../report/markup.js";
import type { Review, Row } from "./model.js";
import { reasonsSection, sharedSection, summarySection } from "./sections.js";

/** Repositories of which a block of data holds the lines of the table, and of which one holds all else. */
const ROWS = 5000;
const DETAILS = 200;

const asset = (name: string): string => readFileSync(new URL(`page/${name}`, import.meta.url), "utf8");

/** In the order of the page: one plain script. */
const SCRIPTS = ["data.js", "diff.js", "filters.js", "grid.js", "detail.js", "main.js"];

/**
 * The review as one page that needs nothing else, in pieces. `patch` gives a patch by its SHA-256, and is asked as the pieces are taken: the
 * patches of some hundred repositories are held at a time. The same review gives the same bytes.
 * @throws what `patch` throws
 */
export function* reviewHtml(review: Review, patch: (hash: string) => string): Iterable<string> {
  const style = asset("page.css");
  const script = `"use strict";\n{\n${SCRIPTS.map(asset).join("\n")}}\n`;
  const names = namesOf(review);
  yield head(style, script);
  yield body(review).text;
  yield block("head", { ...names, count: review.rows.length, rows: ROWS, details: DETAILS });
  for (const [index, rows] of chunks(review.rows, ROWS)) yield block(`rows-${index}`, rows.map(lineOf(names)));
  yield `<script>${script}</script>\n`;
  for (const [index, rows] of chunks(review.rows, DETAILS))
    yield block(
      `details-${index}`,
      rows.map((row) => detailOf(row, patch)),
    );
  yield "</body>\n</html>\n";
}

/** Nothing of the ledger is in it. */
function head(style: string, script: string): string {
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>dockopt: review of the migration</title>
<style>${style}</style>
</head>
<body>
`;
}

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const body = (review: Review): Markup =>
  html`<header class="top">
      <h1>Review of the migration</h1>
      <nav aria-label="Sections">
        <a href="#summary">Summary</a>
        <a href="#repositories">Repositories</a>
        <a href="#reasons">Reasons</a>
        <a href="#shared">Shared layers</a>
      </nav>
    </header>
    <main>
      ${summarySection(review)}
      <section id="repositories" aria-labelledby="repositories-title">
        <h2 id="repositories-title">Repositories</h2>
        <noscript>
          <p class="none">The table and the diffs need JavaScript; all else can be read without.</p>
        </noscript>
        <form id="filters" class="filters" role="search" hidden></form>
        <p class="tally" id="tally" role="status"></p>
        <div id="table" class="table" hidden></div>
      </section>
      ${reasonsSection(review)} ${sharedSection(review)}
    </main>
    <dialog id="detail" aria-labelledby="detail-title"></dialog> `;

function* chunks(rows: readonly Row[], length: number): Iterable<readonly [number, readonly Row[]]> {
  for (let index = 0; index * length < rows.length; index++)
    yield [index, rows.slice(index * length, (index + 1) * length)];
}

/** Data of the page: JSON, gzip, base64. Nothing in it is markup, whatever it holds. */
function block(id: string, data: unknown): string {
  const packed = gzipSync(JSON.stringify(data)).toString("base64");
  return `<script type="application/octet-stream" id="${id}">${packed}</script>\n`;
}

/** What lines of the table name by number. */
interface Names {
  readonly outcomes: readonly string[];
  readonly states: readonly string[];
  readonly transforms: readonly string[];
  readonly ecosystems: readonly string[];
  readonly reasons: readonly string[];
}

const namesOf = ({ totals, refusals }: Review): Names => ({
  outcomes: Object.keys(totals.outcomes),
  states: [...new Set(["none", ...totals.states.map(({ name }) => name)])],
  transforms: totals.transforms.map(({ name }) => name),
  ecosystems: totals.ecosystems.map(({ name }) => name),
  reasons: refusals.map(({ code }) => code),
});

function lineOf(names: Names): (row: Row) => unknown {
  const indexes = (all: readonly string[]): ((own: readonly string[]) => number[]) => {
    const numbers = new Map(all.map((name, index) => [name, index]));
    return (own) => own.map((name) => numbers.get(name) ?? -1);
  };
  const [transforms, ecosystems, reasons] = [
    indexes(names.transforms),
    indexes(names.ecosystems),
    indexes(names.reasons),
  ];
  return (row) => [
    row.repository,
    names.outcomes.indexOf(row.outcome),
    names.states.indexOf(row.state),
    row.files.length,
    Math.round(row.saving * 10) / 10,
    transforms(row.transforms),
    ecosystems(row.ecosystems),
    reasons(row.refusals),
  ];
}

const detailOf = (
  { url, earlier, pull, failure, commit, base, patch, files }: Row,
  patchOf: (hash: string) => string,
): unknown => ({
  url,
  earlier,
  pull,
  failure,
  commit,
  base,
  files: files.map(({ path, applied, refused, problems, ecosystems, seconds }) => ({
    path,
    applied,
    refused,
    problems,
    ecosystems,
    seconds,
  })),
  patch: patch === null ? null : patchOf(patch),
});
