import { nameOrigin, originOf, select, type Layer } from "./resolve.js";
import { SETTINGS, valueAt, type SettingsInForce, type SettingTable } from "./settings.js";

/** The settings in force for a file, and who has set each: `--print-config`. */
export interface Described {
  /** null: nobody knows. */
  readonly file: string | null;
  readonly config: string | undefined;
  readonly ignoredBy: string | undefined;
  readonly values: SettingsInForce;
  readonly layers: readonly Layer[];
  readonly known: Parameters<typeof select>[1];
}

export function settingsJson({ file, config, ignoredBy, values, layers, known }: Described): string {
  const within = (table: SettingTable, above: readonly string[]): object =>
    Object.fromEntries(
      Object.entries(table)
        .filter(([, setting]) => setting.kind !== "names")
        .map(([name, setting]) => {
          const keys = [...above, name];
          if (setting.kind === "group") return [name, within(setting.members, keys)];
          return [name, { value: valueAt(values, keys) ?? null, from: nameOrigin(originOf(layers, keys)) }];
        }),
    );
  const transforms = Object.fromEntries(
    [...select(layers, known)].map(([name, { runs, origin }]) => [name, { value: runs, from: nameOrigin(origin) }]),
  );
  const ignored = { value: ignoredBy !== undefined, from: ignoredBy ?? "default" };
  return `${JSON.stringify({ file, config: config ?? null, ignored, settings: within(SETTINGS, []), transforms }, null, 2)}\n`;
}
