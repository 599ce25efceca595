import type { Context } from "../../context/context.js";
import type { Instruction } from "../../syntax/nodes.js";
import { parse } from "../../syntax/parse.js";
import { createFacts, type Facts } from "../facts.js";
import { takersOf, type Taker } from "./takers.js";

/** A Dockerfile that is built from the context, and so sees its ignore file. */
export interface Build {
  /** Path in the context; "" is the one that is asked about. */
  readonly path: string;
  readonly facts: Facts;
  readonly takers: readonly Taker[];
}

/** For messages: "line 3", "web/Dockerfile, line 3". */
export const placeOf = ({ path }: Build, { startLine }: Instruction): string =>
  `${path === "" ? "" : `${path}, `}line ${startLine}`;

/** The Dockerfile that is asked about. */
export const ownBuild = (facts: Facts, context: Context): Build => ({
  path: "",
  facts,
  takers: takersOf(facts.document, context),
});

/**
 * The other Dockerfiles that share the ignore file of one; `unread`: one of them that cannot be read. What lies in a folder of its own and
 * names what only that folder has is built from there.
 */
export function otherBuilds(
  { facts: { document } }: Build,
  context: Context,
): { readonly builds: readonly Build[]; readonly unread: string | undefined } {
  const builds: Build[] = [];
  const { path: ignoreFile = ".dockerignore" } = context.ignoreFile ?? {};
  // `<Dockerfile>.dockerignore` is for one Dockerfile alone.
  if (ignoreFile !== ".dockerignore") return { builds, unread: undefined };
  // The builder is given Dockerfiles whatever is ignored.
  const whole = context.withIgnoreFile({ path: ignoreFile, text: "" });
  for (const path of dockerfilesIn(whole)) {
    if (whole.kind(`${path}.dockerignore`) === "file") continue;
    const read = whole.read(path);
    const parsed = "text" in read ? parse(read.text) : undefined;
    if (parsed?.ok !== true) return { builds, unread: path };
    if (parsed.document.source === document.source) continue;
    const takers = takersOf(parsed.document, context);
    const folder = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
    if (folder === "" || !isBuiltFrom(folder, takers, context))
      builds.push({ path, facts: createFacts(parsed.document, context), takers });
  }
  return { builds, unread: undefined };
}

const DOCKERFILE = /^(?:docker|container)file(?:[._-].+)?$|[._-](?:docker|container)file$/i;
const NO_DOCKERFILE =
  /\.(?:(?:docker|container)ignore|md|txt|orig|rej|bak|go|[cm]?[jt]sx?|py|rb|rs|java|sh|ya?ml|json|html|png|svg)$/i;
/** What tests and others' packages bring along is not built here. */
const FOREIGN = /^(?:\.git|node_modules|site-packages|vendor|testdata|fixtures)$/;

function dockerfilesIn(whole: Context, directory = ""): readonly string[] {
  return whole.list(directory).flatMap((name) => {
    const path = directory === "" ? name : `${directory}/${name}`;
    if (whole.kind(path) === "directory") return FOREIGN.test(name) ? [] : dockerfilesIn(whole, path);
    return DOCKERFILE.test(name) && !NO_DOCKERFILE.test(name) ? [path] : [];
  });
}

const isBuiltFrom = (folder: string, takers: readonly Taker[], context: Context): boolean =>
  takers.some(
    ({ source, parts, matches }) =>
      parts.length > 0 &&
      matches.length === 0 &&
      !parts.includes(undefined) &&
      context.match(`${folder}/${source}`).length > 0,
  );
