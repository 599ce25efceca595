import { DEFAULT_THRESHOLDS } from "../facts/cost/thresholds.js";
import type { Safety } from "../transform.js";

interface Described {
  /** One line: --help, the README, editors and docs/configuration.md show it. */
  readonly help: string;
}

/** How a setting is called on the command line; a setting without that is only for configuration files. */
interface OnCommandLine {
  /** Default: the setting's own name. */
  readonly name?: string;
  /** Placeholder of the value. */
  readonly value: string;
  readonly group: "Rewrites" | "Input" | "Output";
  /** Default: the setting's own. */
  readonly help?: string;
}

/** What values a setting may have. */
export type Setting = Described &
  (
    | {
        readonly kind: "choice";
        readonly choices: readonly string[];
        readonly default: string;
        /** A choice as a flag of its own, and its line of --help. */
        readonly flags?: Readonly<Record<string, string>>;
      }
    /** Names of transforms; `NAME,..` on the command line. */
    | { readonly kind: "names"; readonly example: readonly string[]; readonly option?: OnCommandLine }
    | {
        readonly kind: "text";
        /** Source of a regular expression. */
        readonly pattern: string;
        /** What may be given, for people. */
        readonly wanted: string;
        readonly default: string;
        readonly option?: OnCommandLine;
      }
    /** Relative to the configuration file, or to the working directory of the command line. */
    | { readonly kind: "path"; readonly example: string; readonly option?: OnCommandLine }
    /** From 0 on. */
    | { readonly kind: "number"; readonly most?: number; readonly default: number; readonly option?: OnCommandLine }
    /** Patterns of paths below the configuration file's folder (globs.ts). */
    | { readonly kind: "globs"; readonly example: readonly string[] }
    /** Packages, or files as with `path` that start with a dot. */
    | { readonly kind: "modules"; readonly example: readonly string[] }
    | { readonly kind: "group"; readonly members: SettingTable }
  ) & {
    /** It means all files of a configuration: no override may have it. */
    readonly whole?: true;
  };

export type SettingTable = Readonly<Record<string, Setting>>;

/**
 * The one table of settings: options of the command line, keys of configuration files, their types, their schema and their docs are made
 * from it. A new setting is a new row.
 */
export const SETTINGS = {
  safety: {
    kind: "choice",
    choices: ["safe", "suggested", "unsafe"] satisfies readonly Safety[],
    default: "safe",
    help: "The least safe rewrites that are made",
    flags: {
      suggested: "Also apply what is right, but not proven",
      unsafe: "Also apply what changes the image",
    },
  },
  only: {
    kind: "names",
    example: ["split-manifest-copy"],
    help: "Only these transforms",
    option: { value: "NAME,..", group: "Rewrites" },
  },
  also: {
    kind: "names",
    example: ["use-npm-ci"],
    help: "These as well: some run only by name",
    option: { value: "NAME,..", group: "Rewrites" },
  },
  skip: {
    kind: "names",
    example: ["merge-run-chains"],
    help: "All but these transforms",
    option: { value: "NAME,..", group: "Rewrites" },
  },
  thresholds: {
    kind: "group",
    help: "What moving a step has to save of an average rebuild",
    members: {
      seconds: { kind: "number", default: DEFAULT_THRESHOLDS.seconds, help: "So many seconds are enough" },
      share: {
        kind: "number",
        most: 1,
        default: DEFAULT_THRESHOLDS.share,
        help: "So is this share, 0 to 1, of the stage's rebuild",
      },
      minSeconds: {
        kind: "number",
        default: DEFAULT_THRESHOLDS.minSeconds,
        help: "Less than so many seconds never are enough",
        option: {
          name: "min-seconds",
          value: "N",
          group: "Rewrites",
          help: "Move steps only to save so much (default 1)",
        },
      },
    },
  },
  maxSeconds: {
    kind: "number",
    default: 60,
    help: "A file that takes longer, in seconds, is left as it is",
  },
  builder: {
    kind: "text",
    pattern: String.raw`^(?:buildkit|docker|buildah|podman|kaniko|classic|linear)(?:@v?\d+(?:\.\d+)*)?$`,
    wanted: "buildkit, buildah, podman, kaniko, classic or linear; a version may follow (buildah@1.23)",
    default: "buildkit",
    help: "buildkit (default), buildah[@1.23], kaniko, classic",
    option: { value: "NAME", group: "Input" },
  },
  timings: {
    kind: "path",
    example: "build.log",
    help: "Log of docker build --progress=plain, for seconds",
    option: { value: "FILE", group: "Input" },
  },
  context: {
    kind: "path",
    example: ".",
    help: "Build context (default: by compose, bake, or COPYs)",
    option: { value: "DIR", group: "Input" },
  },
  ignore: { kind: "globs", whole: true, example: ["vendor/**"], help: "Dockerfiles that are left alone" },
  plugins: {
    kind: "modules",
    whole: true,
    example: ["./tools/dockopt-plugin.js"],
    help: "Packages or files with more transforms",
  },
} as const satisfies SettingTable;

