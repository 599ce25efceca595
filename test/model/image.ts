/** A tiny model of an image and of the programs that the random Dockerfiles run: what they do, not what dockopt thinks of them. */
export interface Entry {
  readonly kind: "file" | "directory" | "link";
  readonly content: string;
  readonly owner: string;
  readonly mode: string;
}

/** The build stops here. */
export class BuildFailure extends Error {}

/** FNV-1a, as text: contents that depend on much stay short. */
export function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

export class Image {
  readonly entries = new Map<string, Entry>();
  readonly env = new Map<string, string>();
  readonly args = new Map<string, string>();
  readonly labels = new Map<string, string>();
  cwd = "/";
  user = "root";
  command = "";

  constructor() {
    for (const path of [
      "/",
      "/etc",
      "/usr",
      "/usr/bin",
      "/usr/local",
      "/usr/local/lib",
      "/var",
      "/root",
      "/home",
      "/go",
      "/tmp",
      "/srv",
    ])
      this.entries.set(path, { kind: "directory", content: "", owner: "root", mode: "755" });
    this.entries.set("/etc/os-release", { kind: "file", content: "debian", owner: "root", mode: "644" });
  }

  /** Follows links in every part but, when asked, the last. */
  resolve(path: string, last = true): string {
    let current = "";
    const parts = path.split("/").filter((part) => part !== "");
    for (let i = 0, hops = 0; i < parts.length; i++) {
      const next = `${current}/${parts[i] ?? ""}`;
      const entry = this.entries.get(next);
      if (entry?.kind === "link" && (last || i < parts.length - 1)) {
        if (++hops > 20) throw new BuildFailure("loop");
        parts.splice(0, i + 1, ...entry.content.split("/").filter((part) => part !== ""));
        i = -1;
        current = "";
      } else current = next;
    }
    return current === "" ? "/" : current;
  }

  read(path: string): string {
    const entry = this.entries.get(this.resolve(path));
    if (entry?.kind !== "file") throw new BuildFailure(`no file ${path}`);
    return entry.content;
  }

  isDirectory(path: string): boolean {
    return this.entries.get(this.resolve(path))?.kind === "directory";
  }

  write(path: string, content: string, owner = this.user, mode?: string): void {
    const real = this.resolve(path);
    if (!this.isDirectory(parent(real))) throw new BuildFailure(`no directory for ${path}`);
    const old = this.entries.get(real);
    if (old?.kind === "directory") throw new BuildFailure(`${path} is a directory`);
    // Writing keeps an existing file's owner and mode.
    this.entries.set(real, { kind: "file", content, owner: old?.owner ?? owner, mode: mode ?? old?.mode ?? "644" });
  }

  /** mkdir -p; the new ones belong to `owner`. */
  makeDirectories(path: string, owner: string): void {
    const real = this.resolve(path);
    if (real !== "/" && !this.entries.has(real)) {
      this.makeDirectories(parent(real), owner);
      this.entries.set(real, { kind: "directory", content: "", owner, mode: "755" });
    } else if (!this.isDirectory(real)) throw new BuildFailure(`${path} is no directory`);
  }

  remove(path: string): void {
    const real = this.resolve(path, false);
    for (const one of [...this.entries.keys()])
      if (one === real || one.startsWith(`${real}/`)) this.entries.delete(one);
  }

  /** Everything below the directories, as one text. */
  snapshot(...directories: readonly string[]): string {
    const lines = [...this.entries]
      .filter(([path]) => directories.some((one) => one === "/" || path === one || path.startsWith(`${one}/`)))
      .map(([path, entry]) => `${path} ${entry.kind} ${entry.content} ${entry.owner} ${entry.mode}`);
    return digest(lines.sort().join("\n"));
  }

  /** Files and configuration, comparable. */
  describe(): string {
    const sorted = (map: ReadonlyMap<string, unknown>): unknown => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([
      sorted(this.entries),
      sorted(this.env),
      sorted(this.labels),
      this.cwd,
      this.user,
      this.command,
    ]);
  }
}

export const parent = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0)) || "/";
