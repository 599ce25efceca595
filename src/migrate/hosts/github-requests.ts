import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { RequestError } from "@octokit/request-error";
import Bottleneck from "bottleneck";
import { ATTEMPTS, refusal, SECONDS_TO_WAIT, TIMEOUT, type ClientOptions } from "./client.js";

/** Sends requests to GitHub's API, each when the bucket lets it, again where that may help. It throws Refused, or the signal's reason. */
export type Request = Octokit["request"];

/**
 * The plugins say whether a request is sent again; when, the bucket does: what they would wait, nothing could cut short, and other requests would go out
 * meanwhile, which GitHub punishes.
 */
export function githubRequests({ api, token, bucket, signal, timeout = TIMEOUT }: ClientOptions): Request {
  const wait = (seconds: number, attempts: number): boolean => {
    bucket.hold(seconds);
    return attempts < ATTEMPTS - 1;
  };
  // Hooks that are registered first are the innermost: this one sees every attempt.
  const paced = (octokit: Octokit): void => {
    octokit.hook.before("request", async ({ method, request }) => {
      const failures = (request as { retryCount?: number }).retryCount ?? 0;
      if (failures > 0) bucket.hold(failures ** 2);
      await (method === "GET" ? bucket.pass(signal) : bucket.take(signal));
    });
    // The plugin knows these limits by GitHub's words of today; older servers, and proxies before them, have others.
    octokit.hook.error("request", (error) => {
      if (asksToWait(error)) error.message = `secondary rate limit: ${error.message}`;
      throw error;
    });
  };
  const octokit = new (Octokit.plugin(paced, throttling, retry))({
    baseUrl: api,
    ...(token === undefined ? {} : { auth: token }),
    request: {
      fetch: (url: string, init: RequestInit) => fetch(url, { ...init, signal: limit(signal, timeout) }),
    },
    retry: { retries: ATTEMPTS - 1, retryAfterBaseValue: 0, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: {
      id: api,
      retryAfterBaseValue: 0,
      fallbackSecondaryRateRetryAfter: SECONDS_TO_WAIT,
      // The plugin's own pace is one for all hosts, and cannot be changed by users.
      write: new Bottleneck.Group({ maxConcurrent: 1 }),
      notifications: new Bottleneck.Group({ maxConcurrent: 1 }),
      onSecondaryRateLimit: (seconds, _options, _octokit, attempts) => wait(seconds, attempts),
      // Without a token it would be an hour for sixty requests.
      onRateLimit: (seconds, _options, _octokit, attempts) => token !== undefined && wait(seconds, attempts),
    },
  });
  octokit.hook.error("request", (error, options) => {
    signal?.throwIfAborted();
    const request = `${options.method} ${octokit.request.endpoint(options).url.replace(/\?.*/s, "")}`;
    throw refusal("github", token, request, statusOf(error), error.message);
  });
  return octokit.request;
}

function asksToWait(error: Error): boolean {
  if (!(error instanceof RequestError) || error.response?.headers["retry-after"] === undefined) return false;
  return error.status === 403 || error.status === 429;
}

/** 0: there was no answer; octokit calls that 500, as if GitHub had said so. */
function statusOf(error: Error): number {
  return error instanceof RequestError && error.response !== undefined ? error.status : 0;
}

function limit(signal: AbortSignal | undefined, timeout: number): AbortSignal {
  const late = AbortSignal.timeout(timeout);
  return signal === undefined ? late : AbortSignal.any([signal, late]);
}
