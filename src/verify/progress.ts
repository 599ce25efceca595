/** Tells what is going on while a verification works, and when it should stop. */
export interface Progress {
  readonly stop: AbortSignal;
  /** Something begins; call the result with how it ended. */
  begin(what: string): (how: string) => void;
}
