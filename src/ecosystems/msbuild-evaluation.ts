import { parentOf } from "../facts/paths.js";
import type { RefusalCode } from "../refusals.js";
import { closing, expand, namesIn, pathFrom, type Scope } from "./msbuild-expressions.js";
import type { Element } from "./msbuild-xml.js";
import type { Restore } from "./msbuild.js";

/** Items that NuGet reads of a project. */
const RESTORED =
  /^(?:ProjectReference|PackageReference|PackageVersion|GlobalPackageReference|PackageDownload|FrameworkReference|DotNetCliToolReference)$/i;

/** SDKs that read nothing of the project's folders beside what is read here; others come from NuGet and may. */
const KNOWN_SDK =
  /^(?:Microsoft\.NET\.Sdk(?:\.\w+)*|Microsoft\.Docker\.Sdk|Aspire\.AppHost\.Sdk|MSTest\.Sdk|Microsoft\.Build\.(?:NoTargets|Traversal))(?:\/.*)?$/;

/** Targets that a restore runs: NuGet's own, documented as extension points, and what the .NET SDK hangs on them. */
const RUN_BY_RESTORE =
  /^(?:Restore$|_\w*Restore|_?Collect(?:Package|Central|Framework)|(?:Process|Resolve)FrameworkReferences$|_GenerateDotnetCliTool)/i;

/** Properties that name a file to be imported in place of, or beside, the usual ones. */
const IMPORTED =
  /^(?:Directory(?:Build|Packages|Solution)(?:Props|Targets)?Path|Custom(?:Before|After)\w+|(?:Before|After)Microsoft\w+(?:Props|Targets))$/i;

/** Properties whose directories lie outside of the source: the SDK, the packages, the user's home. */
const OUTSIDE =
  /^\s*\$\((?:MSBuild(?:UserExtensionsPath|ExtensionsPath|ToolsPath|BinPath|SDKsPath|ProgramFiles)\w*|VSToolsPath|VisualStudio\w*|NuGetPackageRoot|NetCore\w+|MicrosoftNET\w+|DOTNET_\w+|ProgramFiles\w*|UserProfile|HOME|\w*AppData|Pkg\w+)\)/i;

/** Properties for which the SDK downloads a runtime or a compiler. */
const RUNTIME = /^(?:RuntimeIdentifiers?|SelfContained|Publish(?:Aot|Trimmed|ReadyToRun|SingleFile))$/i;

/** Properties that NuGet and the SDK read at a restore without being asked. */
const READ_BY_RESTORE =
  /^(?:TargetFrameworks?|Runtime\w+|SelfContained|Publish(?:Aot|Trimmed|ReadyToRun|SingleFile)|OutputType|Restore\w+|NuGet\w+|ManagePackage\w+|CentralPackage\w+|Use\w+)$/i;

const EXISTS = /\bExists\s*\(\s*(?:'([^']*)'\s*|"([^"]*)"\s*|((?![\s'"])(?:[^()'"]|\([^()]*\))+))\)/gi;

/** One project as MSBuild evaluates it: properties in the order of the files, then the items. What a condition guards that is not known to hold counts as possible. */
export class Evaluation {
  private readonly properties: Map<string, string | undefined>;
  /** Which properties a property's value rests on, and which of them the packages depend on. */
  private readonly rests = new Map<string, readonly string[]>();
  private readonly needed: string[] = [];
  private readonly references: { readonly text: string; readonly file: string; readonly sure: boolean }[] = [];
  private readonly imported = new Set<string>();

  /** Image path of the project or solution. */
  constructor(
    private readonly project: string,
    private readonly restore: Restore,
  ) {
    this.properties = new Map(restore.environment);
  }

  importFile(path: string | undefined, sure = true): Element | undefined {
    if (path === undefined || this.imported.has(path)) return undefined;
    this.imported.add(path);
    const root = this.restore.xml(path);
    if (root === undefined) return undefined;
    if (root.attributes.has("InitialTargets"))
      this.refuse("custom-target", path, "its InitialTargets run at every restore");
    this.checkSdk(root.attributes.get("Sdk"), path);
    this.readAll(root.children, path, sure);
    return root;
  }

  /** Restores what the project refers to. Items lie beside the project, whichever file names them. */
  followReferences(): void {
    for (const { text, file, sure } of this.references) {
      for (const reference of this.find(text, file, parentOf(this.project), sure, "refers to", "missing-project"))
        this.restore.project(reference);
    }
    const seen = new Set<string>();
    const implicit = [...this.rests.keys()].filter((name) => READ_BY_RESTORE.test(name));
    for (const queue = [...this.needed, ...implicit]; queue.length > 0;) {
      const name = queue.pop() ?? "";
      if (!seen.has(name)) queue.push(...(this.rests.get(name) ?? []));
      seen.add(name);
      this.restore.variables.add(name);
    }
  }

