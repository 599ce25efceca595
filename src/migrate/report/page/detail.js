// A repository, opened: what changes in it and why.

/**
 * What the dialog shows below its title.
 * @param {Line} line
 * @param {Detail} detail
 * @param {Head} head
 */
function makeDetail(line, detail, head) {
  const [, outcome, state] = line;
  const diffs = detail.patch === null ? [] : readPatch(detail.patch);
  const own = new Set(detail.files.map(({ path }) => path));
  const stateName = head.states[state] ?? "";
  const facts = [
    make("span", "badge", head.outcomes[outcome] ?? ""),
    ...(stateName === "none"
      ? []
      : [make("span", "badge", `${stateName}${detail.earlier ? ", an earlier plan" : ""}`)]),
    webLink(/^https?:/.test(detail.url) ? "Repository" : detail.url, detail.url),
    ...(detail.pull === null ? [] : [webLink(`Pull request #${detail.pull.number}`, detail.pull.url)]),
    ...(detail.commit === null ? [] : [make("span", "quiet", `${detail.base ?? ""} at ${detail.commit.slice(0, 12)}`)]),
  ];
  const parts = [
    make("p", "facts", ...facts),
    ...(detail.failure === null ? [] : [make("p", "failure", detail.failure)]),
    ...detail.files.map((file) =>
      makeFile(
        file,
        diffs.filter(({ path }) => path === file.path),
      ),
    ),
    ...diffs
      .filter(({ path }) => !own.has(path))
      .map((diff) => {
        return make("section", "file", make("h3", "", diff.path), makeDiff(diff));
      }),
  ];
  if (parts.length === 1) parts.push(make("p", "none", "It has no Dockerfile."));
  return parts;
}

/**
 * @param {DetailFile} file
 * @param {readonly DiffFile[]} diffs
 */
function makeFile(file, diffs) {
  const { before, after } = file.seconds ?? { before: 0, after: 0 };
  const meta = [
    ...file.ecosystems,
    ...(file.seconds === null ? [] : [`expected rebuild ${duration(before)} before, ${duration(after)} after`]),
  ].join(", ");
  const rewrites = file.applied.map(({ transform, safety, line, message, notes }) =>
    make(
      "li",
      "",
      make(
        "p",
        "",
        make("span", `badge ${safety}`, safety),
        " ",
        make("code", "", transform),
        ` line ${line}: `,
        ...prose(message),
      ),
      ...notes.map((note) => make("p", "note", ...prose(note))),
    ),
  );
  const refusals = file.refused.map(({ transform, code, line, reason }) =>
    make(
      "li",
      "",
      make("p", "", make("span", "badge", code), " ", make("code", "", transform), ` line ${line}: `, ...prose(reason)),
    ),
  );
  const left = make(
    "details",
    "",
    make("summary", "", `Left alone: ${refusals.length}`),
    make("ul", "why", ...refusals),
  );
  left.open = rewrites.length === 0;
  return make(
    "section",
    "file",
    make("h3", "", file.path),
    ...(meta === "" ? [] : [make("p", "quiet", meta)]),
    ...file.problems.map((problem) => make("p", "failure", problem)),
    ...(rewrites.length === 0 ? [] : [make("ul", "why", ...rewrites)]),
    ...(refusals.length === 0 ? [] : [left]),
    ...diffs.map(makeDiff),
  );
}

/** @param {DiffFile} diff */
function makeDiff({ path, rows }) {
  /**
   * @param {DiffCell | null} cell
   * @param {string} side
   * @param {DiffRow["kind"]} kind
   */
  const cells = (cell, side, kind) => {
    const number = make("td", `number ${side}`, cell === null || kind === "note" ? "" : String(cell.number));
    const text = make("td", `text ${side}`, cell === null ? "" : cell.text);
    if (cell === null) text.classList.add("blank");
    else if (kind === "change") {
      // For those who do not see colours.
      text.dataset["sign"] = side === "left" ? "-" : "+";
      text.classList.add("changed");
    }
    return [number, text];
  };
  const lines = rows.map(({ kind, left, right }) => {
    if (kind !== "gap") return make("tr", kind, ...cells(left, "left", kind), ...cells(right, "right", kind));
    const gap = make("td", "", "...");
    gap.colSpan = 4;
    return make("tr", "gap", gap);
  });
  const columns = ["number", "text", "number", "text"].map((name) => make("col", name));
  const table = make("table", "diff", make("colgroup", "", ...columns), make("tbody", "", ...lines));
  table.setAttribute("aria-label", `${visible(path)}, before and after`);
  return table;
}
