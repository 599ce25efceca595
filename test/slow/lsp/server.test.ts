import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  DiagnosticSeverity,
  DidChangeWatchedFilesNotification,
  DidSaveTextDocumentNotification,
  FileChangeType,
  HoverRequest,
  type CodeAction,
} from "vscode-languageserver-protocol/node";
import { sandbox } from "../../cli/process.js";
import { applyWorkspaceEdit, at, CAPABLE, exitOf, startClient } from "../../lsp/client.js";

/** One process of the real server serves all tests but those about its beginning and end. */
let client: ReturnType<typeof startClient>;
let root: string;
beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "dockopt-lsp-")));
  client = startClient("--stdio");
  await client.initialize(root);
});
afterEach(async () => client.closeAll());
afterAll(async () => {
  expect(await client.stop()).toBe(0);
  // Nothing was written but what the editor itself writes, and nothing went wrong that no test has asked for.
  expect(client.logged.filter((one) => /\n\s+at /.test(one))).toEqual([]);
  rmSync(root, { recursive: true });
});

const SIMPLE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const SPLIT = "FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n";
const FILES = { "package.json": "{}", "package-lock.json": "{}", ".dockerignore": "node_modules\n", "src/a.js": "" };
const FIX_ALL = ["source.fixAll.dockopt"];

let count = 0;
/** A folder of its own, below that of the workspace. */
function project(files: Readonly<Record<string, string>>) {
  const folder = join(root, `p${String(count++)}`);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const uriOf = (path: string): string => pathToFileURL(join(folder, path)).href;
  return { folder, uriOf, uri: uriOf("Dockerfile"), read: (path: string) => readFileSync(join(folder, path), "utf8") };
}

const titled = (actions: readonly CodeAction[], pattern: RegExp): CodeAction => {
  const found = actions.find((one) => pattern.test(one.title));
  if (found === undefined) throw new Error(`none of: ${actions.map((one) => one.title).join("; ")}`);
  return found;
};

