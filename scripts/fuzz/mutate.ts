import type { Input } from "./inputs.js";
import { choose, percent, type Random } from "./random.js";

/** What means something to somebody who reads such files. */
const TOKENS =
  "\\\n|`\n|\n|\r\n|\r|\t| |  |#|# |\n#\n|\n\n|\"|'|`|$|${|}|$(|)|(|;|;;|&&|&|\\|\\||\\||>|<|<<EOF|<<-E|EOF\n|\\|/|..|*|**|[|]|!|{|=|--|-|:|,|\0|\uFEFF|\u00A0|\u2028|é|𐐀|\uD800|FROM a\n|RUN |COPY . .\n|ONBUILD |ARG A\n|ENV A=|if|fi|do|done|case|esac|null|0|__proto__|{}|[]"
    .split("|")
    .map((one) => (one === "" ? "|" : one));

type Change = (text: string, other: string, pick: Random) => string;

const byLines =
  (change: (lines: string[], pick: Random, other: string) => void): Change =>
  (text, other, pick) => {
    const lines = text.split(/(?<=\n)/);
    change(lines, pick, other);
    return lines.join("");
  };

const LINES: readonly Change[] = [
  byLines((lines, pick) => void lines.splice(pick(lines.length), 1)),
  byLines((lines, pick) => {
    const line = choose(lines, pick);
    lines.splice(pick(lines.length + 1), 0, line);
  }),
  byLines((lines, pick) => {
    const moved = lines.splice(pick(lines.length), 1);
    lines.splice(pick(lines.length + 1), 0, ...moved);
  }),
  byLines((lines, pick, other) => {
    const [from, count] = [other.split(/(?<=\n)/), 1 + pick(3)];
    const at = pick(from.length);
    lines.splice(pick(lines.length + 1), 0, ...from.slice(at, at + count));
  }),
  byLines((lines, pick, other) => {
    const at = pick(lines.length);
    lines[at] = choose(other.split(/(?<=\n)/), pick);
  }),
];

const WORDS: readonly Change[] = [
  byWords((words, at) => void words.splice(at, 1)),
  byWords((words, at, other, pick) => (words[at] = choose(other, pick))),
  byWords((words, at, _, pick) => {
    const to = pick(words.length);
    [words[at], words[to]] = [words[to] ?? "", words[at] ?? ""];
  }),
  // A line may go on after any blank.
  (text, _, pick) => {
    const blanks = [...text.matchAll(/(?<=\S) (?=\S)/g)].map(({ index }) => index);
    const at = blanks[pick(blanks.length)] ?? 0;
    return `${text.slice(0, at)} ${choose(["\\\n", "\\\n  ", "\\ \n", "\\\r\n", "\\\n# x\n"], pick)}${text.slice(at + 1)}`;
  },
];

const CHARACTERS: readonly Change[] = [
  (text, _, pick) => cut(text, "", pick),
  (text, _, pick) => cut(text, choose(TOKENS, pick), pick),
  (text, _, pick) => {
    const at = pick(text.length + 1);
    return text.slice(0, at) + choose(TOKENS, pick) + text.slice(at);
  },
  (text, _, pick) => cut(text, String.fromCharCode(pick(percent(80, pick) ? 128 : 0x10000)), pick),
  (text, other, pick) => text.slice(0, pick(text.length + 1)) + other.slice(pick(other.length + 1)),
  (text, _, pick) => {
    const [at, length] = [pick(text.length + 1), 1 + pick(20)];
    return text.slice(0, at) + text.slice(at, at + length).repeat(2 + pick(3)) + text.slice(at + length);
  },
];

function byWords(change: (words: string[], at: number, other: string[], pick: Random) => void): Change {
  return (text, other, pick) => {
    const words = text.split(/(\s+)/);
    change(words, pick(words.length), other.split(/\s+/), pick);
    return words.join("");
  };
}

/** Takes some characters out and puts others there. */
function cut(text: string, put: string, pick: Random): string {
  const at = pick(text.length + 1);
  return text.slice(0, at) + put + text.slice(at + 1 + pick(percent(70, pick) ? 3 : 30));
}

const LONGEST = 20_000;

/** The text, changed here and there; `other` gives what is put in. Lines more than words, these more than characters. */
export function mutateText(text: string, other: string, pick: Random): string {
  let result = text;
  for (let left = 1 + pick(4); left > 0; left--) {
    const kind = pick(10);
    result = choose(kind < 5 ? LINES : kind < 8 ? WORDS : CHARACTERS, pick)(result, other, pick);
  }
  return result.slice(0, LONGEST);
}

/** An input like the first, with something of the second. */
export function mutate(input: Input, other: Input, pick: Random): Input {
  const files = input.files === undefined ? undefined : mutateFiles(input.files, other.files ?? {}, pick);
  const text = files === undefined || percent(70, pick) ? mutateText(input.text, other.text, pick) : input.text;
  const safety = percent(10, pick) ? other.safety : input.safety;
  const around = percent(10, pick) ? other : input;
  const { links, history } = around;
  return { ...input, text, files, links, history, safety, builder: percent(10, pick) ? other.builder : input.builder };
}

type Files = NonNullable<Input["files"]>;

function mutateFiles(files: Files, others: Files, pick: Random): Files {
  const [path, from] = [Object.keys(files), Object.keys(others)].map((names) => names[pick(names.length)]);
  const result = { ...files };
  const text = path === undefined ? undefined : files[path];
  const other = from === undefined ? "" : (others[from] ?? "");
  switch (pick(8)) {
    case 0:
      return path === undefined ? files : Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));
    case 1:
      return from === undefined ? files : { ...result, [from]: others[from] ?? null };
    case 2:
      return path === undefined ? files : { ...result, [path]: null };
    case 3:
    case 4:
    case 5:
      return path === undefined || typeof text !== "string"
        ? files
        : { ...result, [path]: mutateText(text, other, pick) };
    default:
      return files;
  }
}
