/** What a line of the table shows. Numbers in lists stand for names in `Head`. */
type Line = [
  repository: string,
  outcome: number,
  state: number,
  files: number,
  saving: number,
  transforms: number[],
  ecosystems: number[],
  reasons: number[],
];

/** Columns that lines are sorted by: places in a line. */
type Column = 0 | 1 | 2 | 3 | 4 | 5 | 6;

interface Head {
  readonly outcomes: readonly string[];
  readonly states: readonly string[];
  readonly transforms: readonly string[];
  readonly ecosystems: readonly string[];
  readonly reasons: readonly string[];
  /** Repositories in all, in a block of lines, and in a block of details. */
  readonly count: number;
  readonly rows: number;
  readonly details: number;
}

interface Detail {
  readonly url: string;
  readonly earlier: boolean;
  readonly pull: { readonly number: number; readonly url: string } | null;
  readonly failure: string | null;
  readonly commit: string | null;
  readonly base: string | null;
  readonly files: readonly DetailFile[];
  readonly patch: string | null;
}

interface DetailFile {
  readonly path: string;
  readonly applied: readonly {
    readonly transform: string;
    readonly safety: string;
    readonly line: number;
    readonly message: string;
    readonly notes: readonly string[];
  }[];
  readonly refused: readonly {
    readonly transform: string;
    readonly code: string;
    readonly line: number;
    readonly reason: string;
  }[];
  readonly problems: readonly string[];
  readonly ecosystems: readonly string[];
  readonly seconds: { readonly before: number; readonly after: number } | null;
}

interface DiffFile {
  readonly path: string;
  readonly rows: readonly DiffRow[];
}

/** Two sides of a line; "gap": lines are left out; null: there is none on this side. */
interface DiffRow {
  readonly kind: "same" | "change" | "gap" | "note";
  readonly left: DiffCell | null;
  readonly right: DiffCell | null;
}

interface DiffCell {
  readonly number: number;
  readonly text: string;
}

/** What the table shows: positions in the list of lines, sorted and filtered. */
interface View {
  readonly lines: readonly Line[];
  shown: Uint32Array;
}
