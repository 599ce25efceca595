/** The addresses of the code hosts' APIs: "https://api.github.com" or "https://ghe.example/api/v3"; "https://gitlab.com/api/v4". */
export interface HostSettings {
  readonly github: string;
  readonly gitlab: string;
}

export const PUBLIC_HOSTS: HostSettings = { github: "https://api.github.com", gitlab: "https://gitlab.com/api/v4" };

export interface Located {
  readonly kind: keyof HostSettings;
  /** "acme/web"; on GitLab with all groups: "acme/tools/web". */
  readonly slug: string;
}

/** Which code host a git URL belongs to: https, ssh, or git@host:path. undefined: none of them, or no repository of it. */
export function hostOf(url: string, settings: HostSettings): Located | undefined {
  const place = placeOf(url);
  if (place === undefined) return undefined;
  for (const kind of ["github", "gitlab"] as const) {
    const base = gitBase(kind, settings);
    // ssh has ports of its own, and no folder that the web server may be in.
    const [host, folder] = place.web ? [base.host, base.pathname] : [base.hostname, "/"];
    if (place.host !== host || !place.path.startsWith(folder)) continue;
    const slug = slugOf(place.path.slice(folder.length));
    const depth = slug?.split("/").length ?? 0;
    if (slug !== undefined && (kind === "gitlab" || depth === 2)) return { kind, slug };
  }
  return undefined;
}

/** Where git finds the repositories of a code host; ends in a slash: "https://github.com/". */
export function gitBase(kind: keyof HostSettings, settings: HostSettings): URL {
  const base = new URL(settings[kind]);
  const folder = base.pathname.replace(/\/api\/v\d+\/?$|\/$/, "");
  // GitHub's own API is a host of its own; an enterprise's is a folder.
  if (kind === "github" && folder === base.pathname.replace(/\/$/, ""))
    base.hostname = base.hostname.replace(/^api\./, "");
  base.pathname = `${folder}/`;
  return base;
}

interface Place {
  /** With a port, if web. */
  readonly host: string;
  readonly path: string;
  readonly web: boolean;
}

function placeOf(url: string): Place | undefined {
  const short = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)\/?(.+)$/.exec(url);
  if (short?.[1] !== undefined) return { host: short[1].toLowerCase(), path: `/${short[2] ?? ""}`, web: false };
  if (!/^(?:https?|ssh):\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const { protocol, host, hostname, pathname } = new URL(url);
  const web = protocol !== "ssh:";
  return { host: web ? host : hostname.toLowerCase(), path: pathname, web };
}

function slugOf(path: string): string | undefined {
  const slug = path.replace(/(?<!\/)\/+$/, "").replace(/\.git$/, "");
  const parts = slug.split("/");
  // The slug becomes part of API addresses.
  return parts.length >= 2 && parts.every((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part)) ? slug : undefined;
}
