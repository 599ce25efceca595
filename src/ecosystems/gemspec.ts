import type { Context } from "../context/context.js";
import type { InputsRefusal } from "./ecosystem.js";
import { rubyInputs, RUBY } from "./ruby-script.js";
import { folderOf, scriptAt, within, type Script } from "./script-reads.js";

/**
 * What Bundler reads of a gem that lies in a folder of the project (`gemspec`, `path:`): every gemspec there and one level below, with what that
 * reads, and the programs that it names, which are linked and made executable (measured, Bundler 2.3).
 */
export function localGemInputs(folder: string, where: string, context: Context): readonly string[] | InputsRefusal {
  const specs = [...context.files(folder)].filter((path) => {
    const below = folder === "" ? path : path.slice(folder.length + 1);
    return path.endsWith(".gemspec") && below.split("/").length <= 2;
  });
  if (specs.length === 0)
    return {
      code: "local-gem",
      reason: `${where}: ${folder || "."} has no gemspec, so Bundler takes what it finds there`,
    };
  const paths: string[] = [];
  for (const spec of specs) {
    const read = gemspecInputs(spec, context);
    if ("reason" in read) return read;
    paths.push(...read);
  }
  return paths;
}

/** Lists of the gem's own files: Bundler puts them nowhere, they only may name its programs. */
const LISTING =
  /^(?:Dir\[|Dir\.glob\b|\.glob\b|`git ls-files|IO\.popen\(\s*(?:\[["']git["'],\s*["']ls-files|%w\[git ls-files)|\.readlines\("\\x0")/;

function gemspecInputs(path: string, context: Context): readonly string[] | InputsRefusal {
  const folder = folderOf(path);
  const script = scriptAt(path, folder, RUBY, context);
  if ("reason" in script) return script;
  const read = rubyInputs(path, folder, context, {
    libraries: within(folder, "lib") ?? folder,
    allows: ({ call }, { path: file }) => file === path && LISTING.test(call),
  });
  if ("reason" in read) return read;
  const programs = programsOf(script, context);
  return "reason" in programs ? programs : [...read, ...programs];
}

/** Files of the gem's programs: those that it names, or all that lie where they belong. */
function programsOf({ path, folder, text, code }: Script, context: Context): readonly string[] | InputsRefusal {
  const assigned = /\.executables?\b/.exec(code);
  if (assigned === null) return [];
  const directory =
    /\.bindir\s*=\s*["']([\w./-]+)["']/.exec(text)?.[1] ?? (/\.bindir\b/.test(code) ? undefined : "bin");
  const base = directory === undefined ? undefined : within(folder, directory);
  if (base === undefined) return { code: "local-gem", reason: `${path}: where its programs lie cannot be told` };
  const files = [...context.files(base)];
  if (files.length > 0 && /git["', ]+ls-files/.test(text) && !context.ignores(".git"))
    return {
      code: "local-gem",
      reason: `${path}: git tells which of ${base} are its programs, and .git comes with the source; keep .git out by .dockerignore`,
    };
  const odd = files.find((file) => context.executable(file) !== true);
  return odd === undefined
    ? files
    : {
        code: "bin-not-executable",
        reason: `${path}: the install makes ${odd} executable, which the later copy would undo; commit it as executable`,
      };
}
