import { spawn, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  CodeActionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShowMessageNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type CodeAction,
  type Diagnostic,
  type PublishDiagnosticsParams,
  type Range,
  type Registration,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver-protocol/node";

/** What current editors can. */
export const CAPABLE: ClientCapabilities = {
  workspace: {
    workspaceEdit: { documentChanges: true, resourceOperations: ["create"] },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
};

/** An editor, as far as the protocol goes: `dockopt lsp` as a process, talked to by the protocol's own client library. */
export function startClient(...args: readonly string[]) {
  const server = spawn(process.execPath, [resolve("bin/dockopt.js"), "lsp", ...args], { stdio: "pipe" });
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const published: PublishDiagnosticsParams[] = [];
  const waiting = new Set<() => void>();
  const logged: string[] = [];
  const registered: Registration[] = [];
  const opened = new Set<string>();
  const changed = (): void => {
    for (const look of waiting) look();
  };
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    published.push(params);
    changed();
  });
  for (const type of [LogMessageNotification.type, ShowMessageNotification.type])
    connection.onNotification(type, ({ message }: { readonly message: string }) => {
      logged.push(message);
      changed();
    });
  connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
    registered.push(...registrations);
    changed();
  });
  connection.listen();
  /** Resolves as soon as there is what is looked for. */
  const until = async <T>(find: () => T | undefined): Promise<T> =>
    new Promise((done) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        done(found);
      };
      waiting.add(look);
      look();
    });
  return {
    connection,
    server,
    published,
    logged,
    registered,
    until,
    async initialize(folder: string, capabilities = CAPABLE, initializationOptions?: unknown) {
      const workspaceFolders = [{ uri: pathToFileURL(folder).href, name: "test" }];
      const params = { processId: process.pid, rootUri: null, workspaceFolders, capabilities, initializationOptions };
      const result = await connection.sendRequest(InitializeRequest.type, params);
      await connection.sendNotification(InitializedNotification.type, {});
      return result;
    },
    async open(uri: string, text: string, languageId = "dockerfile", version = 1): Promise<void> {
      opened.add(uri);
      await connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId, version, text },
      });
    },
    async change(uri: string, version: number, ...contentChanges: { text: string; range?: Range }[]): Promise<void> {
      const params = {
        textDocument: { uri, version },
        contentChanges: contentChanges.map(({ text, range }) => (range === undefined ? { text } : { text, range })),
      };
      await connection.sendNotification(DidChangeTextDocumentNotification.type, params);
    },
    async close(uri: string): Promise<void> {
      opened.delete(uri);
      await connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
    },
    async closeAll(): Promise<void> {
      for (const uri of opened) await this.close(uri);
    },
    /** Of that version, the `count`th that were published for it. */
    async diagnostics(uri: string, version: number, count = 1): Promise<readonly Diagnostic[]> {
      const found = await until(() => published.filter((one) => one.uri === uri && one.version === version)[count - 1]);
      return found.diagnostics;
    },
    async actions(uri: string, range: Range, only?: string[]): Promise<readonly CodeAction[]> {
      const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
      const found = await connection.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range, context });
      return (found ?? []).filter((one): one is CodeAction => "kind" in one);
    },
    /** As the protocol wants it. Resolves to the exit code. */
    async stop(): Promise<number | null> {
      const code = exitOf(server);
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      return code;
    },
  };
}

export const exitOf = async (server: ChildProcess): Promise<number | null> =>
  new Promise((done) => server.once("exit", done));

export const at = (line: number, character = 0): Range => ({
  start: { line, character },
  end: { line, character },
});

/** Applies edits as the protocol says, by its words and no library: ranges are those of the text before all of them. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
  const offset = ({ line, character }: Range["start"]): number => {
    const start = starts[line];
    const end = starts[line + 1] ?? text.length;
    if (start === undefined || start + character > end) throw new RangeError(`no position ${line}:${character}`);
    return start + character;
  };
  const spans = edits
    .map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }))
    .sort((a, b) => a.start - b.start);
  let result = "";
  let position = 0;
  for (const { start, end, newText } of spans) {
    if (start < position || end < start) throw new RangeError("edits overlap");
    result += text.slice(position, start) + newText;
    position = end;
  }
  return result + text.slice(position);
}

/** The files (by URI) after a workspace edit. Edits for other versions than those open are refused, as editors do. */
export function applyWorkspaceEdit(
  edit: WorkspaceEdit | undefined,
  files: Readonly<Record<string, string>>,
  versions: Readonly<Record<string, number>> = {},
): Readonly<Record<string, string>> {
  const result: Record<string, string> = { ...files };
  const change = (uri: string, edits: readonly TextEdit[]): void => {
    const text = result[uri];
    if (text === undefined) throw new Error(`there is no ${uri}`);
    result[uri] = applyEdits(text, edits);
  };
  for (const [uri, edits] of Object.entries(edit?.changes ?? {})) change(uri, edits);
  for (const one of edit?.documentChanges ?? []) {
    if ("textDocument" in one) {
      const { uri, version } = one.textDocument;
      if (version !== (versions[uri] ?? null)) throw new Error(`${uri} has another version than ${String(version)}`);
      change(
        uri,
        one.edits.map((each) => {
          if (!("newText" in each)) throw new Error("a snippet");
          return each;
        }),
      );
    } else if (one.kind === "create") {
      if (result[one.uri] !== undefined) throw new Error(`${one.uri} is there`);
      result[one.uri] = "";
    } else throw new Error(one.kind);
  }
  return result;
}
