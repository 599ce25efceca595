import type { Answer } from "./protocol.js";

/** More lines of a diff than anybody reads would slow the page down. */
const MAXIMUM_LINES = 4000;

/** An element of the page by its id. @throws Error when the page has none */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** Text only: nothing that anybody has typed is ever markup. */
export function element(tag: string, className: string, ...content: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...content);
  return made;
}

export function show(answer: Answer): void {
  const { applied, refused, problems, diff, seconds } = answer;
  byId("status").textContent = statusOf(answer);
  byId("problems").replaceChildren(
    ...problems.map(({ line, column, message }) => element("li", "", `Line ${line}, column ${column}: ${message}`)),
  );
  byId("result").hidden = diff === "";
  byId("diff").replaceChildren(...diffLines(diff));
  byId("copied").textContent = "";
  byId("rewrites-part").hidden = applied.length === 0;
  byId("rewrites").replaceChildren(
    ...applied.map((one, index) => {
      const notes = one.notes.map((note) => element("li", "hint", note));
      const saved = (seconds[index] ?? 0) - (seconds[index + 1] ?? 0);
      const gain = saved >= 0.1 ? [element("li", "hint", `saves about ${spent(saved)} of an average rebuild`)] : [];
      return element(
        "li",
        "",
        element("span", "mark", one.transform),
        " (",
        element("span", one.safety, one.safety),
        `, line ${one.line}): ${one.message}`,
        ...(notes.length + gain.length === 0 ? [] : [element("ul", "", ...gain, ...notes)]),
      );
    }),
  );
  byId("refusals-part").hidden = refused.length === 0;
  byId("refusals").replaceChildren(
    ...refused.map(({ line, code, reason }) =>
      element("li", "", `Line ${line} (`, element("span", "mark", code), `): ${forPage(reason)}`),
    ),
  );
}

/** Reasons name options of the command line. */
const forPage = (reason: string): string =>
  reason.replace(/^--(?=suggested|unsafe)/, "").replace("; name it with --context", "; add its files");

function statusOf({ applied, problems, failure, seconds, diff }: Answer): string {
  if (failure !== undefined) return `This is a bug in dockopt, please report it: ${failure}`;
  if (problems.length > 0) return "No builder would take this Dockerfile:";
  if (diff === "") return "Nothing to rewrite.";
  const [before = 0, after = before] = [seconds[0], seconds.at(-1)];
  const gain =
    before - after >= 0.1
      ? ` An average rebuild: about ${spent(before)} before, ${spent(after)} after (assumed odds).`
      : "";
  return `${applied.length} ${applied.length === 1 ? "rewrite" : "rewrites"}.${gain}`;
}

const spent = (seconds: number): string => `${seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds))} s`;

function diffLines(diff: string): readonly HTMLElement[] {
  const lines = diff === "" ? [] : diff.trimEnd().split("\n");
  const shown = lines.slice(0, MAXIMUM_LINES).map((line) => element("span", kindOf(line), line));
  const rest = lines.length - shown.length;
  return rest === 0 ? shown : [...shown, element("span", "place", `… and ${rest} more lines`)];
}

function kindOf(line: string): string {
  if (/^(?:diff |---|\+\+\+|new file)/.test(line)) return "name";
  if (line.startsWith("@@")) return "place";
  return line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "";
}
