// @ts-check
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

/** @type {LanguageClient | undefined} */
let client;

/** Runs in trusted workspaces only (package.json): what it starts may be the workspace's own. */
/** @param {vscode.ExtensionContext} context */
exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("dockopt.restart", restart),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("dockopt")) await restart();
    }),
  );
  await start();
};

exports.deactivate = () => client?.stop();

async function restart() {
  await client?.dispose();
  await start();
}

async function start() {
  const settings = vscode.workspace.getConfiguration("dockopt");
  const path = dockoptPath(settings.get("path", ""));
  client = new LanguageClient(
    "dockopt",
    "dockopt",
    // The editor's own Node runs what is known to be a script; what else there may be on Windows, only a shell can start.
    path.endsWith(".js")
      ? { module: path, args: ["lsp"], transport: TransportKind.stdio }
      : {
          command: path,
          args: ["lsp"],
          transport: TransportKind.stdio,
          options: { shell: process.platform === "win32" },
        },
    {
      documentSelector: [
        { language: "dockerfile", scheme: "file" },
        { language: "dockerfile", scheme: "untitled" },
        // What it says before it is saved counts as well.
        { pattern: "**/*.dockerignore", scheme: "file" },
      ],
      initializationOptions: {
        safety: settings.get("safety"),
        only: settings.get("only"),
        skip: settings.get("skip"),
        builder: settings.get("builder"),
      },
    },
  );
  await client.start().catch(() => {
    void vscode.window.showErrorMessage(
      `dockopt cannot be started (${path}). Install it (npm install --save-dev dockopt), or name it in the setting dockopt.path.`,
    );
  });
}

/**
 * The setting's dockopt, else that of the first workspace folder that has one, else that of the PATH.
 * @param {string} setting
 */
function dockoptPath(setting) {
  const own = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) =>
    join(uri.fsPath, "node_modules", "dockopt", "bin", "dockopt.js"),
  );
  return setting || (own.find((path) => existsSync(path)) ?? "dockopt");
}
