import { parentOf } from "../facts/paths.js";
import { join, upwards, type ImageFiles } from "./image-files.js";
import { pathFrom } from "./msbuild-expressions.js";
import { readXml, type Element } from "./msbuild-xml.js";

/** As NuGet looks for them on Linux, in this order; one of them in each directory (NuGet.Configuration, Settings). */
const SETTINGS = ["nuget.config", "NuGet.config", "NuGet.Config"];

/**
 * Reads the settings in the directories and in all above them, and the package folders that they name.
 * Returns the image path of the packages folder where they move it.
 */
export function readSettings(directories: Iterable<string>, files: ImageFiles): string | undefined {
  let packages: string | undefined;
  for (const directory of new Set([...directories].flatMap(upwards))) {
    const path = SETTINGS.map((name) => join(directory, name)).find((image) => files.has(image));
    if (path !== undefined) packages ??= readSettingsFile(path, files);
  }
  return packages;
}

/** One settings file; returns where it puts the packages. */
export function readSettingsFile(path: string, files: ImageFiles): string | undefined {
  const text = files.text(path);
  if (text === undefined) return undefined;
  const root = readXml(text);
  if (root === undefined) {
    files.refuse("unreadable-manifest", `${files.name(path)}: it is not valid XML`);
    return undefined;
  }
  for (const source of entries(root, "packageSources")) readSource(source, path, files);
  if (entries(root, "fallbackPackageFolders").length > 0)
    files.refuse("local-source", `${files.name(path)} names fallback folders, whose packages are not known`);
  const moved = entries(root, "config", "globalPackagesFolder")[0];
  if (moved === undefined) return undefined;
  if (!/[%$]/.test(moved)) return pathFrom(parentOf(path), moved);
  files.refuse("moved-output", `${files.name(path)}: where ${moved} lies is known only to the build`);
  return undefined;
}

/** Values of the `add` elements of a section. */
const entries = (root: Element, section: string, key?: string): readonly string[] =>
  root.children
    .filter((one) => one.name === section)
    .flatMap((one) => one.children)
    .filter((one) => one.name === "add" && (key === undefined || one.attributes.get("key") === key))
    .flatMap((one) => one.attributes.get("value") ?? []);

/** A package source that a file or the command line names: a folder of the context is read whole. */
export function readSource(source: string, from: string, files: ImageFiles): void {
  if (/^https?:\/\//i.test(source)) return;
  if (/[%$]/.test(source) || !files.hasAll(pathFrom(parentOf(from), source)))
    files.refuse(
      "local-source",
      `${files.name(from)} takes packages from ${source}, which is no folder that a COPY brings`,
    );
}
