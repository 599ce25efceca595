import { createReadStream, rmSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../disk.js";
import { ended, run, start, Stopped, type Ended } from "./process.js";
import { readTree, type Tree } from "./tree.js";

export type ToolName = "docker" | "podman" | "buildah";

/** One build. Paths are absolute. */
export interface BuildRequest {
  readonly dockerfile: string;
  /** Ignore file beside the Dockerfile, which the builder takes in place of the context's; undefined: none. */
  readonly ignoreFile: string | undefined;
  readonly context: string;
  readonly tag: string;
  /** False: every step is run. */
  readonly cached: boolean;
  /** Passed through: `--target x`, `--build-arg A=1` ... */
  readonly options: readonly string[];
}

/** A container builder that is installed here. */
export interface Tool {
  readonly name: ToolName;
  build(request: BuildRequest, stop: AbortSignal): Promise<Ended>;
  /** The image's configuration, as far as a Dockerfile decides it. */
  config(tag: string, stop: AbortSignal): Promise<Config>;
  tree(tag: string, stop: AbortSignal): Promise<Tree>;
  /** Removes the image if it is there. Never stops. */
  remove(tag: string): Promise<void>;
}

/** Values as JSON text by their names in the image's configuration. */
export type Config = ReadonlyMap<string, string>;

const NAMES: readonly ToolName[] = ["docker", "podman", "buildah"];

/** The first of the builders that answers, or the one asked for; otherwise why there is none. */
export async function findTool(wanted: ToolName | undefined): Promise<Tool | { readonly problem: string }> {
  const problems: string[] = [];
  for (const name of wanted === undefined ? NAMES : [wanted]) {
    const { code, stderr } = await run(
      name,
      name === "buildah" ? ["version"] : ["version", "--format", "{{.Server.Version}}"],
    );
    if (code === 0) return name === "buildah" ? buildah : engine(name);
    problems.push(`${name}: ${code === 127 ? "not installed" : (stderr.trim().split("\n").at(-1) ?? "")}`);
  }
  return { problem: problems.join("; ") };
}

const KEYS =
  "Env Cmd Entrypoint WorkingDir User Labels ExposedPorts Volumes Healthcheck StopSignal Shell OnBuild".split(" ");

function readConfig(text: string): Config {
  const [first] = [JSON.parse(text) as unknown].flat() as readonly Record<string, unknown>[];
  const config = (first?.["Config"] ?? first ?? {}) as Record<string, unknown>;
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return new Map(
    KEYS.map((key) => {
      const value = config[key];
      // Variables have no order; the builders leave empty lists out or not.
      const plain = key === "Env" && Array.isArray(value) ? [...(value as string[])].sort() : sorted(value);
      const empty =
        plain === undefined || plain === "" || (typeof plain === "object" && Object.keys(plain ?? {}).length === 0);
      return [key, empty ? "null" : JSON.stringify(plain)];
    }),
  );
}

/** docker and podman have one command line. */
function engine(name: "docker" | "podman"): Tool {
  const must = async (args: readonly string[], stop?: AbortSignal): Promise<string> => {
    const { code, stdout, stderr } = await run(name, args, stop);
    if (code !== 0) throw new Error(`${name} ${args.slice(0, 2).join(" ")}: ${stderr.trim()}`);
    return stdout.trim();
  };
  return {
    name,
    build: ({ dockerfile, ignoreFile, context, tag, cached, options }, stop) =>
      run(
        name,
        [
          "build",
          ...(name === "docker" ? ["--progress=plain"] : ignoreFile === undefined ? [] : ["--ignorefile", ignoreFile]),
          ...(cached ? [] : ["--no-cache"]),
          ...["-f", dockerfile, "-t", tag, ...options, context],
        ],
        stop,
      ),
    config: async (tag, stop) => readConfig(await must(["image", "inspect", tag], stop)),
    async tree(tag, stop) {
      // Never started: the command only has to be there.
      const container = await must(["create", tag, "dockopt"], stop);
      try {
        return name === "docker"
          ? await exported(name, ["export", container], stop)
          : await exportedToFile(name, container, stop);
      } finally {
        await run(name, ["rm", "-f", container]);
      }
    },
    async remove(tag) {
      await run(name, ["image", "rm", "-f", tag]);
    },
  };
}

async function exported(program: string, args: readonly string[], stop: AbortSignal): Promise<Tree> {
  const child = start(program, args, stop);
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  if (child.stdout === null) throw new Error(`${program} has no output`);
  const [tree, code] = await Promise.all([readTree(child.stdout), ended(child)]);
  if (stop.aborted) throw new Stopped();
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${complaint.trim()}`);
  return tree;
}

/** podman opens /dev/stdout by name, which a pipe of Node's (a socket) does not allow. */
async function exportedToFile(program: string, container: string, stop: AbortSignal): Promise<Tree> {
  const folder = temporaryFolder("verify");
  try {
    const file = join(folder, "tree.tar");
    const { code, stderr } = await run(program, ["export", "-o", file, container], stop);
    if (code !== 0) throw new Error(`${program} export: ${stderr.trim()}`);
    return await readTree(createReadStream(file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** buildah has no daemon; its images are mounted, which needs root or `buildah unshare`. */
const buildah: Tool = {
  name: "buildah",
  build: ({ dockerfile, ignoreFile, context, tag, cached, options }, stop) =>
    run(
      "buildah",
      [
        "build",
        "--layers",
        ...(ignoreFile === undefined ? [] : ["--ignorefile", ignoreFile]),
        ...(cached ? [] : ["--no-cache"]),
        ...["-f", dockerfile, "-t", tag, ...options, context],
      ],
      stop,
    ),
  async config(tag, stop) {
    const { stdout } = await run("buildah", ["inspect", "--type", "image", tag], stop);
    const { Docker } = JSON.parse(stdout) as { readonly Docker?: { readonly config?: unknown } };
    return readConfig(JSON.stringify(Docker?.config ?? {}));
  },
  async tree(tag, stop) {
    const { stdout } = await run("buildah", ["from", "--pull-never", tag], stop);
    const container = stdout.trim();
    try {
      const mount = await run("buildah", ["mount", container], stop);
      if (mount.code !== 0) throw new Error(`buildah mount: ${mount.stderr.trim()} Run dockopt in buildah unshare.`);
      return await exported("tar", ["-C", mount.stdout.trim(), "--xattrs", "-cf", "-", "."], stop);
    } finally {
      await run("buildah", ["rm", container]);
    }
  },
  async remove(tag) {
    await run("buildah", ["rmi", "-f", tag]);
  },
};
