import {
  copyFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../disk.js";
import type { Context } from "../context/context.js";

/** One build's own files. */
export interface Workspace {
  readonly context: string;
  readonly dockerfile: string;
  readonly ignoreFile: string | undefined;
}

/** A temporary folder for all that a verification writes. */
export function makeRoot(): { readonly path: string; remove(): void } {
  const path = temporaryFolder("verify");
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/**
 * A fresh copy of what the builder sees of a context. Dockerfile and ignore file lie outside of it, so that a `COPY . .` brings the
 * same ones into both images, whatever they are built by.
 */
export function makeWorkspace(
  root: string,
  name: string,
  folder: string,
  context: Context,
  dockerfile: string,
  ignored: string | undefined,
): Workspace {
  const target = join(root, name, "context");
  mkdirSync(target, { recursive: true });
  copyDirectory("", folder, target, context);
  const path = join(root, name, "Dockerfile");
  writeFileSync(path, dockerfile);
  const ignoreFile = ignored === undefined ? undefined : `${path}.dockerignore`;
  if (ignored !== undefined) writeFileSync(`${path}.dockerignore`, ignored);
  return { context: target, dockerfile: path, ignoreFile };
}

function copyDirectory(directory: string, from: string, to: string, context: Context): void {
  for (const name of context.list(directory)) {
    const path = directory === "" ? name : `${directory}/${name}`;
    const [source, target] = [join(from, path), join(to, path)];
    const kind = context.kind(path);
    mkdirSync(dirname(target), { recursive: true });
    if (kind === "directory") {
      mkdirSync(target, { recursive: true });
      copyDirectory(path, from, to, context);
      chmodSync(target, statSync(source).mode & 0o7777);
    } else if (kind === "symlink") symlinkSync(readlinkSync(source), target);
    else if (kind === "file") {
      copyFileSync(source, target);
      chmodSync(target, lstatSync(source).mode & 0o7777);
    }
  }
}
