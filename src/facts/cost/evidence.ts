import type { History } from "../../context/history.js";
import type { Timings } from "./timings.js";

/** How a builder's cache works: BuildKit keys a step by what it uses; the others by every instruction before it. */
export type Builder = "buildkit" | "linear";

/** What is known of how a Dockerfile is built, beside its text and context. */
export interface Evidence {
  readonly builder: Builder;
  readonly history?: History | undefined;
  readonly timings?: Timings | undefined;
}

export const NO_EVIDENCE: Evidence = { builder: "buildkit" };