describe("what is shown", () => {
  test("the project's configuration is in force, as it is now; one that cannot be used is told with its place", async () => {
    const { uri, uriOf, folder } = project({ ...FILES, "dockopt.config.json": '{ "skip": ["split-manifest-copy"] }' });
    const configure = async (text: string): Promise<void> => {
      writeFileSync(join(folder, "dockopt.config.json"), text);
      await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
        changes: [{ uri: uriOf("dockopt.config.json"), type: FileChangeType.Changed }],
      });
    };
    const codes = async (turn: number): Promise<readonly unknown[]> =>
      (await client.diagnostics(uri, 1, turn)).map((one) => one.code);
    await client.open(uri, SIMPLE);
    expect(await codes(1)).toEqual(["mount-package-caches"]);
    await configure('{ "safety": "safe" }');
    expect(await codes(2)).toEqual(["split-manifest-copy"]);
    await configure('{ "safety": "save" }');
    expect(await codes(3)).toEqual([]);
    expect(client.logged.some((one) => /dockopt\.config\.json:1:13: safety: "save" is none of/.test(one))).toBe(true);
    await configure('{ "ignore": ["Dockerfile"] }');
    expect(await codes(4)).toEqual([]);
  });

  test("a safe rewrite as information, what is suggested as a hint, with the gain", async () => {
    const { uri } = project(FILES);
    await client.open(uri, SIMPLE);
    const diagnostics = await client.diagnostics(uri, 1);
    const split = diagnostics.find((one) => one.code === "split-manifest-copy");
    expect(split).toMatchObject({
      severity: DiagnosticSeverity.Information,
      source: "dockopt",
      range: { start: { line: 3, character: 0 }, end: { line: 3, character: 10 } },
    });
    expect(split?.message).toMatch(/^Copies package.json, package-lock.json and runs `npm ci` before/);
    expect(split?.message).toMatch(/^An average rebuild takes [\d.]+ s instead of [\d.]+ s\.$/m);
    const caches = diagnostics.find((one) => one.code === "mount-package-caches");
    expect(caches?.severity).toBe(DiagnosticSeverity.Hint);
    expect(caches?.message).toContain("(suggested)");
    expect(JSON.stringify(diagnostics)).not.toContain("(unsafe)");
  });

  test("what the builder would reject, until it is mended", async () => {
    const { uri } = project(FILES);
    await client.open(uri, "FROM node:20\nRUM npm ci\n");
    expect(await client.diagnostics(uri, 1)).toEqual([
      expect.objectContaining({
        severity: DiagnosticSeverity.Error,
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 10 } },
        message: "`RUM` is no instruction. Did you mean RUN?",
      }),
    ]);
    expect(await client.actions(uri, at(1))).toEqual([]);
    await client.change(uri, 2, {
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: 3 } },
      text: "N",
    });
    expect((await client.diagnostics(uri, 2)).filter((one) => one.code === "syntax")).toEqual([]);
  });

  test("comments that forbid nothing, where they stand before the rewrites", async () => {
    const { uri } = project(FILES);
    await client.open(
      uri,
      "# dockopt ignore-file=no-such-thing\nFROM node:20\nWORKDIR /app\nCOPY . .\n# dockopt ignore=merge-run-chains\nRUN npm ci\n",
    );
    const remarks = (await client.diagnostics(uri, 1)).filter((one) => one.code === "ignore");
    expect(remarks.map((one) => [one.range.start.line, one.severity])).toEqual([
      [0, DiagnosticSeverity.Warning],
      [4, DiagnosticSeverity.Warning],
    ]);
    expect(remarks[1]?.message).toBe("The comment forbids nothing that dockopt would do. Remove it.");
  });

  test("why a whole file is left alone", async () => {
    const { uri } = project({});
    await client.open(uri, "FROM {{image}}\nRUN true\n");
    expect(await client.diagnostics(uri, 1)).toEqual([
      expect.objectContaining({ severity: DiagnosticSeverity.Hint, code: "template" }),
    ]);
  });

  test("nothing of other files; a Dockerfile by its name; one that is closed", async () => {
    const { uriOf } = project(FILES);
    await client.open(uriOf("notes.md"), SIMPLE, "markdown");
    expect(await client.actions(uriOf("notes.md"), at(3))).toEqual([]);
    const named = uriOf("web.Dockerfile");
    await client.open(named, SIMPLE, "plaintext");
    expect((await client.diagnostics(named, 1)).length).toBeGreaterThan(0);
    await client.close(named);
    expect(await client.until(() => client.published.filter((one) => one.uri === named)[1])).toEqual({
      uri: named,
      diagnostics: [],
    });
    expect(client.published.some((one) => one.uri === uriOf("notes.md"))).toBe(false);
  });

  test("an untitled document has no build context; one that is too long is logged once", async () => {
    await client.open("untitled:Untitled-1", SIMPLE);
    const codes = (await client.diagnostics("untitled:Untitled-1", 1)).map((one) => one.code);
    expect(codes).not.toContain("split-manifest-copy");
    const { uri } = project({});
    const long = `FROM node:20\n${"# a comment\n".repeat(100_000)}`;
    await client.open(uri, long);
    expect(await client.diagnostics(uri, 1)).toEqual([]);
    await client.change(uri, 2, { text: `${long}RUN true\n` });
    await client.diagnostics(uri, 2);
    expect(client.logged.filter((one) => one.includes(uri))).toEqual([
      expect.stringContaining("more than are read in an editor"),
    ]);
  });

  test("what a step costs, on hover", async () => {
    const { uri } = project(FILES);
    await client.open(uri, SIMPLE);
    const hover = async (line: number): Promise<unknown> =>
      client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line, character: 1 } });
    expect(JSON.stringify(await hover(3))).toMatch(/RUN takes about [\d.]+ s, and is built again in \d+ % of rebuilds/);
    expect(await hover(3)).toMatchObject({
      range: { start: { line: 3, character: 0 }, end: { line: 3, character: 3 } },
    });
    expect(await hover(0)).toBeNull();
  });
});

