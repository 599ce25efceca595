import { apt } from "./apt.js";
import { bun } from "./bun.js";
import { bundler } from "./bundler.js";
import { cargo } from "./cargo.js";
import { ccache } from "./ccache.js";
import { composer } from "./composer.js";
import { dotnet, dotnetTools } from "./dotnet.js";
import type { CacheUser, KnownEcosystem } from "./ecosystem.js";
import { go } from "./go.js";
import { gradle } from "./gradle.js";
import { maven } from "./maven.js";
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
export const ecosystems: readonly KnownEcosystem[] = [
  npm,
  yarn,
  pnpm,
  bun,
  pip,
  pipenv,
  poetry,
  pdm,
  uv,
  go,
  cargo,
  composer,
  bundler,
  maven,
  gradle,
  dotnet,
  dotnetTools,
  mix,
];

/** Asked in this order which caches a command uses. */
export const cacheUsers: readonly CacheUser[] = [...ecosystems, apt, ccache];
