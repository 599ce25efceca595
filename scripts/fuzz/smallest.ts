import type { Input } from "./inputs.js";

/** Tries that are made at most: what fails slowly is not shrunk for ever. */
const MOST_TRIES = 3000;
const LONGEST_MS = 20_000;

/** The smallest input found that still fails, by leaving out files, lines and characters. */
export function smallest(input: Input, fails: (input: Input) => boolean): Input {
  const end = performance.now() + LONGEST_MS;
  let left = MOST_TRIES;
  const still = (tried: Input): boolean => left-- > 0 && performance.now() < end && fails(tried);
  const bare = [
    { ...input, links: undefined, history: undefined },
    { ...input, links: undefined },
    { ...input, history: undefined },
  ];
  let result = bare.find(still) ?? input;
  for (let size = Infinity; sizeOf(result) < size;) {
    size = sizeOf(result);
    result = withoutFiles(result, still);
    for (const parts of [/(?<=\n)/, /(?<=\s)/, ""]) {
      result = { ...result, text: less(result.text, parts, (text) => still({ ...result, text })) };
      result = withLessText(result, parts, still);
    }
  }
  return result;
}

const sizeOf = ({ text, files }: Input): number => text.length + JSON.stringify(files ?? {}).length;

function withoutFiles(input: Input, still: (input: Input) => boolean): Input {
  if (input.files !== undefined && still({ ...input, files: undefined })) return { ...input, files: undefined };
  const kept = reduce(Object.entries(input.files ?? {}), (files) =>
    still({ ...input, files: Object.fromEntries(files) }),
  );
  return input.files === undefined ? input : { ...input, files: Object.fromEntries(kept) };
}

function withLessText(input: Input, parts: RegExp | string, still: (input: Input) => boolean): Input {
  let result = input;
  for (const [path, text] of Object.entries(input.files ?? {})) {
    if (text === null) continue;
    const put = (now: string): Input => ({ ...result, files: { ...result.files, [path]: now } });
    result = put(less(text, parts, (now) => still(put(now))));
  }
  return result;
}

const less = (text: string, parts: RegExp | string, still: (text: string) => boolean): string =>
  reduce(text.split(parts), (some) => still(some.join(""))).join("");

/** Delta debugging: takes out halves, quarters ... as long as it still fails. */
function reduce<T>(parts: readonly T[], still: (parts: readonly T[]) => boolean): readonly T[] {
  let result = parts;
  for (let size = Math.ceil(parts.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < result.length;) {
      const tried = [...result.slice(0, at), ...result.slice(at + size)];
      if (still(tried)) result = tried;
      else at += size;
    }
  return result;
}
