/** What moving a step has to save of an average rebuild to be worth a reviewer's time. */
export interface Thresholds {
  /** So many seconds are enough, */
  readonly seconds: number;
  /** and so is this share (0 to 1) of what rebuilding the stage takes; */
  readonly share: number;
  /** but less than so many seconds never are. */
  readonly minSeconds: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = { seconds: 5, share: 0.15, minSeconds: 1 };
