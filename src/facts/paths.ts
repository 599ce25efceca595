/**
 * Image paths as strings: absolute, "/"-separated, cleaned. A part that the Dockerfile alone does not tell (a build
 * argument, the base image's working directory) stays as an opaque name, `${NAME}`: equal text means equal path,
 * different text means nothing.
 */
const OPAQUE = /\$\{/;

/** The working directory that a base image brings, when it is not known. */
export const imageWorkdir = (image: string): string => "/${WORKDIR of " + image.replaceAll("/", ":") + "}";

/** For people: what stands for a part that only the build knows. */
export const readable = (text: string): string =>
  text
    .replace(/(?<![\w})])\/(?=\$\{ARG )/g, "")
    .replace(/\$\{ARG (\w+)\}/g, (_, name: string) => `$${name}`)
    .replace(
      /\/\$\{WORKDIR of ([^}]*)\}/g,
      (_, image: string) => `the working directory of ${image.replace(/:(?=.*[:/])/g, "/")}`,
    )
    .replace(/\/\$\{(after line \d+)\}/g, "the directory $1")
    .replace(/\/\$\{([^{}]* [^{}]*)\}/g, "the directory of `$1`");

export function isOpaque(path: string): boolean {
  return OPAQUE.test(path);
}

/** Removes ".", empty parts and ".."; a ".." that would leave an opaque part makes the whole path unknown (undefined). */
export function cleanPath(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") {
      parts.push(part);
      continue;
    }
    const left = parts.pop();
    if (left !== undefined && isOpaque(left)) return undefined;
  }
  return "/" + parts.join("/");
}

/** An opaque first part (`$APP_HOME/x`) may hold an absolute path: it then stands for the whole of what is before it. */
export function resolvePath(cwd: string, path: string): string | undefined {
  const absolute = path.startsWith("/") || path.startsWith("${");
  return cleanPath(absolute ? "/" + path : `${cwd}/${path}`);
}

/** Is `path` the directory itself or below it? By text only: false may mean "not known" when one of them is opaque. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === "/" || path.startsWith(directory + "/");
}

/** May the two trees share a file? True when that is not known. */
export function mayOverlap(a: string, b: string): boolean {
  if (isWithin(a, b) || isWithin(b, a)) return true;
  if (!isOpaque(a) && !isOpaque(b)) return false;
  // Both may continue alike only as far as neither has a different literal part before its first opaque one.
  const [left, right] = [a.split("/"), b.split("/")];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i] ?? "", right[i] ?? ""];
    if (isOpaque(x) || isOpaque(y)) return true;
    if (x !== y) return false;
  }
  return true;
}

/** "sub" for "/app/sub" in "/app"; "" for the directory itself. The caller knows that path is within. */
export function relativeTo(path: string, directory: string): string {
  return path === directory ? "" : path.slice(directory === "/" ? 1 : directory.length + 1);
}

/** Top-level directories of a Linux system (FHS 3.0), and what package managers use below /usr and /var. */
export const SYSTEM_NAMES: ReadonlySet<string> = new Set(
  "bin boot dev etc lib lib32 lib64 libexec libx32 proc run sbin sys usr var".split(" "),
);
const BELOW: Readonly<Record<string, ReadonlySet<string>>> = {
  usr: new Set("bin games include lib lib32 lib64 libexec libx32 local sbin share".split(" ")),
  var: new Set("backups cache empty lib local lock log mail opt run spool tmp yp".split(" ")),
};
/** /usr/local: the hierarchy of FHS 4.9, and where the official language images put their tools. */
const LOCAL: ReadonlySet<string> = new Set(
  "bin bundle cargo etc games go include lib lib64 libexec man rustup sbin share src".split(" "),
);
/** Languages that their images keep in /opt. */
const OPTIONAL: ReadonlySet<string> = new Set(["conda", "pypy"]);

/**
 * May a package manager that is told no path touch this one? What a Dockerfile makes elsewhere (/app, /usr/src/app,
 * /srv, /var/www/site) it leaves alone.
 */
export function isSystemPath(path: string): boolean {
  const [, first = "", second, third] = path.split("/");
  // Settings and caches of a user, which tools read and write unasked: /root/.npmrc, /home/app/.cache.
  if (first === "root" && second?.startsWith(".") === true) return true;
  if (first === "home" && third?.startsWith(".") === true) return true;
  if (
    first === "" ||
    isOpaque(first) ||
    path === "/root" ||
    path === "/usr/src" ||
    path === "/var/www" ||
    path === "/var/www/html"
  )
    return true;
  if (first === "opt" && second !== undefined) return OPTIONAL.has(second);
  if (!SYSTEM_NAMES.has(first)) return false;
  const below = Object.hasOwn(BELOW, first) ? BELOW[first] : undefined;
  if (below === undefined || second === undefined) return true;
  return below.has(second) && (first !== "usr" || second !== "local" || third === undefined || LOCAL.has(third));
}

/** Where packages put what is not part of the system, each in a directory of its own (FHS 3.0): /opt/google, /srv/tftp. */
export const isAddOn = (path: string): boolean => /^\/(?:opt|srv)\/./.test(path);

/** Directories that every base image with a shell has (FHS 3.0; debian, alpine and fedora images have them all). */
const STANDARD: ReadonlySet<string> = new Set(
  (
    "/ /bin /dev /etc /home /lib /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin /usr/lib /usr/local " +
    "/usr/local/bin /usr/local/lib /usr/local/share /usr/sbin /usr/share /var /var/cache /var/lib /var/log /var/tmp"
  ).split(" "),
);

export const isStandardDirectory = (path: string): boolean => STANDARD.has(path);

/** "/a" for "/a/b"; "/" for "/a". */
export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 1));
