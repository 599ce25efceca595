import type { Safety } from "../../src/transform.js";
import { createEngine, unpack } from "./engine.js";
import { createFiles } from "./files.js";
import type { PlaygroundFile } from "./protocol.js";
import { SAMPLE } from "./sample.js";
import { byId, show } from "./show.js";

const dockerfile = byId("dockerfile") as HTMLTextAreaElement;
let path = "Dockerfile";
let after = "";

const ask = createEngine(await unpack(byId("engine").textContent), (answer) => {
  ({ after } = answer);
  if (dockerfile.value.trim() === "") return;
  show(answer);
});

const files = createFiles(update, ({ files: taken }) => void openDockerfile(taken));

function update(): void {
  byId("status").textContent = dockerfile.value.trim() === "" ? "Paste a Dockerfile." : "Working…";
  if (dockerfile.value.trim() === "") empty();
  ask({ text: dockerfile.value, path, safety: safety(), files: files.all() });
}

/** The folder's own Dockerfile, or else one below; what is there stays where it has none. */
async function openDockerfile(taken: readonly PlaygroundFile[]): Promise<void> {
  const isDockerfile = (one: PlaygroundFile): boolean => /(?:^|\/)(?:Dockerfile|Containerfile)$/.test(one.path);
  const depth = (one: PlaygroundFile): number => one.path.split("/").length;
  const [found] = taken.filter(isDockerfile).sort((a, b) => depth(a) - depth(b));
  if (found === undefined) return;
  ({ path } = found);
  dockerfile.value = typeof found.content === "string" ? found.content : await found.content.text();
  update();
}

function safety(): Safety {
  const chosen = document.querySelector<HTMLInputElement>("input[name=safety]:checked")?.value;
  return chosen === "suggested" || chosen === "unsafe" ? chosen : "safe";
}

function empty(): void {
  for (const id of ["result", "rewrites-part", "refusals-part"]) byId(id).hidden = true;
  byId("problems").replaceChildren();
}

async function copy(): Promise<void> {
  try {
    await navigator.clipboard.writeText(after);
    byId("copied").textContent = "Copied.";
  } catch {
    byId("copied").textContent = "This browser does not let the page copy.";
  }
}

dockerfile.addEventListener("input", update);
for (const radio of document.querySelectorAll("input[name=safety]")) radio.addEventListener("change", update);
byId("copy").addEventListener("click", () => void copy());
byId("clear").addEventListener("click", () => {
  path = "Dockerfile";
  dockerfile.value = "";
  files.replace([]);
  dockerfile.focus();
});

dockerfile.value = SAMPLE.text;
files.replace(SAMPLE.files);
document.documentElement.dataset["ready"] = "";