describe("what is done", () => {
  const { root: sandboxRoot, put, dockopt } = sandbox();
  /** What the command line makes of the same files. */
  const written = (files: Readonly<Record<string, string>>, ...args: readonly string[]) => {
    put(files);
    expect(dockopt(["--write", ...args, "Dockerfile"]).status).toBe(0);
    return (path: string): string => readFileSync(join(sandboxRoot(), path), "utf8");
  };

  test("fix-all is what --write does, with the new .dockerignore that belongs to it", async () => {
    const files = { "package.json": "{}", "package-lock.json": "{}", "src/a.js": "", Dockerfile: SIMPLE };
    const { uri, uriOf } = project(files);
    await client.open(uri, SIMPLE);
    const [action, ...others] = await client.actions(uri, at(0), FIX_ALL);
    expect(others).toEqual([]);
    expect(action?.kind).toBe("source.fixAll.dockopt");
    const after = applyWorkspaceEdit(action?.edit, { [uri]: SIMPLE }, { [uri]: 1 });
    const read = written(files);
    expect(after).toEqual({ [uri]: read("Dockerfile"), [uriOf(".dockerignore")]: read(".dockerignore") });
    expect(read(".dockerignore")).toBe("node_modules\n");
  });

  test("a quick fix, from any line of what it changes, and its own words on what it solves", async () => {
    const { uri } = project(FILES);
    await client.open(uri, SIMPLE);
    for (const line of [2, 3]) {
      const fix = titled(await client.actions(uri, at(line), ["quickfix"]), /^Copy manifests and install/);
      expect(fix).toMatchObject({ kind: "quickfix", isPreferred: true });
      expect(fix.diagnostics?.map((one) => one.code)).toEqual(["split-manifest-copy"]);
      expect(await client.diagnostics(uri, 1)).toContainEqual(fix.diagnostics?.[0]);
      expect(applyWorkspaceEdit(fix.edit, { [uri]: SIMPLE }, { [uri]: 1 })).toEqual({ [uri]: SPLIT });
    }
    expect(await client.actions(uri, at(0), ["quickfix"])).toEqual([]);
    expect((await client.actions(uri, at(3), ["refactor"])).length).toBe(0);
  });

  test("a suggested fix comes with what it builds on, and says what it is", async () => {
    const files = { ...FILES, Dockerfile: SIMPLE };
    const { uri } = project(files);
    await client.open(uri, SIMPLE);
    const fix = titled(await client.actions(uri, at(3), ["quickfix"]), /\(suggested\)$/);
    expect(fix.isPreferred).toBeUndefined();
    const after = applyWorkspaceEdit(fix.edit, { [uri]: SIMPLE }, { [uri]: 1 });
    const read = written(files, "--only", "split-manifest-copy,mount-package-caches", "--suggested");
    expect(after[uri]).toBe(read("Dockerfile"));
  });

  test("a comment that forbids it, indented and ended like its instruction; then it is gone", async () => {
    const text = SIMPLE.replace("RUN", "  RUN").replaceAll("\n", "\r\n");
    const { uri } = project(FILES);
    await client.open(uri, text);
    const ignore = titled(await client.actions(uri, at(3, 4)), /^Ignore split-manifest-copy here$/);
    const { [uri]: after = "" } = applyWorkspaceEdit(ignore.edit, { [uri]: text }, { [uri]: 1 });
    expect(after).toBe(text.replace("  RUN", "  # dockopt ignore=split-manifest-copy\r\n  RUN"));
    await client.change(uri, 2, { text: after });
    const codes = (await client.diagnostics(uri, 2)).map((one) => one.code);
    expect(codes).not.toContain("split-manifest-copy");
    expect(codes).not.toContain("ignore");
  });

  test("CRLF, characters beyond the BMP, no last line end: the same bytes as --write", async () => {
    const text = "# 🐳 häh\r\nFROM node:20\r\nWORKDIR /app\r\nCOPY . . \r\n# 🐳🐳\r\nRUN echo '🐳' && npm ci";
    const files = { ...FILES, Dockerfile: text };
    const { uri } = project(files);
    await client.open(uri, text);
    const [action] = await client.actions(uri, at(0), FIX_ALL);
    const after = applyWorkspaceEdit(action?.edit, { [uri]: text }, { [uri]: 1 });
    expect(after[uri]).not.toBe(text);
    expect(after[uri]).toBe(written(files)("Dockerfile"));
  });

  test("an ignore file that is open counts as it is there, and is edited at its version", async () => {
    const files = { "package.json": "{}", "package-lock.json": "{}", "src/a.js": "", ".dockerignore": "dist\n" };
    const { uri, uriOf } = project(files);
    const ignoreFile = uriOf(".dockerignore");
    await client.open(uri, SIMPLE);
    const [closed] = await client.actions(uri, at(0), FIX_ALL);
    expect(applyWorkspaceEdit(closed?.edit, { [uri]: SIMPLE, [ignoreFile]: "dist\n" }, { [uri]: 1 })[ignoreFile]).toBe(
      "dist\nnode_modules\n",
    );
    await client.open(ignoreFile, "dist\n# mine\n", "ignore", 7);
    const [open] = await client.actions(uri, at(0), FIX_ALL);
    expect(
      applyWorkspaceEdit(open?.edit, { [uri]: SIMPLE, [ignoreFile]: "dist\n# mine\n" }, { [uri]: 1, [ignoreFile]: 7 }),
    ).toEqual({ [uri]: SPLIT, [ignoreFile]: "dist\n# mine\nnode_modules\n" });
    await client.change(ignoreFile, 8, { text: "node_modules\n" });
    const [saved] = await client.actions(uri, at(0), FIX_ALL);
    expect(saved?.edit?.documentChanges?.length).toBe(1);
  });

  test("an ignore file that has changed on the disk since: the edit is of what it is now", async () => {
    const files = { "package.json": "{}", "package-lock.json": "{}", "src/a.js": "", ".dockerignore": "dist\n" };
    const { uri, uriOf, folder } = project(files);
    const ignoreFile = uriOf(".dockerignore");
    await client.open(uri, SIMPLE);
    await client.diagnostics(uri, 1);
    writeFileSync(join(folder, ".dockerignore"), "build\n# mine");
    const [action] = await client.actions(uri, at(0), FIX_ALL);
    const open = { [uri]: SIMPLE, [ignoreFile]: "build\n# mine" };
    expect(applyWorkspaceEdit(action?.edit, open, { [uri]: 1 })[ignoreFile]).toBe("build\n# mine\nnode_modules\n");
  });
});

