import type { RawTree } from "./tree.js";

/** What may be asked of a folder's files. */
export type FileQuestion = Exclude<keyof RawTree, "description">;

/** Is told of each question, and of the answer. */
export type Tell = (question: FileQuestion, path: string, answer: unknown) => void;

/** The same files; all that is asked of them is told. */
export function traced(tree: RawTree, tell: Tell): RawTree {
  const told =
    <T>(question: FileQuestion, ask: (path: string) => T) =>
    (path: string): T => {
      const answer = ask(path);
      tell(question, path, answer);
      return answer;
    };
  return {
    description: tree.description,
    kind: told("kind", (path) => tree.kind(path)),
    list: told("list", (path) => tree.list(path)),
    read: told("read", (path) => tree.read(path)),
    link: told("link", (path) => tree.link(path)),
    executable: told("executable", (path) => tree.executable(path)),
    size: told("size", (path) => tree.size(path)),
    tracked: told("tracked", (path) => tree.tracked(path)),
  };
}
