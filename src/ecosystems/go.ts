import type { Context } from "../context/context.js";
import { clean } from "../context/go-match.js";
import { resolvePath } from "../facts/paths.js";
import { hasOption, optionText, readArgs } from "../shell/args.js";
import { repository } from "../facts/base-images.js";
import type { Command } from "../shell/script.js";
import { belowCacheHome, belowHome, cacheDirectory, neededCache, unknownCache } from "./caches.js";
import type { Inputs, InputsRefusal, Install, KnownEcosystem, Site, ToolCache } from "./ecosystem.js";
import { readGoMod } from "./go-mod.js";

const VALUED =
  "-C -o -ldflags -gcflags -asmflags -gccgoflags -tags -mod -modfile -p -run -count -timeout -pkgdir -toolexec -buildmode -installsuffix -compiler -overlay -pgo -exec -coverprofile -covermode -vet -buildvcs";

/** Verbs that read the source, and download on the way. */
const READS_SOURCE = new Set(["build", "install", "test", "run", "vet", "get", "generate"]);

export const go: KnownEcosystem = {
  name: "go",
  about: {
    summary: "Modules of Go",
    installs: ["go mod download", "go build", "go install .", "go test ./..."],
    manifests: ["go.mod", "go.work"],
    lockfiles: ["go.sum", "go.work.sum"],
    makes: ["/go/pkg/mod"],
    docs: `A build downloads on the way: it gets a \`go mod download\` before the source. Local modules that \`replace\` and go.work name are
followed. Left alone: a committed \`vendor\`, \`-mod=vendor\`, \`-modfile\`, \`GO111MODULE=off\`.`,
  },
  reads: ["go.mod", "go.sum", "go.work", "go.work.sum", "vendor"],
  install(command, site) {
    if (command.program !== "go") return undefined;
    const args = readArgs(command.args.map(singleDash), VALUED);
    const [verb, second, third] = args.words.map((word) => word.value ?? word.text);
    const changed = optionText(args, "-C", "--C");
    const directory = changed === undefined ? site.cwd : resolvePath(site.cwd, changed);
    if (directory === undefined || verb === undefined || site.env.get("GO111MODULE") === "off") return undefined;
    if (verb === "mod" && second === "download")
      return third === undefined ? { command, directory, label: "go mod download" } : undefined;
    if (verb === "mod" && (second === "tidy" || second === "vendor"))
      return { command, directory, label: `go mod ${second}` };
    if (!READS_SOURCE.has(verb) || args.words.slice(1).some((word) => word.text.includes("@"))) return undefined;
    const vendored =
      optionText(args, "-mod", "--mod") === "vendor" || /-mod=vendor/.test(site.env.get("GOFLAGS") ?? "");
    return vendored || hasOption(args, "-modfile", "--modfile")
      ? undefined
      : { command, directory, label: `go ${verb}` };
  },
  inputs(install, site, context) {
    return moduleInputs(install, site, context);
  },
  outputs(_install, site) {
    const path = site.env.get("GOMODCACHE") ?? `${site.env.get("GOPATH")?.split(":")[0] ?? "/go"}/pkg/mod`;
    return [{ path, kind: "installed" }];
  },
  cleanup: ({ program, args }) =>
    program === "go" &&
    args[0]?.value === "clean" &&
    args.some((word) => /^-{1,2}(?:mod|test|fuzz)?cache$/.test(word.text)),
  caches(command, site, context) {
    const { program = "" } = command;
    const drives = DRIVERS.has(program) && isGoImage(site) && builtHere(site, context);
    if (program !== "go" && !drives) return undefined;
    const [verb = "", second = ""] = readArgs(command.args.map(singleDash), VALUED).words.map(
      (word) => word.value ?? "",
    );
    // `go build -a` compiles everything, whatever is there.
    const anew = command.args.some((word) => word.text === "-a");
    const downloads = verb === "mod" && /^(?:download|tidy|verify)$/.test(second);
    if (!drives && !downloads && !COMPILES.has(verb)) return undefined;
    return goCaches(drives ? program : `go ${verb}`, !downloads && !anew, command, site, context);
  },
};

/** Verbs that compile. `get` may. */
const COMPILES = new Set(["build", "install", "test", "run", "vet", "generate", "get", "list"]);
/** Programs that, in a Go image and beside a go.mod, are taken to call go. */
const DRIVERS = new Set(["make", "mage", "just", "task", "goreleaser"]);

const isGoImage = ({ image }: Site): boolean => image !== undefined && /(?:^|\/)golang$/.test(repository(image));

function builtHere(site: Site, context: Context | undefined): boolean {
  const path = site.toContext("go.mod");
  return path !== undefined && context?.kind(path) === "file";
}

function goCaches(
  label: string,
  compiles: boolean,
  command: Command,
  site: Site,
  context: Context | undefined,
): readonly ToolCache[] | InputsRefusal {
  if (site.env.get("GOPROXY") === "off") return neededCache(label, "GOPROXY=off");
  const home = isGoImage(site) ? "/go" : belowHome(site, "go");
  const gopath = cacheDirectory(site, ["GOPATH"], home);
  const modules = cacheDirectory(site, ["GOMODCACHE"], gopath === undefined ? undefined : `${gopath}/pkg/mod`);
  const builds = cacheDirectory(site, ["GOCACHE"], belowCacheHome(site, "go-build"));
  const vendored = compiles && isVendored(command, site, context);
  if ((modules === undefined && !vendored) || builds === undefined) return unknownCache(label);
  return [
    ...(vendored || modules === undefined ? [] : [{ path: modules, holds: "dependencies" } as const]),
    ...(compiles ? [{ path: builds, holds: "builds" } as const] : []),
  ];
}

