import type { Transform } from "../src/transform.js";
import addApkNoCache from "./add-apk-no-cache.js";
import cleanAptLists from "./clean-apt-lists.js";
import extendDockerignore from "./extend-dockerignore.js";
import hoistStableInstructions from "./hoist-stable-instructions.js";
import mergeRunChains from "./merge-run-chains.js";
import mountBuildCaches from "./mount-build-caches.js";
import mountPackageCaches from "./mount-package-caches.js";
import replaceMaintainer from "./replace-maintainer.js";
import skipRecommendedPackages from "./skip-recommended-packages.js";
import splitManifestCopy from "./split-manifest-copy.js";
import splitRunChains from "./split-run-chains.js";
import useAptGet from "./use-apt-get.js";
import useCopyForAdd from "./use-copy-for-add.js";
import useNpmCi from "./use-npm-ci.js";
import writeEnvPairs from "./write-env-pairs.js";

/** In the order in which they are tried. */
export const transforms: readonly Transform[] = [
  splitManifestCopy,
  hoistStableInstructions,
  splitRunChains,
  mergeRunChains,
  mountPackageCaches,
  mountBuildCaches,
  cleanAptLists,
  addApkNoCache,
  // Behind all others: they bring lines of their own.
  extendDockerignore,
  useCopyForAdd,
  replaceMaintainer,
  writeEnvPairs,
  useAptGet,
  skipRecommendedPackages,
  useNpmCi,
];

/** What runs when nothing is named: matters of taste are left out. */
export const defaultTransforms = transforms.filter((transform) => transform.optIn !== true);
