import { createRequesterFn, type RequestOptions } from "@gitbeaker/requester-utils";
import { ATTEMPTS, refusal, SECONDS_TO_WAIT, TIMEOUT, type ClientOptions } from "./client.js";

/**
 * Sends gitbeaker's requests, each when the bucket lets it, again where that may help. It throws Refused, or the signal's reason. gitbeaker's own way
 * sends ten in a quarter of a second when the host asks to wait, and none again after a lost connection.
 */
export function gitlabRequester(options: ClientOptions): ReturnType<typeof createRequesterFn> {
  return createRequesterFn(
    (_service, request) => Promise.resolve(request),
    (endpoint, request = {}) => send(options, endpoint, request),
  );
}

interface Answer {
  /** 0: there was none. */
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

type Body = Record<string, unknown> | Record<string, unknown>[];

async function send(
  options: ClientOptions,
  endpoint: string,
  request: RequestOptions,
): Promise<{ body: Body; headers: Record<string, string>; status: number }> {
  const { bucket, signal, token } = options;
  const url = new URL(endpoint, request.prefixUrl);
  const method = request.method ?? "GET";
  for (let attempt = 1; ; attempt++) {
    await (method === "GET" ? bucket.pass(signal) : bucket.take(signal));
    const { status, headers, text } = await answer(options, url, request);
    if (status >= 200 && status < 300) return { body: JSON.parse(text) as Body, headers, status };
    const limited = status === 429;
    if (attempt === ATTEMPTS || !(limited || status === 0 || status >= 500))
      throw refusal("gitlab", token, `${method} ${url.href}`, status, messageOf(text));
    bucket.hold(limited ? Number(headers["retry-after"]) || SECONDS_TO_WAIT : attempt ** 2);
  }
}

async function answer(
  { signal, timeout = TIMEOUT }: ClientOptions,
  url: URL,
  { method = "GET", headers = {}, body, searchParams = "" }: RequestOptions,
): Promise<Answer> {
  const address = new URL(url);
  address.search = searchParams;
  const late = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(address, {
      method,
      headers,
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), text };
  } catch (error) {
    signal?.throwIfAborted();
    return { status: 0, headers: {}, text: causeOf(error) };
  }
}

/** fetch says only that it failed, and why in the cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** GitLab says it as `message` or `error`: a text, a list of texts, or texts by field. */
function messageOf(text: string): string {
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    const said = message ?? error ?? text;
    return typeof said === "string" ? said : JSON.stringify(said);
  } catch {
    return text;
  }
}
