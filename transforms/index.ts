import type { Transform } from "../src/transform.js";
import hoistStableInstructions from "./hoist-stable-instructions.js";
import splitManifestCopy from "./split-manifest-copy.js";

/** In the order in which they are tried. */
export const transforms: readonly Transform[] = [splitManifestCopy, hoistStableInstructions];
