import type { Context } from "../context/context.js";
import { parentOf, resolvePath } from "../facts/paths.js";
import type { InputsRefusal, Site } from "./ecosystem.js";
import { elementsAt, readPom, readXmlFile, textAt, type Pom } from "./pom.js";

const at = (directory: string, name: string): string => `${directory === "/" ? "" : directory}/${name}`;

/** The context path that stands at an image path, when it is there. */
function found(image: string, site: Site, context: Context): string | undefined {
  const path = site.toContext(image);
  return path !== undefined && context.kind(path) !== undefined ? path : undefined;
}

/** The nearest .mvn at or above the directory. Maven looks there for options, settings of the JVM, extensions and the wrapper. */
export interface MavenFolder {
  readonly paths: readonly string[];
  /** Options that stand before those of the command line. */
  readonly config: string;
  /** Options of the JVM. */
  readonly jvm: string;
}

export function mavenFolder(directory: string, site: Site, context: Context): MavenFolder {
  for (let image = directory; ; image = parentOf(image)) {
    const path = found(at(image, ".mvn"), site, context);
    const text = (name: string): string => {
      const read = path === undefined ? undefined : context.read(`${path}/${name}`);
      return read !== undefined && "text" in read ? read.text : "";
    };
    if (path !== undefined) return { paths: [path], config: text("maven.config"), jvm: text("jvm.config") };
    if (image === "/") return { paths: [], config: "", jvm: "" };
  }
}

/** The project's POM and, in order, those of its parents that the context has. */
export function readPoms(image: string, site: Site, context: Context): readonly Pom[] | InputsRefusal {
  const poms: Pom[] = [];
  let next: string | undefined = image;
  while (next !== undefined) {
    const path = found(next, site, context);
    if (path === undefined || poms.some((one) => one.path === path)) break;
    const pom = readPom(path, context);
    if ("reason" in pom) return pom;
    poms.push(pom);
    next = parentImage(next, pom, site, context);
  }
  return poms;
}

/** Where the parent would lie in the image; undefined: it comes from a repository. */
function parentImage(image: string, { parent }: Pom, site: Site, context: Context): string | undefined {
  if (parent === undefined || parent.relativePath === "") return undefined;
  const path = resolvePath(parentOf(image), parent.relativePath);
  // It may name the directory.
  return [path, path && at(path, "pom.xml")].find((one) => {
    const inContext = one && found(one, site, context);
    return inContext !== undefined && inContext !== "" && context.kind(inContext) === "file";
  });
}

/** Context paths of the files and directories beside the POMs that resolving reads: jars of the scope system, repositories of files. */
export function localInputs(
  poms: readonly Pom[],
  directory: string,
  site: Site,
  context: Context,
): readonly string[] | InputsRefusal {
  const paths: string[] = [];
  for (const pom of poms) {
    const named = [...pom.systemPaths, ...pom.repositories.filter((url) => url.startsWith("file:"))];
    for (const text of named) {
      const image = imagePath(text, directory);
      // The JDK's own, and what lies in the image elsewhere.
      if (image === "jdk") continue;
      const path = image === undefined ? undefined : found(image, site, context);
      if (path === undefined)
        return {
          code: "local-repository",
          reason: `${pom.path}: ${text} is not a file or directory that a COPY brings from the build context`,
        };
      paths.push(path);
    }
  }
  return paths;
}

/** `${project.basedir}` is the directory of the project that is built, in a parent as well. */
function imagePath(text: string, directory: string): string | undefined {
  if (/^\$\{(?:java\.home|env\.JAVA_HOME)\}/.test(text)) return "jdk";
  const path = text.replace(/^file:(?:\/\/)?/, "").replace(/^\/*\$\{(?:(?:project|pom)\.)?basedir\}/, directory);
  return path.startsWith("/") && !path.includes("$") ? resolvePath("/", path) : undefined;
}

/** Settings and toolchains that options name. */
export interface MavenSettings {
  readonly paths: readonly string[];
  /** Where they say that the local repository is. */
  readonly repository: string | undefined;
}

export function readSettings(
  files: readonly (string | undefined)[],
  root: "settings" | "toolchains",
  site: Site,
  context: Context,
): MavenSettings | InputsRefusal {
  const paths: string[] = [];
  let repository: string | undefined;
  for (const file of files) {
    const image = file === undefined ? undefined : resolvePath(site.cwd, file);
    const path = image === undefined ? undefined : found(image, site, context);
    if (path === undefined) {
      // The image's own stays where it is.
      if (file?.startsWith("/") === true && image !== undefined && site.toContext(image) === undefined) {
        repository = IMAGE_SETTINGS.get(image) ?? repository;
        continue;
      }
      return {
        code: "missing-input",
        reason: `the settings ${file ?? "that an option names"} are not in the build context`,
      };
    }
    const settings = readXmlFile(path, root, context);
    if ("reason" in settings) return settings;
    paths.push(path);
    repository = textAt(settings, "localRepository") ?? repository;
    const urls = [
      ...elementsAt(settings, "mirrors", "mirror", "url"),
      ...elementsAt(settings, "profiles", "profile", "repositories", "repository", "url"),
    ];
    const local = urls.find((one) => one.text.startsWith("file:"));
    if (local !== undefined)
      return {
        code: "local-repository",
        reason: `${path}: ${local.text} is a repository of files, which may lie in the source`,
      };
  }
  return { paths, repository };
}

/** Settings of the official image that keep the local repository elsewhere (its published settings-docker.xml). */
const IMAGE_SETTINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "/usr/share/maven/ref/settings-docker.xml": "/usr/share/maven/ref/repository",
  }),
);