describe("what changes meanwhile", () => {
  test("of many changes the last one counts, also for what is asked before it has been read", async () => {
    const { uri } = project(FILES);
    await client.open(uri, "FROM node:20\n");
    await client.diagnostics(uri, 1);
    for (const [index, line] of SIMPLE.split(/(?<=\n)/).entries())
      await client.change(uri, index + 2, { text: line, range: at(index) });
    const [action] = await client.actions(uri, at(0), FIX_ALL);
    // What was on the first line has moved to the end.
    const text = `${SIMPLE}FROM node:20\n`;
    expect(applyWorkspaceEdit(action?.edit, { [uri]: text }, { [uri]: 5 })[uri]).toBe(`${SPLIT}FROM node:20\n`);
    await client.diagnostics(uri, 5);
    expect(client.published.filter((one) => one.uri === uri).map((one) => one.version)).toEqual([1, 5]);
  });

  test("a version that goes back is a version like any other", async () => {
    const { uri } = project(FILES);
    await client.open(uri, SIMPLE, "dockerfile", 9);
    await client.diagnostics(uri, 9);
    await client.change(uri, 4, { text: "FROM node:20\n" });
    expect(await client.diagnostics(uri, 4)).toEqual([]);
    await client.change(uri, 9, { text: SIMPLE });
    expect((await client.diagnostics(uri, 9, 2)).length).toBeGreaterThan(0);
  });

  test("a file around it is written, or the Dockerfile saved: it is read again", async () => {
    const registered = await client.until(() =>
      client.registered.find((one) => one.method === DidChangeWatchedFilesNotification.method),
    );
    expect(JSON.stringify(registered)).toContain(".dockerignore");
    const { uri, uriOf, folder } = project({ "src/a.js": "", ".dockerignore": "node_modules\n" });
    await client.open(uri, SIMPLE);
    expect((await client.diagnostics(uri, 1)).map((one) => one.code)).not.toContain("split-manifest-copy");
    for (const path of ["package.json", "package-lock.json"]) writeFileSync(join(folder, path), "{}");
    await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: uriOf("package.json"), type: FileChangeType.Created }],
    });
    expect((await client.diagnostics(uri, 1, 2)).map((one) => one.code)).toContain("split-manifest-copy");
    rmSync(join(folder, "package-lock.json"));
    await client.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri } });
    expect((await client.diagnostics(uri, 1, 3)).map((one) => one.code)).not.toContain("split-manifest-copy");
  });
});

