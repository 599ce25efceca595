import { LEAVES, type Leaf } from "./settings.js";

/** An option of the command line that is a setting, too. */
export interface SettingOption {
  readonly name: string;
  readonly leaf: Leaf;
  /** The value that a flag stands for; undefined: the option has a value of its own. */
  readonly choice?: string;
  readonly type: "boolean" | "string";
  readonly value?: string;
  readonly group: "Rewrites" | "Input" | "Output";
  readonly help: string;
}

/** In the table's order. */
export const SETTING_OPTIONS: readonly SettingOption[] = LEAVES.flatMap((leaf): readonly SettingOption[] => {
  const { setting, keys } = leaf;
  if (setting.kind === "choice")
    return Object.entries(setting.flags ?? {}).map(([choice, help]) => ({
      name: choice,
      leaf,
      choice,
      type: "boolean",
      group: "Rewrites",
      help,
    }));
  if (!("option" in setting)) return [];
  const { name = keys.join("-"), value, group, help = setting.help } = setting.option;
  return [{ name, leaf, type: "string", value, group, help }];
});
