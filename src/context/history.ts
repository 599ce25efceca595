/** What the repository's recent commits changed in a build context. */
export interface History {
  /** Paths relative to the context, one list a commit, newest first; commits that change nothing in the context are left out. */
  readonly commits: readonly (readonly string[])[];
}
