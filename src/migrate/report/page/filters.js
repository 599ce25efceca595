// What is shown, and in which order.

/** Filters in the order of the form. `at`: the place in a line; `names`: the list in the head. */
const FILTERS = /** @type {const} */ ([
  { name: "outcome", label: "Outcome", at: 1, names: "outcomes" },
  { name: "rule", label: "Rule", at: 5, names: "transforms" },
  { name: "ecosystem", label: "Ecosystem", at: 6, names: "ecosystems" },
  { name: "applied", label: "Applied", at: 2, names: "states" },
  { name: "reason", label: "Left alone", at: 7, names: "reasons" },
]);

/** Seconds that a rebuild is expected to save at least. */
const LEAST = /** @type {const} */ ([
  ["all", ""],
  ["some", "0.1"],
  ["5 s or more", "5"],
  ["15 s or more", "15"],
  ["30 s or more", "30"],
  ["60 s or more", "60"],
]);

/**
 * The form's fields; the text's comes first. Every option says how many repositories have it.
 * @param {Head} head
 * @param {readonly Line[]} lines
 */
function makeFilters(head, lines) {
  const search = make("input", "");
  search.type = "search";
  search.name = "text";
  search.placeholder = "Part of a name";
  search.spellcheck = false;
  const fields = FILTERS.map(({ name, label, at, names }) => {
    const counts = new Uint32Array(head[names].length);
    for (const line of lines) for (const number of [line[at]].flat()) counts[number] = (counts[number] ?? 0) + 1;
    const select = make("select", "", new Option("all", ""));
    select.name = name;
    for (const [index, text] of head[names].entries())
      if (counts[index] !== 0)
        select.append(
          new Option(
            visible(`${at === 2 && text === "none" ? "not applied" : text} (${grouped(counts[index] ?? 0)})`),
            String(index),
          ),
        );
    return make("label", "", make("span", "", label), select);
  });
  const least = make("select", "", ...LEAST.map(([text, value]) => new Option(text, value)));
  least.name = "saving";
  const clear = make("button", "", "Clear");
  clear.type = "reset";
  return [
    make("label", "wide", make("span", "", "Repository"), search),
    ...fields,
    make("label", "", make("span", "", "Saving"), least),
    clear,
  ];
}

/**
 * A test for lines by what the form says.
 * @param {FormData} form
 * @param {readonly string[]} names Lower-cased names of the repositories.
 * @returns {(line: Line, index: number) => boolean}
 */
function filterOf(form, names) {
  const typed = form.get("text");
  const text = typeof typed === "string" ? typed.trim().toLowerCase() : "";
  const wanted = FILTERS.flatMap(({ name, at }) => {
    const value = form.get(name);
    return value === "" || value === null ? [] : [{ at, number: Number(value) }];
  });
  const least = form.get("saving") || "-Infinity";
  return (line, index) =>
    line[4] >= Number(least) &&
    (text === "" || (names[index] ?? "").includes(text)) &&
    wanted.every(({ at, number }) => {
      const own = line[at];
      return typeof own === "number" ? own === number : own.includes(number);
    });
}

/**
 * Positions of the lines by a column, of lists by their first; lines come sorted by repository, which settles what is equal. Empty lists come last.
 * @param {readonly Line[]} lines
 * @param {Column} column
 * @param {boolean} descending
 */
function sortedBy(lines, column, descending) {
  const order = Uint32Array.from(lines, (_, index) => index);
  if (column === 0) return descending ? order.reverse() : order;
  const sign = descending ? -1 : 1;
  const values = Float64Array.from(lines, (line) => sign * ([line[column]].flat()[0] ?? sign * Number.MAX_VALUE));
  return order.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
}
