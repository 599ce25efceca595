// A table of which only the rows in sight are elements.

const COLUMNS = /** @type {const} */ ([
  { title: "Repository", className: "name", sort: 0 },
  { title: "Outcome", className: "outcome", sort: 1 },
  { title: "Applied", className: "state", sort: 2 },
  { title: "Rules", className: "rules", sort: 5 },
  { title: "Ecosystems", className: "ecosystems", sort: 6 },
  { title: "Files", className: "files", sort: 3 },
  { title: "Saving", className: "saving", sort: 4 },
]);

/** Rows beyond either end of what is in sight. */
const MARGIN = 6;

/**
 * Fills `table`; `update` shows what the view holds now, from the top. `open` is called with a place in the view.
 * @param {HTMLElement} table
 * @param {Head} head
 * @param {View} view
 * @param {(place: number) => void} open
 * @param {(column: Column, descending: boolean) => void} sort
 */
function makeGrid(table, head, view, open, sort) {
  const body = make("div", "rows");
  const header = makeHeader(sort);
  const scroller = make("div", "scroller", header, body);
  table.setAttribute("role", "grid");
  table.setAttribute("aria-labelledby", "repositories-title");
  table.tabIndex = 0;
  table.append(scroller);
  body.setAttribute("role", "rowgroup");
  /** @type {HTMLElement[]} */
  const pool = [];
  let active = 0;
  let height = 0;

  const space = () => scroller.clientHeight - header.offsetHeight;

  const render = () => {
    const first = Math.max(0, Math.floor(scroller.scrollTop / height) - MARGIN);
    const length = Math.min(view.shown.length - first, Math.ceil(space() / height) + 2 * MARGIN);
    while (pool.length < length) pool.push(body.appendChild(makeRow()));
    for (let at = 0; at < pool.length; at++) {
      // A row that stays in sight keeps its element.
      const place = first + ((at - (first % pool.length) + pool.length) % pool.length);
      const row = pool[at];
      const line = at < pool.length && place < first + length ? view.lines[view.shown[place] ?? -1] : undefined;
      if (row !== undefined) fillRow(row, place, line, head, place * height);
    }
    markActive();
  };

  const markActive = () => {
    for (const row of pool) row.classList.toggle("active", row.dataset["place"] === String(active) && !row.hidden);
    table.setAttribute("aria-activedescendant", `row-${active}`);
  };

  /** @param {number} place */
  const go = (place) => {
    active = Math.max(0, Math.min(view.shown.length - 1, place));
    const top = active * height;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + height > scroller.scrollTop + space()) scroller.scrollTop = top + height - space();
    render();
  };

  const measure = () => {
    height = parseFloat(getComputedStyle(table).getPropertyValue("--row"));
    body.style.height = `${view.shown.length * height}px`;
    for (const row of pool) row.dataset["shown"] = "";
    render();
  };

  let waiting = false;
  scroller.addEventListener(
    "scroll",
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        render();
      });
    },
    { passive: true },
  );
  new ResizeObserver(measure).observe(scroller);
  body.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-place]") : null;
    if (!(row instanceof HTMLElement)) return;
    active = Number(row.dataset["place"]);
    markActive();
    open(active);
  });
  table.addEventListener("keydown", (event) => {
    if (event.target !== table) return;
    const page = Math.max(1, Math.floor(space() / height) - 1);
    /** @type {Record<string, number>} */
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step !== undefined) go(active + step);
    else if (event.key === "Enter" && view.shown.length > 0) open(active);
    else return;
    event.preventDefault();
  });

  const update = () => {
    table.setAttribute("aria-rowcount", String(view.shown.length + 1));
    active = 0;
    scroller.scrollTop = 0;
    measure();
  };
  return { update, go };
}

/** @param {(column: Column, descending: boolean) => void} sort */
function makeHeader(sort) {
  const cells = COLUMNS.map((column) => {
    const cell = make("div", column.className);
    cell.setAttribute("role", "columnheader");
    const button = make("button", "", column.title);
    button.type = "button";
    cell.setAttribute("aria-sort", column.sort === 4 ? "descending" : "none");
    button.addEventListener("click", () => {
      const now = cell.getAttribute("aria-sort");
      // Names go up first, figures down.
      const descending = now === "none" ? column.sort === 3 || column.sort === 4 : now === "ascending";
      for (const other of cells) other.setAttribute("aria-sort", "none");
      cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sort(column.sort, descending);
    });
    cell.append(button);
    return cell;
  });
  const header = make("div", "line header", ...cells);
  header.setAttribute("role", "row");
  return header;
}

function makeRow() {
  const cells = COLUMNS.map(({ className }) => {
    const cell = make("div", className);
    cell.setAttribute("role", "gridcell");
    return cell;
  });
  const row = make("div", "line", ...cells);
  row.setAttribute("role", "row");
  return row;
}

/**
 * Shows a line in a row's element, unless it does already.
 * @param {HTMLElement} row
 * @param {number} place
 * @param {Line | undefined} line
 * @param {Head} head
 * @param {number} top
 */
function fillRow(row, place, line, head, top) {
  row.hidden = line === undefined;
  const shown = line === undefined ? "" : `${place} ${line[0]}`;
  if (line === undefined || row.dataset["shown"] === shown) return;
  row.dataset["shown"] = shown;
  row.dataset["place"] = String(place);
  row.id = `row-${place}`;
  row.setAttribute("aria-rowindex", String(place + 2));
  row.style.transform = `translateY(${top}px)`;
  const [repository, outcome, state, files, saving, transforms, ecosystems] = line;
  const outcomeName = head.outcomes[outcome] ?? "";
  const stateName = head.states[state] ?? "";
  const texts = [
    repository,
    outcomeName,
    stateName === "none" ? "" : stateName,
    transforms.map((one) => head.transforms[one] ?? "").join(", "),
    ecosystems.map((one) => head.ecosystems[one] ?? "").join(", "),
    String(files),
    saving === 0 ? "" : duration(saving),
  ];
  for (const [index, text] of texts.entries()) {
    const cell = row.children[index];
    if (!(cell instanceof HTMLElement)) continue;
    cell.textContent = visible(text);
    cell.title = index === 0 || index === 3 ? visible(text) : "";
  }
  row.dataset["outcome"] = outcomeName;
}
