import type { Row } from "./model.js";

/** What was left alone for one kind of reason. */
export interface RefusalGroup {
  /** "lifecycle-script" */
  readonly code: string;
  readonly refusals: number;
  /** Sorted. */
  readonly transforms: readonly string[];
  /** Sorted. */
  readonly repositories: readonly string[];
  /** The first of them. */
  readonly example: {
    readonly repository: string;
    readonly path: string;
    readonly line: number;
    readonly reason: string;
  };
}

/** Most repositories first. `rows`: sorted by repository. */
export function refusalsOf(rows: readonly Row[]): readonly RefusalGroup[] {
  const groups = new Map<
    string,
    { refusals: number; transforms: Set<string>; repositories: Set<string>; example: RefusalGroup["example"] }
  >();
  for (const { repository, files } of rows)
    for (const { path, refused } of files)
      for (const { code, transform, line, reason } of refused) {
        const group = groups.get(code) ?? {
          refusals: 0,
          transforms: new Set(),
          repositories: new Set(),
          example: { repository, path, line, reason },
        };
        group.refusals++;
        group.transforms.add(transform);
        group.repositories.add(repository);
        groups.set(code, group);
      }
  return [...groups]
    .map(([code, { refusals, transforms, repositories, example }]) => ({
      code,
      refusals,
      transforms: [...transforms].sort(),
      repositories: [...repositories],
      example,
    }))
    .sort((a, b) => b.repositories.length - a.repositories.length || (a.code < b.code ? -1 : 1));
}
