import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ignores, parseIgnore } from "../../src/context/dockerignore.js";
import { match } from "../../src/context/go-match.js";

const VECTORS = new URL("../../../shared/vectors/", import.meta.url);

function readLines(name: string): readonly unknown[] | undefined {
  const url = new URL(name, VECTORS);
  if (!existsSync(url)) {
    console.log(`skipped: ${name} is not here`);
    return undefined;
  }
  return readFileSync(url, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

const globs = readLines("copy-glob-vectors.ndjson") as
  readonly { pattern: string; paths: string[]; matches?: boolean[]; error?: string }[] | undefined;
test.skipIf(globs === undefined)("COPY globs match as Go's filepath.Match does, on every line of the vectors", () => {
  const wrong = (globs ?? []).flatMap(({ pattern, paths, matches, error }) =>
    paths.flatMap((path, i) => {
      const ours = match(pattern, path);
      const theirs = matches === undefined || error !== undefined ? undefined : matches[i];
      return ours === theirs ? [] : [{ pattern, path, ours, theirs }];
    }),
  );
  expect(wrong.slice(0, 10)).toEqual([]);
});

const files = readLines("dockerignore-vectors.ndjson") as
  readonly { dockerignore: string; paths: string[]; ignored?: boolean[]; error?: string }[] | undefined;
test.skipIf(files === undefined)(
  ".dockerignore leaves out what the builder leaves out, on every line of the vectors",
  () => {
    const wrong = (files ?? []).filter(({ dockerignore, paths, ignored }) => {
      const parsed = parseIgnore(dockerignore);
      if (ignored === undefined || parsed.problems.length > 0)
        return (ignored === undefined) !== parsed.problems.length > 0;
      return paths.some((path, i) => ignores(parsed, path) !== ignored[i]);
    });
    expect(wrong.slice(0, 10)).toEqual([]);
  },
);
