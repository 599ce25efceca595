import { gitBase, hostOf, type HostSettings } from "./origins.js";

/** What authenticates at the code hosts. It never leaves the process but in headers of requests, and in git's environment. */
export interface Tokens {
  readonly github: string | undefined;
  readonly gitlab: string | undefined;
}

/** GH_TOKEN or GITHUB_TOKEN, in the order of GitHub's own command line; GITLAB_TOKEN. */
export function tokensFrom(env: NodeJS.ProcessEnv): Tokens {
  // A line end, as from a file of secrets, is no part of a token, and no header may hold one.
  const first = (...names: readonly string[]): string | undefined =>
    names.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== "");
  return { github: first("GH_TOKEN", "GITHUB_TOKEN"), gitlab: first("GITLAB_TOKEN") };
}

/** Takes tokens out of a text, as they are and in every form that a request or a URL gives them, and any credentials in URLs and headers. */
export function redactor(tokens: Tokens): (text: string) => string {
  const forms = (["github", "gitlab"] as const).flatMap((kind) => {
    const token = tokens[kind];
    return token === undefined ? [] : [basic(kind, token), token, encodeURIComponent(token)];
  });
  return (text) =>
    forms
      // Headers first: of a name that is not ours, the form is not known.
      .reduce((rest, form) => rest.replaceAll(form, HIDDEN), text.replace(HEADER, `$1${HIDDEN}`))
      .replace(/(https?:\/\/)[^\s/?#]*@/gi, "$1")
      .replace(/([a-z][a-z\d+.-]{0,20}:\/\/[^\s/?#:@]*):[^\s/?#]*@/gi, "$1@");
}

/** As programs log them: to the end of the line, or the quotes. */
const HEADER = /((?:authorization["']?[:=]\s*["']?(?:basic|bearer|token)|private-token["']?[:=])\s)[^\n"']*/gi;

const HIDDEN = "[hidden]";

const USER: Readonly<Record<keyof Tokens, string>> = { github: "x-access-token", gitlab: "oauth2" };

/** As the code hosts take a token from git. */
const basic = (kind: keyof Tokens, token: string): string => Buffer.from(`${USER[kind]}:${token}`).toString("base64");

/**
 * Environment that lets git authenticate at the code host which a URL belongs to, and at no other; nothing to set: the URL belongs to none, has no
 * token, or would send it in the clear. The command line shows to everyone on the machine, and a remote's URL stays on disk.
 */
export function gitCredentials(url: string, settings: HostSettings, tokens: Tokens): Readonly<Record<string, string>> {
  const kind = hostOf(url, settings)?.kind;
  const token = kind && tokens[kind];
  if (kind === undefined || token === undefined || !URL.canParse(url)) return {};
  const base = gitBase(kind, settings);
  if (new URL(url).origin !== base.origin || !(base.protocol === "https:" || isLoopback(base))) return {};
  const key = `http.${base.href}.extraHeader`;
  return {
    // The empty value drops headers that the machine's own settings have: the host refuses two.
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: "",
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: `Authorization: Basic ${basic(kind, token)}`,
  };
}

const isLoopback = ({ hostname }: URL): boolean => /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(hostname);
