import type { Transform } from "../src/transform.js";
import addApkNoCache from "./add-apk-no-cache.js";
import cleanAptLists from "./clean-apt-lists.js";
import hoistStableInstructions from "./hoist-stable-instructions.js";
import mergeRunChains from "./merge-run-chains.js";
import splitManifestCopy from "./split-manifest-copy.js";
import splitRunChains from "./split-run-chains.js";

/** In the order in which they are tried. */
export const transforms: readonly Transform[] = [
  splitManifestCopy,
  hoistStableInstructions,
  splitRunChains,
  mergeRunChains,
  cleanAptLists,
  addApkNoCache,
];
