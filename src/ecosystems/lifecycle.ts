import type { Context } from "../context/context.js";
import { clean } from "../context/go-match.js";
import { readText } from "../shell/parse.js";
import type { Command } from "../shell/script.js";
import type { InputsRefusal } from "./ecosystem.js";
import type { PackageJson } from "./package-json.js";

/** Scripts that npm, yarn 1, pnpm and bun run for the project itself at install; each may read the source. */
export const INSTALL_SCRIPTS = [
  "preinstall",
  "install",
  "postinstall",
  "prepublish",
  "preprepare",
  "prepare",
  "postprepare",
] as const;

/** Programs that read nothing of the source, or do the same without it. */
const HARMLESS = new Set(
  ": [ check-engine check-node-version echo exit false is-ci ngcc only-allow opencollective opencollective-postinstall pinst printf test true use-yarn yarn-deduplicate".split(
    " ",
  ),
);

/** Put hooks into .git, and files beside it; without a .git they only say so, or fail. */
const HOOKS = new Set(["husky", "lefthook", "simple-git-hooks"]);

/** Runners that only name the program to run. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  npx: [""],
  bunx: [""],
  pnpx: [""],
  npm: ["exec", "x"],
  pnpm: ["exec", "dlx"],
  yarn: ["exec", "dlx", "run"],
  bun: ["x"],
};

/** The context paths that a project's install scripts read beside the manifests; or the script that reads source. */
export function lifecycleInputs(
  manifest: PackageJson,
  context: Context,
  names: readonly string[] = INSTALL_SCRIPTS,
): readonly string[] | InputsRefusal {
  const extra: string[] = [];
  for (const name of names) {
    if (!manifest.scripts.has(name)) continue;
    const read = scriptInputs(name, manifest, context, new Set());
    if ("reason" in read) return read;
    extra.push(...read);
  }
  const gyp = join(manifest.folder, "binding.gyp");
  if (
    names.includes("install") &&
    context.kind(gyp) !== undefined &&
    !manifest.scripts.has("install") &&
    !manifest.scripts.has("preinstall")
  ) {
    return {
      code: "lifecycle-script",
      reason: `${manifest.path}: the install compiles the source, because there is a ${gyp}`,
    };
  }
  return extra;
}

const join = (folder: string, path: string): string => clean(folder === "" ? path : `${folder}/${path}`);

function scriptInputs(
  name: string,
  manifest: PackageJson,
  context: Context,
  seen: Set<string>,
): string[] | InputsRefusal {
  const body = manifest.scripts.get(name);
  if (body === undefined || seen.has(name)) return [];
  seen.add(name);
  const script = readText({ text: body, segments: [{ joined: 0, source: 0, length: body.length }] }, "shell");
  if (script.problem !== undefined) return refuse(manifest, name, body, `which cannot be read: ${script.problem}`);
  const extra: string[] = [];
  for (const command of script.commands) {
    const read = commandInputs(command, name, manifest, context, seen);
    if ("reason" in read) return read;
    extra.push(...read);
  }
  return extra;
}

function commandInputs(
  command: Command,
  name: string,
  manifest: PackageJson,
  context: Context,
  seen: Set<string>,
): string[] | InputsRefusal {
  const words = command.args.map((word) => word.value ?? "");
  const program = command.program ?? "";
  if (HARMLESS.has(program)) return [];
  if (HOOKS.has(program)) {
    return context.kind(".git") === undefined
      ? []
      : refuse(
          manifest,
          name,
          command.text,
          "which writes git hooks, as .git is in the build context; keep it out by .dockerignore",
        );
  }
  if (program === "node" && /^(?:-e|--eval|-p)$/.test(words[0] ?? "") && isSelfContained(words[1] ?? "require"))
    return [];
  if (program === "patch-package") {
    const folder = join(manifest.folder, valueOf(words, "--patch-dir") ?? "patches");
    return context.kind(folder) === undefined ? [] : [folder];
  }
  if (program === "prisma" && words[0] === "generate")
    return (
      prismaInputs(words, manifest, context) ??
      refuse(manifest, name, command.text, "whose schema is not in the build context")
    );
  const nested = runScripts(program, words, manifest);
  if (nested !== undefined) {
    const all: string[] = [];
    for (const one of nested.flatMap((script) => [`pre${script}`, script, `post${script}`])) {
      const read = scriptInputs(one, manifest, context, seen);
      if ("reason" in read) return read;
      all.push(...read);
    }
    return all;
  }
  const runner = Object.hasOwn(RUNNERS, program) ? RUNNERS[program] : undefined;
  const verb = runner?.includes("") === true ? 0 : runner?.includes(words[0] ?? "") === true ? 1 : undefined;
  if (verb !== undefined) {
    const at = words.findIndex((word, index) => index >= verb && !word.startsWith("-"));
    const inner = words[at]?.replace(/(?!^)@[^]*$/, "");
    if (inner !== undefined)
      return commandInputs(
        { ...command, program: inner, args: command.args.slice(at + 1) },
        name,
        manifest,
        context,
        seen,
      );
  }
  const file = [command.programPath, ...words].find(
    (word) => word !== undefined && word !== "" && context.kind(join(manifest.folder, word)) !== undefined,
  );
  return refuse(manifest, name, command.text, file === undefined ? "which may read the source" : "which is source");
}

/** Code of `node -e` that can reach no file: it loads nothing and evaluates nothing. */
const isSelfContained = (code: string): boolean =>
  !/\b(?:require|import|eval|Function|module|globalThis|getBuiltinModule|binding|dlopen|mainModule)\b/.test(code);

function refuse(manifest: PackageJson, name: string, command: string, why: string): InputsRefusal {
  return {
    code: "lifecycle-script",
    reason: `${manifest.path}: ${name} runs \`${command.replace(/\s+/g, " ")}\`, ${why}`,
  };
}

/** Names of the package's own scripts that a command runs; undefined when it runs none. */
function runScripts(program: string, words: readonly string[], manifest: PackageJson): readonly string[] | undefined {
  const plain = words.filter((word) => !word.startsWith("-"));
  if (/^(?:run-s|run-p|npm-run-all|npm-run-all2)$/.test(program))
    return plain.every((word) => manifest.scripts.has(word)) ? plain : undefined;
  if (!["npm", "yarn", "pnpm", "bun"].includes(program)) return undefined;
  const [verb, script] = plain;
  if (verb === "run" || verb === "run-script")
    return script !== undefined && manifest.scripts.has(script) ? [script] : undefined;
  return program !== "npm" && verb !== undefined && manifest.scripts.has(verb) ? [verb] : undefined;
}

function prismaInputs(words: readonly string[], manifest: PackageJson, context: Context): string[] | undefined {
  const named = valueOf(words, "--schema") ?? manifest.prismaSchema;
  const schema = [named, "prisma/schema.prisma", "schema.prisma", "prisma"]
    .filter((one) => one !== undefined)
    .map((one) => join(manifest.folder, one));
  const found = schema.find((path) => context.kind(path) !== undefined);
  if (found === undefined) return undefined;
  // Migrations lie beside the schema, but generate does not read them.
  return [found];
}

function valueOf(words: readonly string[], option: string): string | undefined {
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  const word = words[at];
  return word === undefined ? undefined : word === option ? words[at + 1] : word.slice(option.length + 1);
}
