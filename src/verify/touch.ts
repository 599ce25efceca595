import { readFileSync, writeFileSync } from "node:fs";
import type { Facts } from "../facts/facts.js";
import { readInputs } from "../facts/install-inputs.js";

/** How a change that means nothing is written, by a name's ending. */
const COMMENTS: readonly (readonly [RegExp, (n: number) => string])[] = [
  [/\.(?:[cm]?[jt]sx?|go|rs|java|kt|scala|c|h|cc|cpp|hpp|cs|swift|php|scss|less|proto)$/, (n) => `\n// dockopt ${n}\n`],
  [
    /\.(?:py|rb|sh|bash|pl|r|yaml|yml|toml|ini|conf|cfg|env|tf|ex|exs)$|(?:^|\/)(?:Makefile|Rakefile)$/,
    (n) => `\n# dockopt ${n}\n`,
  ],
  [/\.(?:html?|xml|md|vue|svelte|svg)$/, (n) => `\n<!-- dockopt ${n} -->\n`],
  [/\.(?:css|sql)$/, (n) => `\n/* dockopt ${n} */\n`],
  [/\.(?:txt|rst|adoc|csv)$/, (n) => `\ndockopt ${n}\n`],
];

const RANK = /(?:^|\/)(?:src|app|lib|server|cmd|internal|pkg)\//;

/**
 * A source file whose change a developer would make: copied by the Dockerfile, no input of an install, of a language with comments.
 * undefined: there is none.
 */
export function sourceFile(facts: Facts): string | undefined {
  const { context, document } = facts;
  if (context === undefined) return undefined;
  const inputs = new Set(
    document.instructions.flatMap((one) =>
      one.kind === "RUN" && one.stage >= 0
        ? facts.commands(one).flatMap((fact) => {
            const read = fact.install === undefined ? undefined : readInputs([fact], facts);
            return read === undefined || "reason" in read ? [] : read.inputs.paths;
          })
        : [],
    ),
  );
  const copied = document.stages.flatMap((stage) => facts.copies(stage)).flatMap((copy) => copy.placements);
  const files = copied.flatMap((one) => (one.directory ? [...context.files(one.context)] : [one.context]));
  const candidates = files.filter((path) => !inputs.has(path) && COMMENTS.some(([name]) => name.test(path)));
  const kind = (path: string): number => COMMENTS.findIndex(([name]) => name.test(path));
  const score = (path: string): number => kind(path) * 10 + (RANK.test(path) ? 0 : 5) + path.split("/").length;
  return [...candidates].sort((a, b) => score(a) - score(b) || (a < b ? -1 : 1))[0];
}

/** The number in blanks, which most formats allow at the end (JSON among them). */
const blanks = (n: number): string => `\n${[...n.toString(2)].map((digit) => (digit === "0" ? " " : "\t")).join("")}\n`;

/** Changes the file so that it is like never before, and still means the same where it is known how. */
export function touchFile(path: string, original: Buffer, n: number): void {
  const [, comment = blanks] = COMMENTS.find(([name]) => name.test(path)) ?? [];
  writeFileSync(path, Buffer.concat([original, Buffer.from(comment(n))]));
}

export const originalOf = (path: string): Buffer => readFileSync(path);
