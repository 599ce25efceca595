import { createHash } from "node:crypto";
import { unifiedDiff } from "./diff.js";
import { savingText, type Told } from "./findings.js";
import { counted, duration } from "./figures.js";
import { html, type Markup } from "./markup.js";
import { gathered, type Reporter } from "./reporter.js";

const STYLE = `
:root { color-scheme: light dark; --add: #1a7f37; --remove: #cf222e; --line: #8884; --faint: #888; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
section { border-top: 1px solid var(--line); padding: 0.5rem 0 1rem; }
h2 { font: 600 1.1rem ui-monospace, monospace; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; overflow-wrap: anywhere; }
pre { overflow-x: auto; border: 1px solid var(--line); padding: 0.7rem; font-size: 0.85rem; }
pre span { display: block; min-height: 1.5em; }
.add { color: var(--add); }
.remove { color: var(--remove); }
.faint { color: var(--faint); }
@media (prefers-color-scheme: dark) { :root { --add: #3fb950; --remove: #f85149; } }
`;

/** One page without scripts: all that is not its own text is escaped, and nothing is loaded. */
export function htmlReporter({ version }: { readonly version: string }): Reporter {
  return gathered(partOf, (parts) => {
    const changed = parts.filter((one) => one.changed);
    const verb = changed.some(({ written }) => !written) ? "would change" : "changed";
    const hash = createHash("sha256").update(STYLE).digest("base64");
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>dockopt</title>
<style>${STYLE}</style>
</head>
<body>
<h1>dockopt: ${changed.length} of ${counted(parts.length, "Dockerfile")} ${verb}</h1>
${[...changed, ...parts.filter((one) => !one.changed)].map(({ markup }) => markup.text).join("\n")}
<p class="faint">dockopt ${html`${version}`.text}; seconds are estimates.</p>
</body>
</html>
`;
  });
}

interface Part {
  readonly changed: boolean;
  readonly written: boolean;
  readonly markup: Markup;
}

function partOf(told: Told): Part {
  const { result, written, findings } = told;
  const { path, changes } = result;
  const { refusals, problems, error } = findings();
  const wrong = [
    ...(error === undefined ? [] : [html`<li class="remove">${error}</li>`]),
    ...problems.map((one) => html`<li class="remove">line ${one.line}:${one.column}: ${one.message}</li>`),
  ];
  const left = refusals.map((one) => html`<li>line ${one.line} (${one.code}): ${one.reason}</li>`);
  const verb = written ? "rewritten" : "would change";
  const state = wrong.length > 0 ? "not read" : changes.length > 0 ? verb : "nothing to rewrite";
  const markup = html`<section>
    <h2>${path}</h2>
    <p>${state}${rebuildOf(told)}</p>
    ${
      wrong.length === 0
        ? ""
        : html`<ul>
            ${wrong}
          </ul>`
    }
    ${rewritesOf(told)} ${changes.map((change) => diffOf(unifiedDiff(change)))}
    ${
      left.length === 0
        ? ""
        : html`<details>
            <summary>Left alone: ${left.length}</summary>
            <ul>
              ${left}
            </ul>
          </details>`
    }
  </section>`;
  return { changed: changes.length > 0, written, markup };
}

function rebuildOf({ result: { changes, insight } }: Told): string {
  const costs = changes.length === 0 ? [] : insight.costs();
  const [before, after] = [costs[0] ?? 0, costs.at(-1) ?? 0];
  return savingText(before - after) === undefined
    ? ""
    : `; an average rebuild: ${duration(before)} → ${duration(after)}`;
}

function rewritesOf({ result: { report } }: Told): Markup {
  const items = (report?.applied ?? []).map(
    (one) =>
      html`<li>
        ${one.message}
        <span class="faint">(${one.transform}, ${one.safety})</span
        >${one.notes.map((note) => html`<br />note: ${note}`)}
      </li>`,
  );
  return items.length === 0
    ? html``
    : html`<ul>
        ${items}
      </ul>`;
}

function diffOf(diff: string): Markup {
  const lines = diff
    .trimEnd()
    .split("\n")
    .map((line) => {
      const kind = /^(?:diff |---|\+\+\+|@@|new file)/.test(line)
        ? "faint"
        : line.startsWith("+")
          ? "add"
          : line.startsWith("-")
            ? "remove"
            : "same";
      return html`<span class="${kind}">${line}</span>`;
    });
  return html`<pre>${lines}</pre>`;
}