/** Nothing is taken from the module cache: vendor/ is committed, or -mod=vendor says so. */
function isVendored({ text }: Command, site: Site, context: Context | undefined): boolean {
  if (/-mod=vendor\b/.test(`${text} ${site.env.get("GOFLAGS") ?? ""}`)) return true;
  const path = site.toContext("vendor/modules.txt");
  return path !== undefined && context?.kind(path) !== undefined;
}

/** `-ldflags "..."` takes one dash, unlike the options of most programs. */
function singleDash<T extends { readonly text: string; readonly value: string | undefined }>(word: T): T {
  const long = /^-([a-zA-Z][\w]+)=/.exec(word.text);
  return long === null
    ? word
    : { ...word, text: `-${word.text}`, value: word.value === undefined ? undefined : `-${word.value}` };
}

const at = (folder: string, name: string): string => clean(folder === "" ? name : `${folder}/${name}`);

function moduleInputs(install: Install, site: Site, context: Context): Inputs | InputsRefusal {
  const root = moduleRoot(install, site, context);
  if ("reason" in root) return root;
  const { folder } = root;
  if (context.kind(at(folder, "vendor/modules.txt")) !== undefined) {
    return { code: "vendored", reason: `${at(folder, "vendor")} is committed: nothing is downloaded` };
  }
  const closure = new Map<string, "module">();
  const read = context.kind(at(folder, "go.mod")) === undefined ? undefined : visit(folder, context, closure);
  if (read !== undefined) return read;
  const work = at(folder, "go.work");
  const extra: string[] = [];
  if (site.env.get("GOWORK") !== "off" && context.kind(work) !== undefined) {
    const found = readWork(work, folder, context, closure);
    if ("reason" in found) return found;
    extra.push(...found.paths);
  }
  const modules = [...closure.keys()];
  const sums = (one: string): string[] => (context.kind(at(one, "go.sum")) === undefined ? [] : [at(one, "go.sum")]);
  const [main = folder, ...others] = modules;
  const requires = (one: string): boolean => {
    const text = context.read(at(one, "go.mod"));
    return "problem" in text || readGoMod(text.text).requires;
  };
  if (!modules.some(requires))
    return { code: "no-dependencies", reason: `${at(main, "go.mod")} requires nothing: there is nothing to download` };
  const paths = [
    at(main, "go.mod"),
    ...sums(main),
    ...[...others.flatMap((one) => [at(one, "go.mod"), ...sums(one)]), ...extra].sort(),
  ];
  if (install.label === "go mod download") return { paths, notes: [] };
  const notes = [
    "the module cache of that stage then holds every module that go.mod names, also those that this build does not use",
  ];
  return { paths, notes, insert: { text: "go mod download", directory: root.image, cacheOnly: true } };
}

/** go looks for go.mod from the directory upwards. */
function moduleRoot(
  install: Install,
  site: Site,
  context: Context,
): { readonly folder: string; readonly image: string } | InputsRefusal {
  let image: string | undefined = install.directory;
  for (let depth = 0; image !== undefined && depth < 64; depth++) {
    for (const name of site.env.get("GOWORK") === "off" ? ["go.mod"] : ["go.mod", "go.work"]) {
      const path = site.toContext(`${image === "/" ? "" : image}/${name}`);
      if (path !== undefined && context.kind(path) !== undefined)
        return { folder: path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "", image };
    }
    if (image === "/") break;
    image = resolvePath(image, "..");
  }
  return {
    code: "no-go-mod",
    reason: `\`${install.label}\` runs in ${install.directory}, where no COPY brings a go.mod`,
  };
}

/** A module and, through local replaces, the modules it needs the go.mod of. */
function visit(folder: string, context: Context, closure: Map<string, "module">): InputsRefusal | undefined {
  if (closure.has(folder)) return undefined;
  const path = at(folder, "go.mod");
  const read = context.read(path);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${path}: ${read.problem}` };
  closure.set(folder, "module");
  for (const { path: target, line } of readGoMod(read.text).locals) {
    const refusal = visitLocal(target, path, line, folder, context, closure);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function visitLocal(
  target: string,
  path: string,
  line: number,
  folder: string,
  context: Context,
  closure: Map<string, "module">,
): InputsRefusal | undefined {
  const local = target.startsWith("/") ? ".." : clean(folder === "" ? target : `${folder}/${target}`);
  const inside = local !== ".." && !local.startsWith("../");
  const module = local === "." ? "" : local;
  if (!inside || context.kind(at(module, "go.mod")) === undefined) {
    return { code: "local-replace", reason: `${path}:${line}: ${target} has no go.mod in the build context` };
  }
  return visit(module, context, closure);
}

function readWork(
  work: string,
  folder: string,
  context: Context,
  closure: Map<string, "module">,
): { readonly paths: readonly string[] } | InputsRefusal {
  const read = context.read(work);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${work}: ${read.problem}` };
  for (const { path: target, line } of readGoMod(read.text).locals) {
    const refusal = visitLocal(target, work, line, folder, context, closure);
    if (refusal !== undefined) return refusal;
  }
  const sum = at(folder, "go.work.sum");
  return { paths: [work, ...(context.kind(sum) === undefined ? [] : [sum])] };
}
