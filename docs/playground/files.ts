import type { PlaygroundFile } from "./protocol.js";
import { byId, element } from "./show.js";

/** A folder of the visitor's machine. */
interface Folder {
  readonly name: string;
  readonly files: readonly PlaygroundFile[];
}

/** The part of the page that holds the build context: typed files, and a folder below them. */
export interface Files {
  /** The same list as long as nothing changes; what is typed stands before what the folder has by that name. */
  readonly all: () => readonly PlaygroundFile[];
  readonly replace: (typed: readonly (PlaygroundFile & { readonly content: string })[]) => void;
}

/** `onFolder`: a folder has been taken. */
export function createFiles(onChange: () => void, onFolder: (folder: Folder) => void): Files {
  const rows = byId("files");
  let folder: Folder | undefined;
  let known: readonly PlaygroundFile[] | undefined;
  const changed = (): void => {
    known = undefined;
    onChange();
  };
  const add = (path: string, content: string): HTMLElement => {
    const row = fileRow(path, content, changed);
    rows.append(row);
    return row;
  };
  const setFolder = (next: Folder | undefined): void => {
    folder = next;
    byId("folder").hidden = next === undefined;
    byId("folder-name").textContent =
      next === undefined
        ? ""
        : `Folder ${next.name}: ${next.files.length} ${next.files.length === 1 ? "file" : "files"}`;
    changed();
  };
  byId("add").addEventListener("click", () => {
    add("", "").querySelector("input")?.focus();
  });
  byId("drop-folder").addEventListener("click", () => {
    setFolder(undefined);
    byId("take-folder").focus();
  });
  const input = byId("take-folder") as HTMLInputElement;
  input.addEventListener("change", () => {
    const taken = folderOf([...(input.files ?? [])]);
    // The same folder can be taken again, as it is by then.
    input.value = "";
    if (taken === undefined) return;
    rows.replaceChildren();
    setFolder(taken);
    onFolder(taken);
  });
  return {
    all() {
      if (known !== undefined) return known;
      const typed = [...rows.children].flatMap(typedIn);
      const names = new Set(typed.map((one) => one.path));
      known = [...typed, ...(folder?.files.filter((one) => !names.has(one.path)) ?? [])];
      return known;
    },
    replace(typed) {
      rows.replaceChildren();
      for (const { path, content } of typed) add(path, content);
      setFolder(undefined);
    },
  };
}

/** `shop/src/a.js` is src/a.js of the folder shop. */
function folderOf(files: readonly File[]): Folder | undefined {
  const [first] = files;
  if (first === undefined) return undefined;
  const below = (path: string): string => path.slice(path.indexOf("/") + 1);
  return {
    name: first.webkitRelativePath.split("/")[0] ?? "",
    files: files.map((file) => ({ path: below(file.webkitRelativePath), content: file })),
  };
}

let rowCount = 0;

function fileRow(path: string, content: string, onChange: () => void): HTMLElement {
  const id = `file-${++rowCount}`;
  const name = document.createElement("input");
  Object.assign(name, { type: "text", id: `${id}-name`, value: path, spellcheck: false, placeholder: "package.json" });
  const text = document.createElement("textarea");
  Object.assign(text, { id: `${id}-text`, value: content, rows: 6, spellcheck: false });
  const summary = element("summary", "", path === "" ? "New file" : path);
  const remove = element("button", "", "Remove");
  Object.assign(remove, { type: "button" });
  const label = (target: string, words: string): HTMLElement => {
    const made = element("label", "", words);
    made.setAttribute("for", target);
    return made;
  };
  const body = element("div", "file", label(name.id, "Path"), name, label(text.id, "Text"), text, remove);
  const row = element("details", "", summary, body);
  row.toggleAttribute("open", path === "");
  name.addEventListener("input", () => {
    summary.textContent = name.value === "" ? "New file" : name.value;
    onChange();
  });
  text.addEventListener("input", onChange);
  remove.addEventListener("click", () => {
    row.remove();
    byId("add").focus();
    onChange();
  });
  return row;
}

function typedIn(row: Element): readonly PlaygroundFile[] {
  const path = cleanPath(row.querySelector("input")?.value ?? "");
  return path === "" ? [] : [{ path, content: row.querySelector("textarea")?.value ?? "" }];
}

const cleanPath = (path: string): string =>
  path
    .trim()
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== "..")
    .join("/");
