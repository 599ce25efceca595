import { bun } from "./bun.js";
import { bundler } from "./bundler.js";
import type { Ecosystem } from "./ecosystem.js";
import { go } from "./go.js";
import { mix } from "./mix.js";
import { npm } from "./npm.js";
import { pdm } from "./pdm.js";
import { pip } from "./pip.js";
import { pipenv } from "./pipenv.js";
import { pnpm } from "./pnpm.js";
import { poetry } from "./poetry.js";
import { uv } from "./uv.js";
import { yarn } from "./yarn.js";

/** Asked in this order whether a command is theirs. */
export const ecosystems: readonly Ecosystem[] = [npm, yarn, pnpm, bun, pip, pipenv, poetry, pdm, uv, go, bundler, mix];
