import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hasBranch, serveGit, slugsIn } from "./fake-git.js";
import { Limiter, type Denied, type Limits } from "./fake-limits.js";

/** A code host on loopback: what it has, and how it treats its clients. */
export interface FakeOptions {
  readonly token: string;
  /** Bare repositories, "acme/web.git", which git finds at the host; without it there is no git, and every branch is taken to exist. */
  readonly folder?: string;
  /** What it lists; without it, what is in the folder. */
  readonly repositories?: readonly FakeRepository[];
  /** Nothing is shown without the token. */
  readonly isPrivate?: boolean;
  /** Who may review; anyone, if not given. */
  readonly collaborators?: readonly string[];
  readonly limits?: Limits;
  /** Milliseconds that a second of its limits lasts (1000). */
  readonly second?: number;
}

export interface FakeRepository {
  readonly slug: string;
  readonly language?: string;
  readonly topics?: readonly string[];
  readonly archived?: boolean;
  readonly fork?: boolean;
}

/** As the host has it; tests may change it as people would. */
export interface FakePull {
  readonly slug: string;
  readonly number: number;
  readonly branch: string;
  readonly base: string;
  title: string;
  body: string;
  state: "open" | "closed" | "merged";
  draft: boolean;
  labels: string[];
  reviewers: string[];
}

export interface Failure {
  /**
   * "429": asked to wait two seconds, as a proxy does; "lost": the request is carried out, and the answer is lost; "silent": there is none, and the
   * connection stays.
   */
  readonly how: "429" | "502" | "reset" | "lost" | "silent";
  /** How many requests it meets. */
  readonly requests: number;
  /** Which ones, by "GET /api/v3/orgs/acme/repos?page=1"; all, if not given. */
  readonly on?: RegExp;
}

export interface FakeHost {
  /** Address of the API, as users give it. */
  readonly api: string;
  /** Where git finds a repository. */
  git(slug: string): string;
  pulls(): readonly FakePull[];
  /** "POST /api/v3/repos/acme/web/pulls", in the order they came; those of git too: "GET /acme/web.git/info/refs?service=git-upload-pack". */
  requests(): readonly string[];
  /** Requests that broke a limit, or came while the host had asked to wait. */
  violations(): readonly string[];
  fail(failure: Failure): void;
  close(): Promise<void>;
}

export interface ApiRequest {
  readonly method: string;
  /** Below the API's address: "/repos/acme/web/pulls". */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the two hosts have apart. */
export interface Dialect {
  /** "/api/v3" */
  readonly prefix: string;
  answer(request: ApiRequest, state: FakeState): ApiAnswer;
  denied(denied: Denied): ApiAnswer;
}

/** What a dialect answers from. */
export interface FakeState {
  readonly origin: string;
  readonly repositories: readonly FakeRepository[];
  readonly pulls: FakePull[];
  readonly options: FakeOptions;
  hasBranch(slug: string, branch: string): boolean;
}

export async function startFake(dialect: Dialect, options: FakeOptions): Promise<FakeHost> {
  const { folder, limits = {}, second = 1000 } = options;
  const limiter = new Limiter(limits, second);
  const requests: string[] = [];
  const failures: { left: number; readonly failure: Failure }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", state.origin);
    const name = `${request.method ?? ""} ${url.pathname}${url.search}`;
    requests.push(name);
    const failing = failures.find(({ left, failure }) => left > 0 && (failure.on?.test(name) ?? true));
    if (failing !== undefined) failing.left -= 1;
    const how = failing?.failure.how;
    if (how === "silent") return;
    if (how === "reset") request.socket.destroy();
    else if (how === "429") send(response, { status: 429, body: "Too Many Requests", headers: { "retry-after": "2" } });
    else if (how === "502") send(response, { status: 502, body: "<html>Bad Gateway</html>" });
    else if (url.pathname.startsWith(dialect.prefix))
      void answerApi(dialect, state, limiter, name, url, request).then((answer) => {
        if (how === "lost") request.socket.destroy();
        else send(response, answer);
      });
    else answerGit(options, url, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: FakeState = {
    origin,
    repositories: options.repositories ?? (folder === undefined ? [] : slugsIn(folder).map((slug) => ({ slug }))),
    pulls: [],
    options,
    hasBranch: (slug, branch) => folder === undefined || hasBranch(folder, slug, branch),
  };
  return {
    api: `${origin}${dialect.prefix}`,
    git: (slug) => `${origin}/${slug}.git`,
    pulls: () => state.pulls,
    requests: () => requests,
    violations: () => limiter.violations,
    fail: (failure) => failures.push({ left: failure.requests, failure }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answerApi(
  dialect: Dialect,
  state: FakeState,
  limiter: Limiter,
  name: string,
  url: URL,
  request: IncomingMessage,
): Promise<ApiAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const denied = limiter.deny(name);
  if (denied !== undefined) return dialect.denied(denied);
  const given = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const mayRead = given === undefined && request.method === "GET" && state.options.isPrivate !== true;
  if (given !== state.options.token && !mayRead)
    return { status: 401, body: { message: given === undefined ? "Requires authentication" : "Bad credentials" } };
  const text = Buffer.concat(chunks).toString();
  return dialect.answer(
    {
      method: request.method ?? "",
      path: url.pathname.slice(dialect.prefix.length),
      query: url.searchParams,
      body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    },
    state,
  );
}

function answerGit(options: FakeOptions, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const [, encoded = ""] = /^basic (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const password = Buffer.from(encoded, "base64")
    .toString()
    .replace(/^[^:]*:/, "");
  const needed = options.isPrivate === true || /git-receive-pack/.test(url.href);
  if (needed && password !== options.token)
    send(response, { status: 401, body: "Unauthorized", headers: { "www-authenticate": 'Basic realm="git"' } });
  else if (options.folder === undefined) send(response, { status: 404, body: "Not Found" });
  else serveGit(options.folder, url, request, response);
}

function send(response: ServerResponse, { status, body, headers = {} }: ApiAnswer): void {
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/html" : "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

/** A page of a list, with the Link header that tells whether there is another. */
export function paged<T>(
  all: readonly T[],
  { path, query }: ApiRequest,
  base: string,
): { items: T[]; headers: Record<string, string> } {
  const size = Number(query.get("per_page") ?? 30);
  const page = Number(query.get("page") ?? 1);
  const next = page * size < all.length ? page + 1 : undefined;
  const address = new URLSearchParams(query);
  address.set("page", String(next));
  return {
    items: all.slice((page - 1) * size, page * size),
    headers: {
      "x-next-page": next === undefined ? "" : String(next),
      ...(next === undefined ? {} : { link: `<${base}${path}?${address.toString()}>; rel="next"` }),
    },
  };
}
