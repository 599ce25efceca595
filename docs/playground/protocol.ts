import type { Applied, Refused, Safety, SyntaxProblem } from "../../src/index.js";

/** A file of the build context: typed text, or one of a folder, which is read when the engine asks for it. */
export interface PlaygroundFile {
  readonly path: string;
  readonly content: string | File;
}

/** What the page asks the worker. */
export interface Question {
  readonly id: number;
  readonly text: string;
  /** Where the Dockerfile lies in the context. */
  readonly path: string;
  readonly safety: Safety;
  /** undefined: those of the question before. */
  readonly files: readonly PlaygroundFile[] | undefined;
}

/** What comes back; texts for people hold no control characters. */
export interface Answer {
  readonly id: number;
  readonly after: string;
  readonly diff: string;
  readonly applied: readonly Pick<Applied, "transform" | "safety" | "message" | "notes" | "line">[];
  readonly refused: readonly Refused[];
  readonly problems: readonly Pick<SyntaxProblem, "line" | "column" | "message">[];
  /** Of an average rebuild, before and after each of `applied`. */
  readonly seconds: readonly number[];
  /** A bug: what was thrown. */
  readonly failure: string | undefined;
}
