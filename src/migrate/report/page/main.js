// Puts the parts together.

/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function need(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page is cut off: it has no ${id}.`);
  return element;
}

async function start() {
  const head = /** @type {Head} */ (await readBlock("head"));
  /** @type {Line[]} */
  const lines = [];
  for (let index = 0; index * head.rows < head.count; index++) {
    lines.push(.../** @type {Line[]} */ (await readBlock(`rows-${index}`)));
    document.getElementById(`rows-${index}`)?.remove();
  }
  const names = lines.map(([repository]) => repository.toLowerCase());
  /** @type {View} */
  const view = { lines, shown: new Uint32Array() };
  let order = sortedBy(lines, 4, true);

  const form = need("filters", HTMLFormElement);
  const table = need("table", HTMLElement);
  form.append(...makeFilters(head, lines));
  const detail = makeDialog(head, view, (place) => {
    grid.go(place);
  });
  const grid = makeGrid(table, head, view, detail, (column, descending) => {
    order = sortedBy(lines, column, descending);
    show();
  });
  const show = () => {
    const matches = filterOf(new FormData(form), names);
    view.shown = order.filter((index) => matches(/** @type {Line} */ (lines[index]), index));
    grid.update();
    tell(view);
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
  });
  form.addEventListener("reset", () => {
    requestAnimationFrame(show);
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-filter]") : null;
    if (button instanceof HTMLElement) pick(form, button, head);
  });
  form.hidden = false;
  table.hidden = false;
  show();
  document.documentElement.dataset["ready"] = "";
}

/** @param {View} view */
function tell({ lines, shown }) {
  let saving = 0;
  for (const index of shown) saving += lines[index]?.[4] ?? 0;
  need("tally", HTMLElement).textContent =
    shown.length === 0
      ? "No repository matches."
      : `${grouped(shown.length)} of ${grouped(lines.length)} repositories; expected to save ${duration(saving)} per rebuild of all`;
}

/**
 * Shows in the table what a bar or a reason stands for, and nothing else.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} button
 * @param {Head} head
 */
function pick(form, button, head) {
  const filter = FILTERS.find(({ name }) => name === button.dataset["filter"]);
  if (filter === undefined) return;
  for (const field of form.elements)
    if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement)
      field.value = field.name === filter.name ? String(head[filter.names].indexOf(button.dataset["value"] ?? "")) : "";
  form.dispatchEvent(new Event("input"));
  need("repositories", HTMLElement).scrollIntoView();
  need("table", HTMLElement).focus({ preventScroll: true });
}

/**
 * The dialog that shows one repository; returns what opens it at a place of the view.
 * @param {Head} head
 * @param {View} view
 * @param {(place: number) => void} moved
 */
function makeDialog(head, view, moved) {
  const dialog = need("detail", HTMLDialogElement);
  const title = make("h2", "");
  title.id = "detail-title";
  const where = make("span", "quiet");
  const content = make("div", "content");
  content.tabIndex = 0;
  let at = 0;
  /**
   * @param {string} label
   * @param {() => void} act
   */
  const button = (label, act) => {
    const made = make("button", "", label);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };
  /** @param {number} step */
  const turn = (step) => {
    if (at + step < 0 || at + step >= view.shown.length) return;
    moved(at + step);
    void open(at + step);
  };
  const previous = button("Previous", () => {
    turn(-1);
  });
  const next = button("Next", () => {
    turn(1);
  });
  dialog.append(
    make(
      "header",
      "",
      title,
      where,
      make(
        "div",
        "buttons",
        previous,
        next,
        button("Close", () => {
          dialog.close();
        }),
      ),
    ),
    content,
  );
  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowLeft") turn(-1);
    if (key === "ArrowRight") turn(1);
  });
  // A click beside the dialog is one on itself.
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });

  /** @param {number} place */
  const open = async (place) => {
    at = place;
    const index = view.shown[place] ?? 0;
    const line = view.lines[index];
    if (line === undefined) return;
    title.textContent = visible(line[0]);
    where.textContent = `${grouped(place + 1)} of ${grouped(view.shown.length)}`;
    previous.disabled = place === 0;
    next.disabled = place === view.shown.length - 1;
    if (!dialog.open) dialog.showModal();
    const parts = await detailBlock(Math.floor(index / head.details)).then(
      (block) => makeDetail(line, /** @type {Detail} */ (block[index % head.details]), head),
      (/** @type {unknown} */ error) => [make("p", "failure", String(error))],
    );
    // Another one was opened meanwhile.
    if (at !== place) return;
    content.replaceChildren(...parts);
    content.scrollTop = 0;
    content.focus({ preventScroll: true });
  };
  return (/** @type {number} */ place) => void open(place);
}

/** The block read last: repositories are looked at one after the other. @type {{ index: number, data: Promise<Detail[]> } | undefined} */
let lastBlock;

/**
 * @param {number} index
 * @returns {Promise<Detail[]>}
 */
function detailBlock(index) {
  if (lastBlock?.index !== index)
    lastBlock = { index, data: loaded.then(async () => /** @type {Detail[]} */ (await readBlock(`details-${index}`))) };
  return lastBlock.data;
}

/** The details stand behind this script. @type {Promise<void>} */
const loaded = new Promise((resolve) => {
  document.addEventListener("DOMContentLoaded", () => {
    resolve();
  });
});

start().catch((/** @type {unknown} */ error) => {
  need("tally", HTMLElement).textContent = visible(`The table cannot be shown: ${String(error)}`);
});
