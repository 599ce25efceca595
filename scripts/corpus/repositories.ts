import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context } from "../../src/context/context.js";
import { contextFromList, type ListedEntry } from "../../src/context/load-list.js";
import { optimize, type Report } from "../../src/engine/run.js";
import type { Safety } from "../../src/transform.js";
import { defaultTransforms } from "../../transforms/index.js";
import { SHARED } from "./agreement.js";

const CORPUS = join(fileURLToPath(SHARED), "corpus");

/** A row of repos.tsv: a Dockerfile, its context, and what is expected of a tool. */
export interface Row {
  readonly dir: string;
  readonly ecosystem: string;
  readonly expect: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly note: string;
}

export function readRows(): readonly Row[] | undefined {
  const path = join(CORPUS, "repos.tsv");
  if (!existsSync(path)) return undefined;
  const [head = "", ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const names = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    const cell = (name: string): string => cells[names.indexOf(name)] ?? "";
    return {
      dir: cell("dir"),
      ecosystem: cell("ecosystem"),
      expect: cell("expect"),
      dockerfile: cell("dockerfile"),
      context: cell("context"),
      note: cell("note"),
    };
  });
}

const prefixOf = ({ context }: Pick<Row, "context">): string =>
  context === "." || context === "" ? "" : `${context}/`;

/** The context of a row from its list of paths; only files that the corpus holds whole can be read. */
export function contextOf(row: Pick<Row, "dir" | "context" | "dockerfile">): Context {
  const prefix = prefixOf(row);
  const dockerfile = row.dockerfile.startsWith(prefix) ? row.dockerfile.slice(prefix.length) : undefined;
  return contextFromList(entriesOf(row), `${row.dir}/${row.context}`, dockerfile);
}

export function entriesOf(row: Pick<Row, "dir" | "context">): readonly ListedEntry[] {
  const root = join(CORPUS, "repos", row.dir);
  const prefix = prefixOf(row);
  return readFileSync(join(root, ".tree.txt"), "utf8")
    .split("\n")
    .flatMap((line): ListedEntry[] => {
      const [, mark, rest] = /^([ITRLSB-]) \d+ (.*)$/.exec(line) ?? [];
      if (mark === undefined || rest === undefined) return [];
      const [path = "", link] = rest.split(" -> ");
      if (!path.startsWith(prefix) || mark === "S") return [];
      const own = path.slice(prefix.length);
      if (mark === "L") return [{ path: own, link: link ?? "" }];
      return [{ path: own, text: () => (mark === "I" ? readFileSync(join(root, path), "utf8") : undefined) }];
    });
}

export const dockerfileOf = (row: Pick<Row, "dir" | "dockerfile">): string =>
  readFileSync(join(CORPUS, "repos", row.dir, row.dockerfile), "utf8");

/** Transforms that keep the image the same. The others change it by design, and are not what an expert was asked for. */
export const sameImage = defaultTransforms.filter((transform) => transform.safety === "safe");

export function runRow(row: Row, safety: Safety, transforms = sameImage): Report {
  return optimize(dockerfileOf(row), contextOf(row), { transforms, safety });
}

export interface GoldCase {
  readonly dir: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly before: string;
  readonly after: string;
}

export function readGold(): readonly GoldCase[] {
  const [head = "", ...lines] = readFileSync(join(CORPUS, "gold/index.tsv"), "utf8").trim().split("\n");
  const names = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    const cell = (name: string): string => cells[names.indexOf(name)] ?? "";
    const dir = cell("dir");
    const text = (which: string): string => readFileSync(join(CORPUS, "gold", dir, `${which}.Dockerfile`), "utf8");
    return {
      dir,
      dockerfile: cell("dockerfile"),
      context: cell("context"),
      before: text("before"),
      after: text("after"),
    };
  });
}
