import { resolve } from "node:path";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { isDockerfile } from "../project/names.js";
import type { FileChange } from "../project/result.js";
import { lineEdit, type FileEdit } from "./edits.js";
import type { Host } from "./host.js";
import type { Reading } from "./reading.js";

/** Longer than any that people write, in characters. */
const LONGEST = 1_000_000;

/** Is it a Dockerfile, by what the client says or by its name? */
export const isRead = ({ languageId, uri }: TextDocument): boolean =>
  languageId === "dockerfile" || isDockerfile(uri.slice(uri.lastIndexOf("/") + 1));

/** Its text counts before it is saved. */
export const isIgnoreFile = ({ uri }: TextDocument): boolean => /\.(?:docker|container)ignore$/.test(uri);

/** Readings of the open documents, each made once for a version. */
export interface Readings {
  /** undefined: there is nothing to say of it; why was logged. */
  of(document: TextDocument): Promise<Reading | undefined>;
  /** Whatever was read may have changed. */
  forget(): void;
  close(document: TextDocument): void;
  /** A file that changes along with a Dockerfile, as the client has it; undefined: it is no longer what it was. */
  companion(change: FileChange, folder: string): FileEdit | undefined;
}

export function createReadings(
  documents: () => readonly TextDocument[],
  host: Host,
  log: (message: string) => void,
): Readings {
  const known = new Map<string, { readonly version: number; readonly reading: Reading | undefined }>();
  const tooLong = new Set<string>();
  const ignoreFiles = (): Map<string, TextDocument> =>
    new Map(
      documents()
        .filter(isIgnoreFile)
        .flatMap((one) => {
          const path = host.pathOf(one.uri);
          return path === undefined ? [] : [[path, one]];
        }),
    );
  const read = async (document: TextDocument): Promise<Reading | undefined> => {
    const { uri } = document;
    const path = host.pathOf(uri);
    try {
      await host.prepare(path);
    } catch (error) {
      log(error instanceof Error ? error.message : String(error));
      return undefined;
    }
    const text = document.getText();
    if (text.length > LONGEST) {
      if (!tooLong.has(uri)) log(`${uri}: it has ${text.length} characters, more than are read in an editor.`);
      tooLong.add(uri);
      return undefined;
    }
    try {
      const open = new Map([...ignoreFiles()].map(([path, one]) => [path, one.getText()]));
      return host.read(path, text, open);
    } catch (error) {
      log(`${uri}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return undefined;
    }
  };
  return {
    async of(document) {
      const { uri } = document;
      const last = known.get(uri);
      if (last?.version === document.version && (last.reading?.text ?? document.getText()) === document.getText())
        return last.reading;
      // It may become another one while its settings are read: what is read is the text as it is then.
      const reading = await read(document);
      known.set(uri, { version: document.version, reading });
      return reading;
    },
    forget() {
      known.clear();
      host.forget();
    },
    close({ uri }) {
      known.delete(uri);
      tooLong.delete(uri);
    },
    companion({ path, before, after }, folder) {
      const absolute = resolve(folder, path);
      const open = ignoreFiles().get(absolute);
      const text = open?.getText() ?? host.textOf(absolute);
      const [old, now] = [before, after].map((one) => one?.replace(/^\ufeff/, ""));
      if (text !== old || now === undefined) return undefined;
      return {
        uri: open?.uri ?? host.uriOf(absolute),
        version: open?.version ?? null,
        text,
        edits: [lineEdit(text ?? "", now)],
      };
    },
  };
}
