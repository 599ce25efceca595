import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadFolder } from "../../src/context/load-folder.js";
import { optimize, type Report } from "../../src/engine/run.js";
import { run } from "../../src/verify/process.js";
import { findTool, type Tool } from "../../src/verify/tool.js";
import { verify, type Verdict } from "../../src/verify/verify.js";
import type { Safety } from "../../src/transform.js";
import { defaultTransforms } from "../../transforms/index.js";
import type { Files } from "../../scripts/bench/files.js";
import type { Base } from "./projects/project.js";

const found = await findTool(undefined);
/** The builder of this machine; undefined: none answers, or it lacks the base images, and the suite says so. */
export const tool: Tool | undefined = "problem" in found ? undefined : found;
if ("problem" in found) console.log(`skipped: no builder answers (${found.problem})`);

const known = new Map<string, Promise<boolean>>();

/** Is the base image here, or can it be had? Said once for each that is not. */
export function hasImage(image: string): Promise<boolean> {
  let has = known.get(image);
  if (has === undefined) {
    has = fetchImage(image);
    known.set(image, has);
  }
  return has;
}

async function fetchImage(image: string): Promise<boolean> {
  if (tool === undefined) return false;
  const here = await run(
    tool.name,
    tool.name === "buildah" ? ["inspect", "--type", "image", image] : ["image", "inspect", image],
  );
  if (here.code === 0) return true;
  const { code } = await run(tool.name, ["pull", image], AbortSignal.timeout(120_000)).catch(() => ({ code: 1 }));
  if (code !== 0) console.log(`skipped: ${tool.name} has no ${image} and cannot fetch it`);
  return code === 0;
}

/** The images that a Dockerfile's stages are FROM, stages of its own left out. */
export const baseImages = (dockerfile: string): readonly string[] =>
  [...dockerfile.matchAll(/^FROM (\S+:\S+)/gm)].map((match) => match[1] ?? "");

const bases = new Map<string, Promise<void>>();

/** Makes the image, once. @throws Error when it does not build */
export function makeBase({ tag, dockerfile }: Base): Promise<void> {
  const made = bases.get(tag) ?? buildBase(tag, dockerfile);
  bases.set(tag, made);
  return made;
}

async function buildBase(tag: string, dockerfile: string): Promise<void> {
  await inFolder({ Dockerfile: dockerfile }, async (folder) => {
    const request = { tag, context: folder, dockerfile: join(folder, "Dockerfile"), ignoreFile: undefined };
    const built = await tool?.build({ ...request, cached: true, options: [] }, new AbortController().signal);
    if (built?.code !== 0) throw new Error(`${tag} does not build: ${built?.stderr ?? ""}`);
  });
}

export async function removeBases(): Promise<void> {
  for (const tag of bases.keys()) await tool?.remove(tag);
}

/** Runs work over the files in a folder of their own. */
export async function inFolder<T>(files: Files, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "dockopt-build-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
      if (path.endsWith(".sh")) chmodSync(join(folder, path), 0o755);
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const rewriteIn = (folder: string, dockerfile: string, safety: Safety = "safe"): Report =>
  optimize(dockerfile, loadFolder(folder, join(folder, "Dockerfile")), { transforms: defaultTransforms, safety });

/** Builds both texts of the report and compares. @throws Error when no builder answers */
export async function judge(folder: string, report: Report, rounds: number, touch?: string): Promise<Verdict> {
  if (tool === undefined) throw new Error("no builder");
  const options = { tool, rounds, touch, strict: false, buildOptions: [] };
  const silent = { stop: new AbortController().signal, begin: () => () => undefined };
  return verify(report, loadFolder(folder, join(folder, "Dockerfile")), folder, options, silent);
}
