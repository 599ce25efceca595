import {
  CodeActionKind,
  DidChangeWatchedFilesNotification,
  MessageType,
  ShowMessageNotification,
  TextDocuments,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type CodeAction,
  type CodeActionParams,
  type Connection,
  type Hover,
  type InitializeResult,
  type TextDocumentPositionParams,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { printable } from "../report/terminal.js";
import { codeActions, FIX_ALL, type MakeEdit } from "./actions.js";
import { diagnose } from "./diagnostics.js";
import { workspaceEdit, type EditCapabilities } from "./edits.js";
import type { Host } from "./host.js";
import { hoverAt } from "./hover.js";
import { createReadings, isIgnoreFile, isRead } from "./readings.js";

/** Milliseconds without a change, of a text or of the files around it, before a Dockerfile is read again. */
const PAUSE = { typing: 250, files: 500 } as const;

/** Files that say what a build or an install reads. */
const WATCHED = [
  "**/*.{json,toml,yaml,yml,lock,txt,cfg,mod,sum,work,xml,gradle,kts,properties,csproj,fsproj,sln,props,targets,hcl,exs,gemspec,lockb}",
  "**/{.dockerignore,*.dockerignore,.containerignore,.npmrc,.yarnrc,.env,Gemfile,Pipfile,Dockerfile*,Containerfile*,dockopt.config.*}",
];

/** Speaks the protocol on a connection, which the caller has yet to listen on. What goes wrong is logged to the client. */
export function serve(connection: Connection, host: Host, version: string): void {
  const documents = new TextDocuments(TextDocument);
  const log = (message: string): void => {
    connection.console.error(printable(message));
  };
  /** A bug in what is made of one document does not end the server. */
  const attempt = async <T>(otherwise: T, make: () => Promise<T>): Promise<T> => {
    try {
      return await make();
    } catch (error) {
      log(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return otherwise;
    }
  };
  const readings = createReadings(() => documents.all(), host, log);
  const timers = new Map<string, NodeJS.Timeout>();
  let client: ClientCapabilities = {};

  const publish = async (uri: string): Promise<void> => {
    timers.delete(uri);
    const document = documents.get(uri);
    if (document === undefined) return;
    const diagnostics = await attempt([], async () => {
      const reading = await readings.of(document);
      return reading === undefined ? [] : [...diagnose(reading, document)];
    });
    void connection.sendDiagnostics({ uri, version: document.version, diagnostics });
  };
  const publishIn = (milliseconds: number, { uri }: TextDocument): void => {
    clearTimeout(timers.get(uri));
    timers.set(
      uri,
      setTimeout(() => {
        void publish(uri);
      }, milliseconds),
    );
  };
  const readAgain = (milliseconds: number): void => {
    readings.forget();
    for (const document of documents.all().filter(isRead)) publishIn(milliseconds, document);
  };

  connection.onInitialize(async (params): Promise<InitializeResult> => {
    client = params.capabilities;
    host.setFolders(params.workspaceFolders?.flatMap(({ uri }) => host.pathOf(uri) ?? []) ?? []);
    const problem = await host.configure(params.initializationOptions);
    if (problem !== undefined) {
      const message = printable(`dockopt: ${problem}`);
      void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Error, message });
    }
    return { capabilities: CAPABILITIES, serverInfo: { name: "dockopt", version } };
  });
  connection.onInitialized(() => {
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    const watchers = WATCHED.map((globPattern) => ({ globPattern }));
    connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch((error: unknown) => {
      log(`files are not watched: ${String(error)}`);
    });
  });
  connection.onDidChangeWatchedFiles(() => {
    readAgain(PAUSE.files);
  });

  // Also when it is opened.
  documents.onDidChangeContent(({ document }) => {
    if (isIgnoreFile(document)) readAgain(PAUSE.typing);
    else if (isRead(document)) publishIn(PAUSE.typing, document);
  });
  documents.onDidSave(() => {
    readAgain(0);
  });
  documents.onDidClose(({ document }) => {
    clearTimeout(timers.get(document.uri));
    timers.delete(document.uri);
    readings.close(document);
    if (isIgnoreFile(document)) readAgain(PAUSE.typing);
    else if (isRead(document)) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  const actionsOf = async (
    params: CodeActionParams,
    document: TextDocument,
    again = false,
  ): Promise<readonly CodeAction[]> => {
    const reading = await readings.of(document);
    if (reading === undefined) return [];
    const stale: string[] = [];
    const makeEdit: MakeEdit = (edits, changes) => {
      const files = changes.map((change) => readings.companion(change, reading.folder));
      const ready = files.flatMap((file) => file ?? []);
      if (ready.length < files.length) {
        stale.push(...changes.map(({ path }) => path));
        return undefined;
      }
      const own = { uri: document.uri, version: document.version, text: reading.text, edits };
      // Companions first: without them the rewritten Dockerfile would not be right.
      return workspaceEdit([...ready, ...(edits.length === 0 ? [] : [own])], editsTakenBy(client));
    };
    const span = { start: document.offsetAt(params.range.start), end: document.offsetAt(params.range.end) };
    const actions = codeActions(reading, { span, only: params.context.only }, document, makeEdit);
    if (stale.length === 0 || again) return actions;
    readings.forget();
    return actionsOf(params, document, true);
  };
  connection.onCodeAction(async (params): Promise<CodeAction[]> => {
    const document = documents.get(params.textDocument.uri);
    if (document === undefined || !isRead(document)) return [];
    return attempt([], async () => [...(await actionsOf(params, document))]);
  });
  connection.onHover(async (params: TextDocumentPositionParams): Promise<Hover | null> => {
    const document = documents.get(params.textDocument.uri);
    if (document === undefined || !isRead(document)) return null;
    return attempt(null, async () => {
      const reading = await readings.of(document);
      return reading === undefined ? null : hoverAt(reading, document.offsetAt(params.position), document);
    });
  });
  documents.listen(connection);
}

const CAPABILITIES: InitializeResult["capabilities"] = {
  positionEncoding: "utf-16",
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
  hoverProvider: true,
};

function editsTakenBy({ workspace }: ClientCapabilities): EditCapabilities {
  const taken = workspace?.workspaceEdit;
  return {
    documentChanges: taken?.documentChanges === true,
    create: taken?.resourceOperations?.includes("create") === true,
  };
}
