import { resolve } from "node:path";
import { SETTING_OPTIONS, type SettingOption } from "../../config/options.js";
import { noTransform, type Layer } from "../../config/resolve.js";
import { valueAt, type Settings, type SettingsInForce } from "../../config/settings.js";
import type { Transform } from "../../transform.js";
import type { Given } from "../arguments.js";
import { UsageError } from "../exit.js";

/** What the command line says. `below`: what is in force without it. @throws UsageError */
export function commandLine(given: Given, cwd: string, below: SettingsInForce, known: readonly Transform[]): Layer {
  let settings: Settings = {};
  for (const option of SETTING_OPTIONS) {
    const value = option.choice === undefined ? valueOf(option, given, cwd) : choiceOf(option, given, settings, below);
    if (value !== undefined) settings = withValue(settings, option.leaf.keys, value);
  }
  const names = known.map(({ name }) => name);
  for (const name of [...(settings.only ?? []), ...(settings.also ?? []), ...(settings.skip ?? [])])
    if (!names.includes(name)) throw new UsageError(noTransform(name, names));
  return { settings, origin: () => "command line" };
}

function valueOf({ name, leaf }: SettingOption, given: Given, cwd: string): unknown {
  const { setting } = leaf;
  const text = given.text(name);
  if (text === undefined) return undefined;
  switch (setting.kind) {
    case "names":
      return text.split(",").map((one) => one.trim());
    case "path":
      return text === "-" ? text : resolve(cwd, text);
    case "number": {
      const number = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
      if (!(number <= (setting.most ?? Infinity)))
        throw new UsageError(
          `--${name} ${text}: give a number from 0 ${setting.most === undefined ? "on" : `to ${setting.most}`}.`,
        );
      return number;
    }
    case "text":
      if (!new RegExp(setting.pattern).test(text))
        throw new UsageError(`--${name} ${text}: there is no such ${name}. Give ${setting.wanted}.`);
      return text;
    default:
      return text;
  }
}

/** A flag sets its choice; `--no-` of it leaves the one before at most. */
function choiceOf(
  { name, leaf, choice }: SettingOption,
  given: Given,
  settings: Settings,
  below: SettingsInForce,
): unknown {
  const { setting, keys } = leaf;
  if (setting.kind !== "choice" || choice === undefined) return undefined;
  const flag = given.flag(name);
  if (flag === true) return choice;
  const current = setting.choices.indexOf(String(valueAt(settings, keys) ?? valueAt(below, keys)));
  const before = setting.choices.indexOf(choice) - 1;
  return flag === false && current > before ? setting.choices[before] : undefined;
}

function withValue(settings: object, [first, ...rest]: readonly string[], value: unknown): object {
  if (first === undefined) return settings;
  const inner = (settings as Readonly<Record<string, object | undefined>>)[first] ?? {};
  return { ...settings, [first]: rest.length === 0 ? value : withValue(inner, rest, value) };
}
