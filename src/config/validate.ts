import { nearest } from "../syntax/validate.js";
import { patternProblem } from "./globs.js";
import { noTransform } from "./resolve.js";
import { schemaOf } from "./schema.js";
import { LEAVES, SETTINGS, valueAt, type Configuration, type Setting, type SettingTable } from "./settings.js";
import { locate, plainOf, repeatedKeys, type Problem, type Tree } from "./tree.js";

/** A key of a configuration, or an index in one of its lists. */
type Keys = readonly (string | number)[];

/** What a configuration says, or all that is wrong with it, in the order of the file. `transforms`: see `schemaOf`. */
export function validate(
  tree: Tree,
  transforms: readonly string[],
): { readonly configuration: Configuration } | { readonly problems: readonly Problem[] } {
  const value = plainOf(tree);
  const { success, error } = schemaOf(transforms).safeParse(value);
  const issues = error?.issues ?? [];
  const problems = [
    ...issues.flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownKey(tree, keysOf(issue.path), key))
        : [misfit(tree, value, keysOf(issue.path))],
    ),
    ...repeatedKeys(tree),
    ...textsAt(tree, (keys) => keys.at(-2) === "files" || keys[0] === "ignore").flatMap(({ keys, text }) => {
      const problem = text === "" ? undefined : patternProblem(text);
      return problem === undefined ? [] : [at(tree, keys, `${JSON.stringify(text)}: ${problem}.`)];
    }),
  ];
  if (success && problems.length === 0) return { configuration: value as Configuration };
  return { problems: inOrder(problems) };
}

/** Transforms that a configuration names and nobody has. */
export function unknownTransforms(tree: Tree, known: readonly string[]): readonly Problem[] {
  const names = LEAVES.filter(({ setting }) => setting.kind === "names").map(({ keys }) => keys.at(-1));
  return textsAt(tree, (keys) => names.includes(String(keys.at(-2))))
    .filter(({ text }) => !known.includes(text))
    .map(({ keys, text }) => at(tree, keys, noTransform(text, known)));
}

export const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  [...problems].sort((a, b) => a.line - b.line || a.column - b.column);

const keysOf = (path: readonly PropertyKey[]): Keys => path.map((key) => (typeof key === "number" ? key : String(key)));

/** "overrides[0].thresholds.share"; the place says which item of a list is meant. */
const nameOf = (keys: Keys): string =>
  (typeof keys.at(-1) === "number" && keys[0] !== "overrides" ? keys.slice(0, -1) : keys)
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${key}`))
    .join("");

const at = (tree: Tree, keys: Keys, message: string): Problem => ({
  ...locate(tree, keys),
  message: keys.length === 0 ? message : `${nameOf(keys)}: ${message}`,
});

function unknownKey(tree: Tree, above: Keys, key: string): Problem {
  const known = keysBelow(above);
  const near = nearest(key, known);
  const whole = Object.hasOwn(SETTINGS, key) && above[0] === "overrides";
  const advice = whole
    ? "It is for all files; set it beside overrides."
    : near === undefined
      ? `There are: ${known.join(", ")}.`
      : `Did you mean ${near}?`;
  const message = whole ? "no override may have it." : "there is no such setting.";
  return { ...locate(tree, [...above, key], true), message: `${nameOf([...above, key])}: ${message} ${advice}` };
}

/** The keys that may stand at a place. */
function keysBelow(above: Keys): readonly string[] {
  if (above.length === 0) return [...Object.keys(SETTINGS), "overrides"];
  const [first, , ...rest] = above;
  const inOverride = first === "overrides";
  const setting = settingAt(above);
  if (setting?.kind === "group") return Object.keys(setting.members);
  return inOverride && rest.length === 0
    ? ["files", ...Object.entries<Setting>(SETTINGS).flatMap(([name, { whole }]) => (whole === true ? [] : [name]))]
    : [];
}

function settingAt(keys: Keys): Setting | undefined {
  const [first, ...rest] = keys[0] === "overrides" ? keys.slice(2) : keys;
  const within = (table: SettingTable, key: string | number | undefined, below: Keys): Setting | undefined => {
    const setting = key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
    return setting?.kind === "group" && below.length > 0 ? within(setting.members, below[0], below.slice(1)) : setting;
  };
  return within(SETTINGS, first, rest);
}

/** A value that is not what its setting takes. */
function misfit(tree: Tree, value: unknown, keys: Keys): Problem {
  const found = valueAt(value, keys);
  const setting = settingAt(keys);
  if (found === undefined && keys.at(-1) === "files")
    return at(tree, keys, "it is missing. Name the files that the override is for.");
  if (setting?.kind === "choice" && typeof found === "string") {
    const near = nearest(found, setting.choices);
    return at(
      tree,
      keys,
      `${shown(found)} is none of ${setting.choices.join(", ")}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
    );
  }
  const fits = typeof found === (setting?.kind === "number" ? "number" : "string") && found !== "";
  const what = fits && (setting?.kind === "number" || setting?.kind === "text") ? "will not do" : `is ${kindOf(found)}`;
  return at(tree, keys, `${shown(found)} ${what}. Give ${wanted(setting, keys)}.`);
}

function wanted(setting: Setting | undefined, keys: Keys): string {
  const item = typeof keys.at(-1) === "number";
  if (keys.length === 0) return "settings, each by its name";
  if (setting === undefined) {
    if (keys.at(-1) === "overrides") return "a list of overrides, each with files";
    if (keys[0] === "overrides" && keys.length === 2) return "files and their settings";
    return keys.includes("files") ? patterns(item) : "a text";
  }
  switch (setting.kind) {
    case "choice":
      return `one of ${setting.choices.join(", ")}`;
    case "names":
      return item ? "the name of a transform" : "a list of names of transforms";
    case "text":
      return setting.wanted;
    case "path":
      return "a path, from this file's folder";
    case "number":
      return setting.most === undefined ? "a number from 0 on" : `a number from 0 to ${setting.most}`;
    case "globs":
      return patterns(item);
    case "modules":
      return item ? "a package or a file" : "a list of packages or files";
    case "group":
      return `${Object.keys(setting.members).join(", ")}, each with its value`;
  }
}

const patterns = (item: boolean): string =>
  item ? "a pattern, such as legacy/**" : "a list of patterns, such as legacy/**";

/** Enough of a value to know it again. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "[...]";
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0 ? "{}" : "{...}";
  if (typeof value === "function") return "() => ...";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (value === "") return "empty";
  if (typeof value === "string") return "a text";
  if (typeof value === "boolean") return "a truth value";
  if (Array.isArray(value)) return value.length === 0 ? "empty" : "a list";
  return value instanceof Date ? "a date" : typeof value === "object" ? "a group of settings" : `a ${typeof value}`;
}

/** All texts in the lists of a tree that stand at keys which fit. */
function textsAt(
  tree: Tree,
  fits: (keys: Keys) => boolean,
  keys: Keys = [],
): readonly { readonly keys: Keys; readonly text: string }[] {
  if (tree.kind === "scalar") return typeof tree.value === "string" && fits(keys) ? [{ keys, text: tree.value }] : [];
  if (tree.kind === "list") return tree.items.flatMap((item, index) => textsAt(item, fits, [...keys, index]));
  return tree.entries.flatMap(({ key, value }) => textsAt(value, fits, [...keys, key]));
}
