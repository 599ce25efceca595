import { cpSync, writeFileSync } from "node:fs";
import { gatherShown } from "./shown.js";

/** What the program reads beside its code and tsc does not write: the scripts and the style of the review's page; what `dockopt explain` shows. */
const PAGE = "src/migrate/report/page";

cpSync(PAGE, `dist/${PAGE}`, { recursive: true, filter: (name) => !/\.json$|\.d\.ts$/.test(name) });
writeFileSync("dist/src/explain/shown.json", JSON.stringify(gatherShown()));
