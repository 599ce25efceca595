import { count, counted, duration, size } from "../../report/figures.js";
import { html, type Markup } from "../../report/markup.js";
import { repositories, shareSuggestion, shareTitle } from "./figures.js";
import type { Review } from "./model.js";

/** So many groups are shown, and so many repositories of each; the JSON has all. */
const GROUPS = 200;
const NAMED = 100;

/** What can be read without a script: figures, charts, reasons, layers. `data-filter` and `data-value`: what a click shows in the table. */
export function summarySection({ totals, rules }: Review): Markup {
  const { outcomes, saving } = totals;
  const rewrites = totals.transforms.reduce((sum, one) => sum + one.rewrites, 0);
  const card = (title: string, figure: string, more: string): Markup =>
    html`<div class="card">
      <dt>${title}</dt>
      <dd>${figure}<small>${more}</small></dd>
    </div>`;
  return html`<section id="summary" aria-labelledby="summary-title">
    <h2 id="summary-title" class="unseen">Summary</h2>
    <dl class="cards">
      ${[
        card("Repositories", count(totals.repositories), `${count(outcomes.failed)} failed`),
        card("Changed", count(outcomes.changed), `${percent(outcomes.changed, totals.repositories)} of all`),
        card("Dockerfiles", count(totals.files), `${count(totals.unreadable)} cannot be read`),
        card("Rewrites", count(rewrites), `by ${counted(totals.transforms.length, "rule")}`),
        card("Saved per rebuild", duration(saving.sum), `expected; median ${duration(saving.median)}`),
      ]}
    </dl>
    <p class="versions">Rules: ${rules.length === 0 ? "none" : rules.map((rule) => html`<code>${rule}</code> `)}</p>
    ${charts(totals)}
  </section>`;
}

const percent = (part: number, all: number): string => `${all === 0 ? 0 : Math.round((100 * part) / all)} %`;

interface Bar {
  readonly label: string;
  readonly value: number;
  /** Of the value, drawn darker. */
  readonly part?: number;
  readonly text: string;
  /** What is filtered by the label; "": nothing. */
  readonly filter: string;
}

function charts({ outcomes, states, transforms, ecosystems, saving }: Review["totals"]): Markup {
  const lower = (index: number): number => saving.spread[index - 1]?.below ?? 0;
  return html`<div class="charts">
    ${[
      chart(
        "Outcomes",
        Object.entries(outcomes).map(([label, value]) => ({ label, value, text: count(value), filter: "outcome" })),
      ),
      chart(
        "Rules, by rewrites",
        transforms.map((one) => ({
          label: one.name,
          value: one.rewrites,
          text: `${count(one.rewrites)} in ${count(one.repositories)}`,
          filter: "rule",
        })),
      ),
      chart(
        "Expected saving per rebuild",
        saving.spread.map(({ below, repositories: value }, index) => ({
          label:
            below === Infinity
              ? `${lower(index)} s or more`
              : index === 0
                ? `below ${below} s`
                : `${lower(index)} to ${below} s`,
          value,
          text: count(value),
          filter: "",
        })),
      ),
      chart(
        "Ecosystems, changed of all",
        ecosystems.map((one) => ({
          label: one.name,
          value: one.repositories,
          part: one.changed,
          text: `${count(one.changed)} of ${count(one.repositories)}`,
          filter: "ecosystem",
        })),
      ),
      chart(
        "Applied",
        states.map(({ name, repositories: value }) => ({
          label: name === "none" ? "not yet" : name,
          value,
          text: count(value),
          filter: "",
        })),
      ),
    ]}
  </div>`;
}

function chart(title: string, bars: readonly Bar[]): Markup {
  if (bars.length === 0) return html``;
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const width = (value: number): string => `${((100 * value) / most).toFixed(2)}%`;
  const rows = bars.map(({ label, value, part, text, filter }) => {
    const name =
      filter === "" ? html`${label}` : html`<button data-filter="${filter}" data-value="${label}">${label}</button>`;
    const light = html`<rect
      class="${part === undefined ? "full" : "light"}"
      width="${width(value)}"
      height="100%"
      rx="2"
    />`;
    const dark = part === undefined ? html`` : html`<rect class="full" width="${width(part)}" height="100%" rx="2" />`;
    return html`<tr>
      <th scope="row">${name}</th>
      <td class="bar"><svg aria-hidden="true">${light}${dark}</svg></td>
      <td class="figure">${text}</td>
    </tr>`;
  });
  return html`<table class="chart">
    <caption>
      ${title}
    </caption>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** What stands between backticks is code. */
const prose = (text: string): readonly Markup[] =>
  text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));

export function reasonsSection({ refusals }: Review): Markup {
  const rows = refusals.map(
    ({ code, refusals: number, transforms, repositories: own, example }) =>
      html`<li>
        <div class="reason">
          <h3><code>${code}</code></h3>
          <span>${repositories(own.length)}, ${counted(number, "time")}</span>
          <button data-filter="reason" data-value="${code}">Show in the table</button>
        </div>
        <p class="by">${transforms.join(", ")}</p>
        <blockquote>
          ${prose(example.reason)}
          <footer>${example.repository}, ${example.path}, line ${example.line}</footer>
        </blockquote>
      </li>`,
  );
  return html`<section id="reasons" aria-labelledby="reasons-title">
    <h2 id="reasons-title">Left alone, by reason</h2>
    ${
      rows.length === 0
        ? html`<p class="none">Nothing was left alone.</p>`
        : html`<ul class="cases">
            ${rows}
          </ul>`
    }
  </section>`;
}

export function sharedSection({ shared }: Review): Markup {
  const groups = shared.slice(0, GROUPS).map((group) => {
    const names = group.repositories.slice(0, NAMED).map((name) => html`<li>${name}</li>`);
    const rest = group.repositories.length - names.length;
    return html`<li>
      <div class="reason">
        <h3>${shareTitle(group)}</h3>
        <span>${size(group.bytes)} less by estimate, ${counted(group.variants, "prefix", "prefixes")} today</span>
      </div>
      <pre>${shareSuggestion(group)}</pre>
      <details>
        <summary>${repositories(group.repositories.length)}, ${counted(group.files, "Dockerfile")}</summary>
        <ul class="names">
          ${names}
        </ul>
        ${rest > 0 ? html`<p>And ${count(rest)} more.</p>` : html``}
      </details>
    </li>`;
  });
  const rest = shared.length - groups.length;
  return html`<section id="shared" aria-labelledby="shared-title">
    <h2 id="shared-title">Layers that could be shared</h2>
    <p class="lead">
      Leading steps on the same image that differ in order or spelling only. Built once as a common base image, they
      would be the same layers: stored once, pulled once. Sizes are rough estimates by kind of command; whether a step
      may change places is for you to judge.
    </p>
    ${
      groups.length === 0
        ? html`<p class="none">No two repositories could share more than they do.</p>`
        : html`<ul class="cases">
            ${groups}
          </ul>`
    }
    ${rest > 0 ? html`<p>And ${counted(rest, "group")} more.</p>` : html``}
  </section>`;
}