/** A value as a configuration file has it. */
type Value<S> = S extends { readonly kind: "choice"; readonly choices: readonly (infer Choice)[] }
  ? Choice
  : S extends { readonly kind: "text" | "path" }
    ? string
    : S extends { readonly kind: "number" }
      ? number
      : S extends { readonly kind: "names" | "globs" | "modules" }
        ? readonly string[]
        : S extends { readonly members: infer Members }
          ? { readonly [K in keyof Members]?: Value<Members[K]> }
          : never;

/** A value after all that is not said has got its default; undefined: there is none. */
type InForce<S> = S extends { readonly members: infer Members }
  ? { readonly [K in keyof Members]: InForce<Members[K]> }
  : S extends { readonly default: unknown }
    ? Value<S>
    : Value<S> | undefined;

type Table = typeof SETTINGS;

type ForWhole = { [K in keyof Table]: Table[K] extends { readonly whole: true } ? K : never }[keyof Table];

/** What one place says: a configuration, an override, the command line. */
export type Settings = { readonly [K in keyof Table]?: Value<Table[K]> };

/** For the files that match; the last one that does wins. */
export type Override = Omit<Settings, ForWhole> & { readonly files: readonly string[] };

/** A configuration file. */
export interface Configuration extends Settings {
  readonly $schema?: string;
  readonly overrides?: readonly Override[];
}

/** What is in force for a file. What runs is told by name (`Selection`). */
export type SettingsInForce = {
  readonly [K in keyof Table as Table[K] extends { readonly kind: "names" } ? never : K]: InForce<Table[K]>;
};

/** A setting with a value of its own, and the keys that lead to it: ["thresholds", "share"]. */
export interface Leaf {
  readonly keys: readonly [string, ...string[]];
  readonly setting: Exclude<Setting, { readonly kind: "group" }>;
}

/** The settings that are no groups. */
export function leavesOf(table: SettingTable): readonly Leaf[] {
  return Object.entries(table).flatMap(([name, setting]): readonly Leaf[] =>
    setting.kind === "group"
      ? leavesOf(setting.members).map((leaf) => ({ ...leaf, keys: [name, ...leaf.keys] }))
      : [{ keys: [name], setting }],
  );
}

export const LEAVES = leavesOf(SETTINGS);

/** The value at some keys, or undefined. */
export function valueAt(value: unknown, keys: readonly (string | number)[]): unknown {
  const [first, ...rest] = keys;
  if (first === undefined) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, first)) return undefined;
  return valueAt((value as Readonly<Record<string | number, unknown>>)[first], rest);
}

/** What a setting is without a word about it, or else what it may look like. */
export const exampleOf = (setting: Leaf["setting"]): unknown =>
  "example" in setting ? setting.example : setting.default;
