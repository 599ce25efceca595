import { parse as parseJson } from "jsonc-parser";
import { parentOf } from "../facts/paths.js";
import type { ImageFiles } from "./image-files.js";
import { Evaluation } from "./msbuild-evaluation.js";
import { pathFrom } from "./msbuild-expressions.js";
import { readXml, type Element } from "./msbuild-xml.js";
import { record } from "./package-json.js";

/** Properties that move what a restore reads or writes. */
const MOVES =
  /^(?:BaseIntermediateOutputPath|MSBuildProjectExtensionsPath|UseArtifactsOutput|ArtifactsPath|Restore(?:OutputPath|PackagesPath|ConfigFile|RootConfigDirectory|Sources|AdditionalProjectSources|(?:AdditionalProject)?FallbackFolders)|NuGetLockFilePath|ProjectAssetsFile|PublishProfile)$/i;

const PROJECT = /\.(?:cs|fs|vb|dc)?proj$/i;

/** What a restore of a project or a solution evaluates: the projects, all that they import and refer to. */
export class Restore {
  /** Image paths. */
  readonly projects = new Set<string>();
  /** Names, in lower case, of properties on which the packages depend; the environment may give their values. */
  readonly variables = new Set<string>();
  /** Names some package or a runtime that has to be downloaded. */
  downloads = false;
  /** "Serilog 3.*": a version that is chosen when the restore runs. */
  floating: string | undefined;

  /** What the command line and the environment set, by name in lower case; undefined: set, but not known. */
  constructor(
    readonly files: ImageFiles,
    readonly globals: Map<string, string | undefined>,
    readonly environment: ReadonlyMap<string, string | undefined>,
  ) {
    for (const [name, value] of globals) this.checkMove("the command line", name, value ?? "$");
  }

  xml(path: string): Element | undefined {
    const text = this.files.text(path);
    if (text === undefined) return undefined;
    const root = readXml(text);
    if (root === undefined) this.files.refuse("unreadable-manifest", `${this.files.name(path)}: it is not valid XML`);
    return root;
  }

  checkMove(where: string, name: string, value: string): void {
    const harmless = value.split(";").every((one) => /^\s*(?:$|https?:|\$\(Restore\w+\)|false$|obj[\\/]?$)/i.test(one));
    if (MOVES.test(name) && !harmless)
      this.files.refuse("moved-output", `${where} sets ${name}, which moves what a restore reads or writes`);
  }

  /** A project by its image path, with all that it refers to. */
  project(path: string): void {
    if (this.projects.has(path)) return;
    this.projects.add(path);
    if (!PROJECT.test(path)) {
      this.files.refuse("unknown-project", `what a restore of ${this.files.name(path)} reads is not known`);
      return;
    }
    const { files } = this;
    const directory = parentOf(path);
    const evaluation = new Evaluation(path, this);
    for (const name of ["Directory.Build.props", "Directory.Packages.props"])
      evaluation.importFile(files.nearest(directory, name));
    const root = evaluation.importFile(path);
    const sdk = root?.children.some((one) => one.name === "Sdk" || one.attributes.has("Sdk"));
    if (root !== undefined && !root.attributes.has("Sdk") && sdk !== true)
      files.refuse("old-style-project", `${files.name(path)} is not of the SDK style, which alone is understood`);
    if (files.has(`${path}.user`)) evaluation.importFile(`${path}.user`);
    evaluation.importFile(files.nearest(directory, "Directory.Build.targets"));
    files.nearest(directory, "Directory.Build.rsp");
    if (files.has(pathFrom(directory, "packages.config")))
      files.refuse(
        "packages-config",
        `${files.name(path)} takes its packages from packages.config, which is not understood`,
      );
    evaluation.followReferences();
  }

  /** A solution (.sln, .slnx) or a filter of one (.slnf). */
  solution(path: string): void {
    const { files } = this;
    const filter = path.endsWith(".slnf") ? record(record(parseJson(files.text(path) ?? ""))?.["solution"]) : undefined;
    const named = filter?.["path"];
    const solution = typeof named === "string" ? pathFrom(parentOf(path), named) : path;
    const directory = parentOf(solution);
    const listed = listedProjects(solution, this);
    const filtered = Array.isArray(filter?.["projects"]) ? (filter["projects"] as unknown[]) : listed;
    const name = solution.slice(solution.lastIndexOf("/") + 1);
    for (const [key, value] of [
      ["solutiondir", `${directory === "/" ? "" : directory}/`],
      ["solutionpath", solution],
      ["solutionfilename", name],
      ["solutionname", name.replace(/\.\w+$/, "")],
    ] as const)
      if (!this.globals.has(key)) this.globals.set(key, value);
    const evaluation = new Evaluation(solution, this);
    for (const one of ["Directory.Solution.props", "Directory.Solution.targets"])
      evaluation.importFile(files.nearest(directory, one));
    for (const one of [`before.${name}.targets`, `after.${name}.targets`]) {
      const image = pathFrom(directory, one);
      if (files.has(image)) evaluation.importFile(image);
    }
    files.nearest(directory, "Directory.Build.rsp");
    // NuGet passes over shared projects.
    for (const one of filtered) {
      if (typeof one !== "string" || /\.(?:shproj|vcxitems)$/i.test(one)) continue;
      const image = pathFrom(directory, one);
      if (files.has(image)) this.project(image);
      else files.refuse("missing-project", `${files.name(solution)} lists ${one}, which no COPY brings`);
    }
  }
}

const FOLDER = "2150E333-8FDC-42A3-9474-1A3956D46DE8";

/** Paths of a solution's projects as written. */
function listedProjects(solution: string, restore: Restore): readonly string[] {
  if (solution.endsWith(".slnx")) {
    const below = (element: Element): readonly string[] =>
      element.children.flatMap((one) => (one.name === "Project" ? (one.attributes.get("Path") ?? []) : below(one)));
    const root = restore.xml(solution);
    return root === undefined ? [] : below(root);
  }
  const text = restore.files.text(solution) ?? "";
  return [...text.matchAll(/^[ \t]*Project\("\{([^}]+)\}"\)\s*=\s*"[^"]*"\s*,\s*"([^"]+)"/gm)].flatMap(
    ([, type, path = ""]) => (type?.toUpperCase() === FOLDER ? [] : [path]),
  );
}