  private refuse(code: RefusalCode, file: string, reason: string): void {
    const { files } = this.restore;
    files.refuse(code, `${files.name(file)}: ${reason}`);
  }

  private expand(text: string, file: string): string | undefined {
    const { project, properties } = this;
    const { files, globals } = this.restore;
    const property: Scope["property"] = (name) =>
      globals.has(name)
        ? globals.get(name)
        : properties.has(name)
          ? properties.get(name)
          : reserved(name, project, file);
    return expand(text, { project, file, files, property });
  }

  private readAll(elements: readonly Element[], file: string, sure: boolean): void {
    for (const element of elements) {
      const holds = this.condition(element, file) && sure;
      switch (element.name) {
        case "PropertyGroup":
          for (const one of element.children) this.readProperty(one, file, holds, element.attributes.get("Condition"));
          break;
        case "ItemGroup":
          for (const one of element.children) this.readItem(one, file, holds, element.attributes.get("Condition"));
          break;
        case "Import":
          this.readImport(element, file, holds);
          break;
        case "ImportGroup":
        case "Choose":
        case "When":
        case "Otherwise":
          this.need(element.attributes.get("Condition"));
          this.readAll(element.children, file, holds && element.name !== "Otherwise");
          break;
        case "Sdk":
          this.checkSdk(element.attributes.get("Name"), file);
          break;
        case "Target":
          this.checkTarget(element, file);
      }
    }
  }

  private readProperty(element: Element, file: string, sure: boolean, group: string | undefined): void {
    const own = element.attributes.get("Condition");
    const name = element.name.toLowerCase();
    // `Condition="'$(X)' == ''"`: a default, where nothing has set it before.
    const isDefault =
      !this.properties.has(name) && own?.replace(/\s/g, "").toLowerCase() === `'$(${name})'==''`.toLowerCase();
    const holds = (this.condition(element, file) || isDefault) && sure;
    const value = this.expand(element.text, file);
    this.restore.checkMove(this.restore.files.name(file), element.name, value ?? element.text);
    if (IMPORTED.test(name)) this.importPath(element.text, file, false);
    if (RUNTIME.test(name)) this.restore.downloads = true;
    const used = [element.text, own, group].flatMap((text) => namesIn(text ?? ""));
    this.rests.set(name, [...(this.rests.get(name) ?? []), ...used]);
    if (!this.restore.globals.has(name))
      this.properties.set(name, holds || this.properties.get(name) === value ? value : undefined);
  }

  private readItem(item: Element, file: string, sure: boolean, group: string | undefined): void {
    // An item of another kind counts only for what its functions read, which fails where it is missing.
    for (const text of item.attributes.values()) this.expand(text, file);
    if (!RESTORED.test(item.name)) return;
    const holds = this.condition(item, file) && sure;
    for (const text of [...item.attributes.values(), ...item.children.map((one) => one.text), group]) this.need(text);
    const include = item.attributes.get("Include");
    if (/^ProjectReference$/i.test(item.name)) {
      if (include !== undefined) this.references.push({ text: include, file, sure: holds });
      return;
    }
    if (!/^FrameworkReference$/i.test(item.name)) this.restore.downloads = true;
    if (include?.includes("@(") === true)
      this.refuse("unknown-items", file, `which packages \`${include}\` names is known only to MSBuild`);
    const nested = item.children.find((one) => /^Version$/i.test(one.name))?.text;
    const version = item.attributes.get("Version") ?? nested ?? "";
    if (version.includes("*")) this.restore.floating ??= `${include ?? ""} ${version}`.trim();
  }

  private readImport(element: Element, file: string, sure: boolean): void {
    this.need(element.attributes.get("Condition"));
    const sdk = element.attributes.get("Sdk");
    if (sdk !== undefined) this.checkSdk(sdk, file);
    else this.importPath(element.attributes.get("Project") ?? "", file, sure);
  }

  /** Imported files lie beside the file that names them. */
  private importPath(text: string, file: string, sure: boolean): void {
    this.need(text);
    if (OUTSIDE.test(text) && this.expand(text, file) === undefined) return;
    for (const path of this.find(text, file, parentOf(file), sure, "imports", "missing-import"))
      this.importFile(path, sure);
  }

