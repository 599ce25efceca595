import { nearest } from "../syntax/validate.js";
import { SETTINGS, valueAt, type Setting, type Settings, type SettingsInForce, type SettingTable } from "./settings.js";
import type { Position } from "./tree.js";

/** Who has set something. */
export type Origin = "default" | "command line" | (Position & { readonly path: string });

/** What one place says. */
export interface Layer {
  readonly settings: Settings;
  readonly origin: (keys: readonly string[]) => Origin;
}

/** Whether each transform runs, by its name, and who says so. */
export type Selection = ReadonlyMap<string, { readonly runs: boolean; readonly origin: Origin }>;

/** Of several layers, the weakest first, the last one that says something has the word, setting by setting. */
export function inForce(layers: readonly Layer[]): SettingsInForce {
  const within = (table: SettingTable, above: readonly string[]): object =>
    Object.fromEntries(
      Object.entries(table)
        .filter(([, setting]) => setting.kind !== "names")
        .map(([name, setting]: [string, Setting]) => {
          const keys = [...above, name];
          if (setting.kind === "group") return [name, within(setting.members, keys)];
          const said = lastThatSays(layers, keys);
          return [name, said ? valueAt(said.settings, keys) : "default" in setting ? setting.default : undefined];
        }),
    );
  return within(SETTINGS, []) as SettingsInForce;
}

export const originOf = (layers: readonly Layer[], keys: readonly string[]): Origin =>
  lastThatSays(layers, keys)?.origin(keys) ?? "default";

const lastThatSays = (layers: readonly Layer[], keys: readonly string[]): Layer | undefined =>
  layers.findLast((layer) => valueAt(layer.settings, keys) !== undefined);

/** Each layer changes what the ones before it have chosen: `only` starts anew, `also` adds, `skip` takes away. */
export function select(
  layers: readonly Layer[],
  transforms: readonly { readonly name: string; readonly optIn?: true }[],
): Selection {
  const selection = new Map<string, { readonly runs: boolean; readonly origin: Origin }>();
  for (const { name, optIn } of transforms) {
    let state = { runs: optIn !== true, origin: "default" as Origin };
    for (const { settings, origin } of layers) {
      const { only, also, skip } = settings;
      if (only !== undefined) state = { runs: only.includes(name), origin: origin(["only"]) };
      if (also?.includes(name) === true) state = { runs: true, origin: origin(["also"]) };
      if (skip?.includes(name) === true) state = { runs: false, origin: origin(["skip"]) };
    }
    selection.set(name, state);
  }
  return selection;
}

/** "dockopt.config.yaml:3:9" */
export const nameOrigin = (origin: Origin): string =>
  typeof origin === "string" ? origin : `${origin.path}:${origin.line}:${origin.column}`;

export function noTransform(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `there is no transform \`${name}\`.${near === undefined ? ` There are: ${known.join(", ")}.` : ` Did you mean ${near}?`}`;
}
