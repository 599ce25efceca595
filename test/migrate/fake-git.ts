import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";

/** What a code host lets people do over http, whatever the repository's own settings say. */
const SETTINGS = [
  ["http.receivepack", "true"],
  ["uploadpack.allowFilter", "true"],
  ["uploadpack.allowAnySHA1InWant", "true"],
] as const;

/** Serves `folder`'s bare repositories by git's own server, a CGI program. `url`: "/acme/web.git/info/refs?service=git-upload-pack". */
export function serveGit(folder: string, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const [, slug = "", rest = ""] =
    /^\/(.+?)(?:\.git)?(\/(?:info\/refs|git-[a-z]+-pack|HEAD|objects\/.*))$/.exec(url.pathname) ?? [];
  const header = (name: string): string => request.headers[name]?.toString() ?? "";
  const backend = spawn("git", ["http-backend"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_PROTOCOL: header("git-protocol"),
      PATH_INFO: `/${slug}.git${rest}`,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      REMOTE_USER: "somebody",
      CONTENT_TYPE: header("content-type"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      ...(header("content-length") === "" ? {} : { CONTENT_LENGTH: header("content-length") }),
      GIT_CONFIG_COUNT: String(SETTINGS.length),
      ...Object.fromEntries(
        SETTINGS.flatMap(([key, value], at) => [
          [`GIT_CONFIG_KEY_${at}`, key],
          [`GIT_CONFIG_VALUE_${at}`, value],
        ]),
      ),
    },
  });
  // A client that leaves, or a server that has read enough.
  backend.stdin.on("error", () => undefined);
  request.pipe(backend.stdin);
  response.on("close", () => backend.kill());
  relay(backend.stdout, response);
}

/** A CGI program prints headers, an empty line, and the body. */
function relay(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    output.off("data", read);
    const headers = head
      .toString("latin1", 0, end)
      .split("\r\n")
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()] as const);
    const status = headers.find(([name]) => name === "Status")?.[1] ?? "200";
    response.writeHead(Number.parseInt(status), Object.fromEntries(headers));
    response.write(head.subarray(end + 4));
    output.pipe(response);
  };
  output.on("data", read);
  output.on("end", () => response.end());
}

/** "acme/web" of every bare repository below the folder. */
export function slugsIn(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const path = below === "" ? name : `${below}/${name}`;
      return name.endsWith(".git") ? [path.slice(0, -4)] : slugsIn(folder, path);
    })
    .sort();
}

export function hasBranch(folder: string, slug: string, branch: string): boolean {
  const repository = join(folder, `${slug}.git`);
  if (!existsSync(repository)) return false;
  return (
    execFileSync("git", ["-C", repository, "for-each-ref", `refs/heads/${branch}`], { encoding: "utf8" }).trim() !== ""
  );
}