describe("its beginning and end", () => {
  test("a client that knows no versions, and settings; what it does not know it refuses, and lives on", async () => {
    const other = startClient();
    const { uri, folder } = project(FILES);
    const { capabilities } = await other.initialize(folder, {}, { safety: "safe", skip: ["merge-run-chains"] });
    expect(capabilities.positionEncoding).toBe("utf-16");
    expect(other.registered).toEqual([]);
    await expect(other.connection.sendRequest("textDocument/nothing", {})).rejects.toThrow(/[Uu]nhandled method/);
    await other.connection.sendNotification("textDocument/nothing", {});
    other.server.stdin.write("Content-Length: 3\r\n\r\n{]}");
    await other.open(uri, SIMPLE);
    expect((await other.diagnostics(uri, 1)).map((one) => one.code)).toEqual(["split-manifest-copy"]);
    const [action] = await other.actions(uri, at(0), FIX_ALL);
    expect(action?.edit?.documentChanges).toBeUndefined();
    expect(applyWorkspaceEdit(action?.edit, { [uri]: SIMPLE })).toEqual({ [uri]: SPLIT });
    // Without a shutdown.
    const code = exitOf(other.server);
    await other.connection.sendNotification("exit");
    expect(await code).toBe(1);
  });

  test("settings that mean nothing are told, and the defaults hold; it ends with its client", async () => {
    const other = startClient("--stdio", "--clientProcessId=1");
    const { uri, folder } = project(FILES);
    await other.initialize(folder, CAPABLE, { only: ["split-manifests-copy"] });
    expect(await other.until(() => other.logged[0])).toBe(
      "dockopt: there is no transform `split-manifests-copy`. Did you mean split-manifest-copy?",
    );
    await other.open(uri, SIMPLE);
    expect((await other.diagnostics(uri, 1)).map((one) => one.code)).toContain("split-manifest-copy");
    const code = exitOf(other.server);
    other.server.stdin.end();
    expect(await code).toBe(1);
  });
});

describe("the command line", () => {
  const { dockopt } = sandbox();
  test("a file is no argument; --help says who starts it", () => {
    expect(dockopt(["lsp", "Dockerfile"])).toEqual({
      status: 2,
      stdout: "",
      stderr: "dockopt: lsp takes no file (Dockerfile): the editor tells it what is open.\n",
    });
    expect(dockopt(["lsp", "--help"]).stdout).toContain("The editor starts it");
  });
});
