import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { serve } from "../../lsp/server.js";
import { readArguments } from "../arguments.js";
import { UsageError } from "../exit.js";
import { createHost } from "../editor-host.js";
import { lspOptions } from "../options.js";

/**
 * `dockopt lsp`: a language server on stdin and stdout, until the client ends it: the connection exits with the code that the protocol
 * says, also when the client is gone. @throws UsageError
 */
export async function lsp(argv: readonly string[], cwd: string, version: string): Promise<number> {
  const given = readArguments(argv, lspOptions);
  const [path] = given.paths;
  if (path !== undefined) throw new UsageError(`lsp takes no file (${path}): the editor tells it what is open.`);
  if (process.stdin.isTTY && !given.has("stdio"))
    throw new UsageError(
      "lsp is for editors, which talk to it on stdin and stdout. docs/editors.md shows how they are set up.",
    );
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  serve(connection, createHost(cwd), version);
  connection.listen();
  return new Promise<number>(() => undefined);
}
