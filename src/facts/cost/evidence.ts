import type { History } from "../../context/history.js";
import type { Timings } from "./timings.js";

/** How a builder's cache works: BuildKit keys a step by what it uses; the others by every instruction before it. */
export type Builder = "buildkit" | "linear";

/** What is known of how a Dockerfile is built, beside its text and context. */
export interface Evidence {
  readonly builder: Builder;
  readonly history?: History | undefined;
  readonly timings?: Timings | undefined;
  /** Names of the stages that somebody builds as images, beside the last one; undefined: nobody says so. */
  readonly targets?: readonly string[] | undefined;
  /** Build arguments that are passed, a map for each build; a value null is not known. */
  readonly buildArgs?: readonly ReadonlyMap<string, string | null>[];
  /** Names that in some build stand for another folder, image or build, in FROM and `--from`; null: it is not known which. */
  readonly namedContexts?: ReadonlyMap<string, string | null>;
}

export const NO_EVIDENCE: Evidence = { builder: "buildkit" };
