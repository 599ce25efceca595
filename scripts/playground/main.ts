import { mkdirSync, writeFileSync } from "node:fs";
import { playgroundHtml } from "./page.js";

/** Builds the playground: `npm run playground`. */
const FOLDER = "dist/playground";

mkdirSync(FOLDER, { recursive: true });
const html = await playgroundHtml();
writeFileSync(`${FOLDER}/index.html`, html);
console.log(
  `${FOLDER}/index.html: ${Math.round(html.length / 1024)} KiB, one file. Open it, or put it on any static host.`,
);