  /** The files that an expression names, relative to a directory. What is not sure to be read may be missing. */
  private find(
    text: string,
    file: string,
    directory: string,
    sure: boolean,
    verb: string,
    code: RefusalCode,
  ): readonly string[] {
    const { files } = this.restore;
    const value = this.expand(text, file);
    if (value === undefined || /[@%]\(/.test(value)) {
      this.refuse("unknown-property", file, `which file it ${verb} by \`${text.trim()}\` is known only to MSBuild`);
      return [];
    }
    return value.split(";").flatMap((one) => {
      if (one.trim() === "") return [];
      const image = pathFrom(directory, one);
      const found = /[*?]/.test(image) ? files.glob(image) : files.has(image) ? [image] : sure ? undefined : [];
      if (found === undefined) this.refuse(code, file, `it ${verb} ${one.trim()}, which no COPY brings`);
      return found ?? [];
    });
  }

  /** Does the element's condition surely hold? The files that it looks for are read. */
  private condition(element: Element, file: string): boolean {
    const condition = element.attributes.get("Condition")?.trim() ?? "";
    if (condition === "") return true;
    // Only what it guards decides whether it counts.
    if (element.name === "ItemGroup" && !element.children.some((one) => RESTORED.test(one.name))) return false;
    this.expand(condition, file);
    const exist = [...condition.matchAll(EXISTS)].map((match) =>
      this.exists(match[1] ?? match[2] ?? match[3]?.trim() ?? "", file),
    );
    const rest = condition.replace(EXISTS, "");
    if (rest === "" || rest.trim() === "!") return exist[0] === (rest === "");
    const [, left = "", operator, right = ""] = /^'(.*)'\s*(==|!=)\s*'([^']*)'$/s.exec(condition) ?? [];
    const whole = !left.includes("'") || (left.startsWith("$(") && closing(left, 1) === left.length - 1);
    const [a, b] = [this.expand(left, file), this.expand(right, file)];
    if (operator === undefined || !whole || a === undefined || b === undefined) return false;
    return (a.toLowerCase() === b.toLowerCase()) === (operator === "==");
  }

  /** `Exists('x')`: relative to the file for properties and imports, to the project for items. */
  private exists(text: string, file: string): boolean {
    const { files } = this.restore;
    const value = this.expand(text, file);
    if (value === undefined && !OUTSIDE.test(text))
      this.refuse("unknown-property", file, `which file \`${text}\` names is known only to MSBuild`);
    if (value === undefined || value.trim() === "") return false;
    const images = [file, this.project].map((from) => pathFrom(parentOf(from), value));
    const there = images.map((image) => files.has(image));
    if (images.some((image) => files.kind(image) === "directory"))
      this.refuse("looks-at-source", file, `a condition looks for the directory ${value}`);
    return there[0] === true;
  }

  private checkSdk(names: string | undefined, file: string): void {
    const odd = names?.split(";").find((name) => !KNOWN_SDK.test(name.trim()));
    if (odd !== undefined)
      this.refuse("unknown-sdk", file, `what the SDK ${odd.trim()} reads at a restore is not known`);
  }

  private checkTarget({ attributes }: Element, file: string): void {
    const names = ["Name", "BeforeTargets", "AfterTargets"].flatMap((one) => attributes.get(one)?.split(";") ?? []);
    if (names.some((name) => RUN_BY_RESTORE.test(name.trim())))
      this.refuse(
        "custom-target",
        file,
        `the target ${attributes.get("Name") ?? ""} runs at every restore, and may read the source`,
      );
  }

  /** The packages, or the files that are read, depend on these properties. */
  private need(text: string | undefined): void {
    this.needed.push(...namesIn(text ?? ""));
  }
}

/** MSBuild's reserved properties of files and directories (learn.microsoft.com: "MSBuild reserved and well-known properties"). */
function reserved(name: string, project: string, file: string): string | undefined {
  const base = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const slash = (path: string): string => (path === "/" ? path : `${path}/`);
  switch (name) {
    case "msbuildthisfiledirectory":
      return slash(parentOf(file));
    case "msbuildthisfile":
      return base(file);
    case "msbuildthisfilename":
      return base(file).replace(/\.\w+$/, "");
    case "msbuildthisfilefullpath":
      return file;
    case "msbuildprojectdirectory":
      return parentOf(project);
    case "msbuildprojectfile":
      return base(project);
    case "msbuildprojectname":
      return base(project).replace(/\.\w+$/, "");
    case "msbuildprojectfullpath":
      return project;
    case "os":
      return "Unix";
    default:
      return undefined;
  }
}
