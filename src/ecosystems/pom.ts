import type { Context } from "../context/context.js";
import type { InputsRefusal } from "./ecosystem.js";

/** An element of an XML document: its name without a prefix, its own text, its children. Attributes are not kept. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

/** Comments, CDATA, processing instructions and declarations, tags (quoted values may hold `>`), text. */
const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE|<(\/?)([\w:.-]+)(?![\w:.-])((?:"[^"]*"|'[^']*'|[^'"<>])*?)(\/?)>|([^<]+)|</g;

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }),
);

/** Reads as much of XML as POMs and Maven's settings use. undefined: it is not well-formed, or defines entities of its own. */
export function readXml(source: string): Element | undefined {
  interface Open {
    readonly name: string;
    text: string;
    readonly children: Element[];
  }
  const document: Open = { name: "", text: "", children: [] };
  const open: Open[] = [document];
  for (const [token, cdata, end, qualified = "", , empty, text] of source.replace(/^\uFEFF/, "").matchAll(TOKEN)) {
    const current = open.at(-1);
    if (current === undefined || token === "<!DOCTYPE" || token === "<") return undefined;
    const name = qualified.replace(/^.*:/, "");
    if (text !== undefined || cdata !== undefined) current.text += cdata ?? decode(text ?? "");
    else if (name === "") continue;
    else if (end === "/") {
      if (current.name !== name || open.length === 1) return undefined;
      open.pop();
      open.at(-1)?.children.push({ ...current, text: current.text.trim() });
    } else if (empty === "/") current.children.push({ name, text: "", children: [] });
    else open.push({ name, text: "", children: [] });
  }
  const [root, ...others] = document.children;
  return open.length === 1 && others.length === 0 && document.text.trim() === "" ? root : undefined;
}

const decode = (text: string): string => text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES.get(name) ?? whole);

/** The elements at a path of names below an element. */
export function elementsAt(root: Element, ...names: readonly string[]): readonly Element[] {
  return names.reduce<readonly Element[]>(
    (found, name) => found.flatMap((one) => one.children.filter((child) => child.name === name)),
    [root],
  );
}

/** The text of the first element at the path; undefined when there is none. */
export const textAt = (root: Element, ...names: readonly string[]): string | undefined =>
  elementsAt(root, ...names)[0]?.text;

/** What is read of a pom.xml. */
export interface Pom {
  readonly path: string;
  /** Of the parent: where it lies ("" for a repository only), and who it is. undefined: there is none. */
  readonly parent: { readonly relativePath: string; readonly id: string } | undefined;
  readonly packaging: string;
  /** In profiles as well, like all that follows. */
  readonly modules: readonly string[];
  /** `systemPath` of dependencies, which Maven takes from there. */
  readonly systemPaths: readonly string[];
  /** Addresses of the repositories that dependencies and plugins are taken from. */
  readonly repositories: readonly string[];
  /** "group:artifact" of extensions, which run in every step. */
  readonly extensions: readonly string[];
  /** A profile that is in force when a file is there, or is not. */
  readonly activatedByFile: boolean;
}

export function readPom(path: string, context: Context): Pom | InputsRefusal {
  const root = readXmlFile(path, "project", context);
  if ("reason" in root) return root;
  const all = (...names: readonly string[]): readonly Element[] => [
    ...elementsAt(root, ...names),
    ...elementsAt(root, "profiles", "profile", ...names),
  ];
  const [parent] = elementsAt(root, "parent");
  const dependencies = [
    ...all("dependencies", "dependency"),
    ...all("dependencyManagement", "dependencies", "dependency"),
  ];
  const repositories = [...all("repositories", "repository"), ...all("pluginRepositories", "pluginRepository")];
  const extending = all("build", "plugins", "plugin").filter((plugin) => textAt(plugin, "extensions") === "true");
  return {
    path,
    parent: parent && { relativePath: textAt(parent, "relativePath") ?? "../pom.xml", id: idOf(parent) },
    packaging: textAt(root, "packaging") ?? "jar",
    // Maven 4 calls them subprojects.
    modules: [...all("modules", "module"), ...all("subprojects", "subproject")].map((one) => one.text),
    systemPaths: dependencies.flatMap((one) => textAt(one, "systemPath") ?? []),
    repositories: repositories.flatMap((one) => textAt(one, "url") ?? []),
    extensions: [...all("build", "extensions", "extension"), ...extending].map(idOf),
    activatedByFile: elementsAt(root, "profiles", "profile", "activation", "file").length > 0,
  };
}

const idOf = (element: Element): string =>
  `${textAt(element, "groupId") ?? "org.apache.maven.plugins"}:${textAt(element, "artifactId") ?? ""}`;

/** An XML file of the context whose root is the element named. */
export function readXmlFile(path: string, name: string, context: Context): Element | InputsRefusal {
  const read = context.read(path);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${path}: ${read.problem}` };
  const root = readXml(read.text);
  return root?.name === name
    ? root
    : { code: "unreadable-manifest", reason: `${path}: it cannot be read as XML with the root <${name}>` };
}

/** "group:artifact" of each extension in a .mvn/extensions.xml. */
export function readExtensions(path: string, context: Context): readonly string[] | InputsRefusal {
  const root = readXmlFile(path, "extensions", context);
  return "reason" in root ? root : elementsAt(root, "extension").map(idOf);
}
