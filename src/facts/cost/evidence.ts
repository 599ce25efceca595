import semver from "semver";
import type { History } from "../../context/history.js";
import type { Ecosystem } from "../../ecosystems/ecosystem.js";
import type { Thresholds } from "./thresholds.js";
import type { Timings } from "./timings.js";

/** How a builder's cache works: BuildKit keys a step by what it uses; the others by every instruction before it. */
export type Builder = "buildkit" | "linear";

/** What is known of how a Dockerfile is built, beside its text and context, and what is asked of it. */
export interface Evidence {
  readonly builder: Builder;
  /** Why the builder cannot run `RUN --mount=type=cache`, for people; undefined: it can. */
  readonly noCacheMounts?: string | undefined;
  readonly history?: History | undefined;
  readonly timings?: Timings | undefined;
  /** Default: `DEFAULT_THRESHOLDS`. */
  readonly thresholds?: Thresholds;
  /** Names of the stages that somebody builds as images, beside the last one; undefined: nobody says so. */
  readonly targets?: readonly string[] | undefined;
  /** Build arguments that are passed, a map for each build; a value null is not known. */
  readonly buildArgs?: readonly ReadonlyMap<string, string | null>[];
  /** Names that in some build stand for another folder, image or build, in FROM and `--from`; null: it is not known which. */
  readonly namedContexts?: ReadonlyMap<string, string | null>;
  /** Package managers that dockopt does not know by itself (`src/plugins/`), asked behind its own. */
  readonly ecosystems?: readonly Ecosystem[];
}

export const NO_EVIDENCE: Evidence = { builder: "buildkit" };

/** Buildah's release notes: `RUN --mount=type=cache` came with 1.24. */
const BUILDAH_MOUNTS = "1.24.0";

/** What `--builder NAME[@VERSION]` says; undefined: there is no such builder, or no such version. Without a version, a current one is meant. */
export function builderNamed(text: string): Pick<Evidence, "builder" | "noCacheMounts"> | undefined {
  const [name, given] = text.split("@");
  const version = given === undefined ? undefined : semver.coerce(given);
  if (version === null) return undefined;
  switch (name) {
    case "buildkit":
    case "docker":
      return { builder: "buildkit" };
    case "buildah":
    case "podman": {
      // Podman has its own numbers: 4.0 came with Buildah 1.24.
      const old = version !== undefined && semver.lt(version, name === "podman" ? "4.0.0" : BUILDAH_MOUNTS);
      return { builder: "linear", ...(old ? { noCacheMounts: `${name} ${version.version} has no cache mounts` } : {}) };
    }
    case "kaniko":
    case "classic":
      return { builder: "linear", noCacheMounts: `${name} has no cache mounts` };
    case "linear":
      return {
        builder: "linear",
        noCacheMounts: "which builder runs this is not known, and not all have cache mounts",
      };
    default:
      return undefined;
  }
}
