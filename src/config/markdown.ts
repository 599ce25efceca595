import { SETTING_OPTIONS } from "./options.js";
import { exampleOf, LEAVES, type Leaf } from "./settings.js";

/** The table of docs/configuration.md. */
export function settingsMarkdown(): string {
  const rows = LEAVES.map((leaf) => {
    const options = SETTING_OPTIONS.filter((option) => option.leaf.keys === leaf.keys).map(
      ({ name, value }) => `\`--${name}${value === undefined ? "" : ` ${value}`}\``,
    );
    const scope = leaf.setting.whole === true ? "" : "yes";
    return `| \`${leaf.keys.join(".")}\` | ${leaf.setting.help} | ${valuesOf(leaf)} | ${options.join(" ")} | ${scope} |`;
  });
  return ["| key | meaning | values | command line | in overrides |", "| --- | --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

function valuesOf({ setting }: Leaf): string {
  if (setting.kind === "choice")
    return setting.choices.map((choice) => `\`${choice}\`${choice === setting.default ? " (default)" : ""}`).join(", ");
  const example = `\`${JSON.stringify(exampleOf(setting))}\``;
  return "default" in setting ? `default ${example}` : `such as ${example}`;
}
