import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { isAbsolute, resolve } from "node:path";

/** A repository that is to be migrated. */
export interface Repository {
  /** Its name for good, whatever way leads there: "github.com/acme/web", "file:/srv/git/web". */
  readonly name: string;
  /** Where git finds it, without credentials. */
  readonly url: string;
}

/** A line that names no repository; the message says why. */
export class RepositoryError extends Error {}

/** Reads what people write: a URL, `git@host:path`, or a path of this machine. @throws RepositoryError */
export function readRepository(text: string, cwd: string): Repository {
  const written = text.trim();
  if (/[\u0000-\u001f\u007f]/.test(written)) throw new RepositoryError("it has control characters in it");
  if (written.startsWith("-")) throw new RepositoryError(`\`${written}\` starts with a dash; write ./${written}`);
  // `ext::sh -c ...`: git would run it.
  if (/^\w+::/.test(written))
    throw new RepositoryError(`\`${written}\` names a program for git to run; that is not taken`);
  const [, user, host, path] = /^(?:([\w.-]+)@)?([\w.-]{2,}):(?!\/\/|[\\])(.+)$/.exec(written) ?? [];
  if (host !== undefined && path !== undefined && !isAbsolute(written))
    return named(`ssh://${user === undefined ? "" : `${user}@`}${host}/${path.replace(/^\/+/, "")}`, written);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) return named(pathToFileURL(resolve(cwd, written)).href, written);
  return named(written, written);
}

const PROTOCOLS = new Set(["https:", "http:", "ssh:", "git:", "file:"]);

function named(text: string, written: string): Repository {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new RepositoryError(`\`${written}\` is no URL that git takes`);
  }
  if (!PROTOCOLS.has(url.protocol))
    throw new RepositoryError(`\`${written}\`: ${url.protocol} is not taken; give https, http, ssh, git or file`);
  if (url.password !== "" || (url.username !== "" && url.protocol !== "ssh:"))
    throw new RepositoryError(
      `the URL of ${url.host}${url.pathname} has a password or token in it; give it in GITHUB_TOKEN or GITLAB_TOKEN, or to git's credential helper`,
    );
  if (url.search !== "" || url.hash !== "") throw new RepositoryError(`\`${written}\` has a ? or # in it`);
  const path = decodeURIComponent(url.pathname)
    .replace(/(?<!\/)\/+$/, "")
    .replace(/\.git$/, "");
  if (path === "") throw new RepositoryError(`\`${written}\` names a host but no repository`);
  if (url.protocol === "file:") return { name: `file:${path}`, url: url.href };
  return { name: `${url.host.toLowerCase()}${path}`, url: url.href };
}

/** Is the repository in part `index` (from 1) of `count`? By a hash of its name, so that every machine says the same. */
export function isInShard({ name }: Repository, index: number, count: number): boolean {
  const hash = createHash("sha256").update(name).digest().readUInt32BE(0);
  return hash % count === index - 1;
}
