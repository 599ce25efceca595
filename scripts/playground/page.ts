import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const SOURCE = "docs/playground";

/**
 * The playground as one page that needs nothing else: it works from a disk, and from any host. The engine is a block of data, from which
 * the page starts a worker: a file beside it could not be one where the page is opened from a disk.
 */
export async function playgroundHtml(): Promise<string> {
  const script = await bundle("page.ts", "esm");
  const engine = gzipSync(await bundle("worker.ts", "iife"), { level: 9 }).toString("base64");
  const style = read("style.css");
  const parts: Readonly<Record<string, string>> = {
    "<!-- style -->": `<style>${style}</style>`,
    "<!-- engine -->": `<script type="application/octet-stream" id="engine">${engine}</script>`,
    "<!-- script -->": `<script type="module">${script}</script>`,
    // Of the template alone it forbids everything.
    "default-src 'none'": `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'`,
  };
  let html = read("index.html");
  for (const [place, part] of Object.entries(parts)) {
    if (!html.includes(place)) throw new Error(`${SOURCE}/index.html has no place for ${place}`);
    html = html.replace(place, () => part);
  }
  return html;
}

const read = (name: string): string => readFileSync(`${SOURCE}/${name}`, "utf8");

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

async function bundle(name: string, format: "esm" | "iife"): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${SOURCE}/${name}`],
    bundle: true,
    minify: true,
    platform: "browser",
    format,
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
