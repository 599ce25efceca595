import { contextFromList, optimize } from "../../src/index.js";
import { printable } from "../../src/report/terminal.js";
import type { Answer, PlaygroundFile, Question } from "./protocol.js";

/** The engine, beside the page, so that no text can freeze it. Files of a folder are read here, and only those that it asks for. */
declare class FileReaderSync {
  readAsArrayBuffer(file: Blob): ArrayBuffer;
}

/** No manifest is larger. */
const MAXIMUM_BYTES = 16 * 1024 * 1024;

let files: readonly PlaygroundFile[] = [];

self.onmessage = ({ data }: MessageEvent<Question>) => {
  files = data.files ?? files;
  self.postMessage(answer(data));
};

function answer({ id, text, path, safety }: Question): Answer {
  const nothing = { id, after: text, diff: "", applied: [], refused: [], problems: [], seconds: [] };
  try {
    // The Dockerfile lies among them. No file at all: the context is not known, rather than empty.
    const entries = [{ path, text, tracked: null }, ...files.filter((one) => one.path !== path).map(entryOf)];
    const context = files.length === 0 ? undefined : contextFromList(entries, "files", path);
    const result = optimize(text, { context, safety, path });
    const { applied, refused, problems } = result;
    return {
      id,
      after: result.after,
      diff: printable(result.diff),
      applied: applied.map(({ transform, safety: level, message, notes, line }) => ({
        transform,
        safety: level,
        message: printable(message),
        notes: notes.map(printable),
        line,
      })),
      refused: refused.map((one) => ({ ...one, reason: printable(one.reason) })),
      problems: problems.map(({ line, column, message }) => ({ line, column, message: printable(message) })),
      seconds: problems.length > 0 ? [] : result.costs(),
      failure: undefined,
    };
  } catch (error) {
    return { ...nothing, failure: printable(String(error)) };
  }
}

/** Whether a file is committed, a browser does not know. */
const entryOf = ({ path, content }: PlaygroundFile) =>
  typeof content === "string"
    ? { path, text: content, tracked: null }
    : { path, size: content.size, tracked: null, text: () => readText(content) };

function readText(file: File): string | undefined {
  if (file.size > MAXIMUM_BYTES) return undefined;
  try {
    const bytes = new FileReaderSync().readAsArrayBuffer(file);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8, or gone since.
    return undefined;
  }
}
