import { HostError, type CodeHost } from "./host.js";
import type { Bucket } from "./bucket.js";
import { redactor } from "./secrets.js";

/** What a code host's client is made of. */
export interface ClientOptions {
  /** "https://api.github.com", "https://ghe.example/api/v3"; "https://gitlab.com/api/v4". */
  readonly api: string;
  readonly token: string | undefined;
  readonly bucket: Bucket;
  /** Told what went wrong beside a pull request that is there: a label, a reviewer. Without credentials. */
  readonly warn: (message: string) => void;
  /** Ends what is under way: the promises reject with its reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds that a host may take to answer one request. */
  readonly timeout?: number;
}

export const TIMEOUT = 30_000;

/** How often a request is sent before the host's refusal or silence is taken for an answer: half a minute of silence. */
export const ATTEMPTS = 5;

/** How long to wait where a host that has asked to wait does not say how long. */
export const SECONDS_TO_WAIT = 60;

/** The host has answered, and the answer is no. */
export class Refused extends HostError {
  constructor(
    message: string,
    /** 0: there was no answer. */
    readonly status: number,
    /** In the host's words. */
    readonly said: string,
  ) {
    super(message);
  }
}

/** Which request, what the host said, and what to do; without credentials. `request`: "GET https://api.github.com/orgs/acme/repos". */
export function refusal(
  kind: CodeHost["kind"],
  token: string | undefined,
  request: string,
  status: number,
  said: string,
): Refused {
  const hide = redactor({ github: token, gitlab: token });
  // Error pages of proxies are long, and of no use here.
  const words = hide(said).replace(/\s+/g, " ").trim().slice(0, 300);
  const answer = status === 0 ? "no answer" : status;
  const todo = whatToDo(kind, token, status, /rate limit/i.test(said));
  return new Refused(`${NAMES[kind]}: ${hide(request)}: ${answer} (${words})${todo}`, status, words);
}

const NAMES = { github: "GitHub", gitlab: "GitLab" };

const VARIABLES = { github: "GH_TOKEN or GITHUB_TOKEN", gitlab: "GITLAB_TOKEN" };

const SCOPES = {
  github: 'the scope "repo" (a fine-grained one: read and write for contents and pull requests)',
  gitlab: 'the scope "api"',
};

function whatToDo(kind: CodeHost["kind"], token: string | undefined, status: number, limited: boolean): string {
  const variable = VARIABLES[kind];
  if (limited || status === 429)
    return token === undefined
      ? `: the limit is low without a token: set ${variable}`
      : ": run again later; what is done stays done";
  if (status === 401 || (status === 403 && token === undefined))
    return `: ${variable} has to hold a valid token with ${SCOPES[kind]}`;
  if (status === 403) return `: the token in ${variable} needs ${SCOPES[kind]}, and the organisation's consent`;
  if (status === 404)
    return token === undefined
      ? `: it is not there, or private: then set ${variable}`
      : `: it is not there, or the token in ${variable} may not see it; it needs ${SCOPES[kind]}`;
  return status === 0 || status >= 500 ? ": run again later; what is done stays done" : "";
}
