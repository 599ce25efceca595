import { cpSync } from "node:fs";

/** What the program reads beside its code and tsc does not write: the scripts and the style of the review's page. */
const PAGE = "src/migrate/report/page";

cpSync(PAGE, `dist/${PAGE}`, { recursive: true, filter: (name) => !/\.json$|\.d\.ts$/.test(name) });
