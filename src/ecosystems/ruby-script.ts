import type { Context } from "../context/context.js";
import type { InputsRefusal } from "./ecosystem.js";
import { filesRead, scriptAt, within, type Dialect, type Read, type Script } from "./script-reads.js";

/** Ruby as Gemfiles and gemspecs are written in it. */
export const RUBY: Dialect = {
  language: "ruby",
  suspicious: new RegExp(
    [
      String.raw`(?<![\w.:@$])(?:File|IO|Dir|Pathname|FileUtils|Tempfile|YAML|Psych|JSON|Open3|Kernel|ObjectSpace|Net|URI|ERB|Marshal|DATA)\b(?!\s*(?:=>|:(?!:)))`,
      String.raw`(?<![\w.:@$])(?:open|load|require|require_relative|eval|eval_gemfile|instance_eval|system|exec|spawn|fork|autoload|__send__|send)\b(?!\s*(?:=>|:(?!:)|=))`,
      String.raw`\.(?:instance_eval|class_eval|module_eval|instance_exec|public_send|send|__send__|read|readlines|foreach|glob|load_file|popen|const_get)\b`,
      String.raw`(?<!\w)(?:Bundler\.(?:read_file|load_gemspec\w*|root|setup|require)|Gem::Specification\.load)\b`,
      "`",
      "%x",
    ].join("|"),
    "g",
  ),
  harmless:
    /(?:File|IO)::[A-Z_]+|File\.(?:join|expand_path|absolute_path|dirname|basename|extname)\b|Dir\.pwd\b|(?:YAML|JSON)\.(?:safe_load|load|parse)\b(?!_)|Dir\.chdir[\s(]+(?:__dir__|File\.dirname\(__FILE__\)|File\.expand_path\((?:__dir__|File\.dirname\(__FILE__\)|["']\.\.["']\s*,\s*__FILE__)\))/,
  reads: /(?:File|IO)\.(?:read|readlines|binread|foreach|open|new)\b|(?:YAML|JSON)\.(?:safe_)?load_file\b/,
  probes: /File\.(?:exists?|file|readable)\?/,
};

/** What else a kind of Ruby file may do, beside plain reads and libraries. */
export interface Allowance {
  /** Context folder in which `require` looks before the system's libraries. */
  readonly libraries?: string;
  allows(read: Read, script: Script): boolean;
}

/** A Ruby file and all that it reads, through the files that it requires. */
export function rubyInputs(
  path: string,
  workingFolder: string | undefined,
  context: Context,
  allowance: Allowance,
  seen = new Set<string>(),
): readonly string[] | InputsRefusal {
  if (seen.has(path)) return [];
  seen.add(path);
  const script = scriptAt(path, workingFolder, RUBY, context);
  if ("reason" in script) return script;
  const required: string[] = [];
  const plain = filesRead(script, context, (read) => {
    const file = requiredFile(read, script, context, allowance.libraries);
    if (typeof file === "string") required.push(file);
    return file !== undefined || allowance.allows(read, script);
  });
  if ("reason" in plain) return plain;
  const paths = [path, ...plain];
  for (const file of required) {
    const read = rubyInputs(file, workingFolder, context, allowance, seen);
    if ("reason" in read) return read;
    paths.push(...read);
  }
  return paths;
}

/** The project's file that a `require` loads; true: one of the system's; undefined: neither is certain. */
function requiredFile(
  { call }: Read,
  { folder, text }: Script,
  context: Context,
  libraries: string | undefined,
): string | true | undefined {
  const [, relative, name] = /^require(_relative)?[\s(]+["']([\w./-]+)["']/.exec(call) ?? [];
  if (name === undefined) return undefined;
  const file = `${name.replace(/\.rb$/, "")}.rb`;
  if (relative !== undefined) {
    const path = within(folder, file);
    return path !== undefined && context.kind(path) === "file" ? path : undefined;
  }
  if (/^[./]/.test(name)) return undefined;
  const own = libraries === undefined ? undefined : within(libraries, file);
  if (own !== undefined && context.kind(own) === "file") return own;
  const moved = /\$:|LOAD_PATH/.test(text) && [...context.files()].some((path) => path.endsWith(`/${file}`));
  return moved ? undefined : true;
}
