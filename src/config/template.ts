import { exampleOf, SETTINGS, type Setting, type SettingTable } from "./settings.js";

/** A setting that a new configuration has from the start, and why. */
export interface Chosen {
  readonly name: string;
  readonly value: string;
  readonly why: string;
}

/**
 * A new dockopt.config.yaml: every setting as a comment, with its default or an example, but those chosen. `schema`: where editors find what
 * may be said, if anywhere.
 */
export function configTemplate(schema: string | undefined, chosen: readonly Chosen[]): string {
  const blocks = Object.entries(SETTINGS).map(([name, setting]) => {
    const own = chosen.find((one) => one.name === name);
    return own === undefined
      ? [`# ${about(setting)}`, ...lines(name, setting).map((line) => `#${line}`)]
      : [`# ${about(setting)}`, `# (${own.why})`, `${name}: ${own.value}`];
  });
  const head = [
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
    "# Configuration of dockopt. What is commented out shows the default, or an example.",
    "# dockopt --print-config FILE shows what is in force for a Dockerfile, and why.",
  ];
  const overrides = [
    "# Settings of some files, by patterns of paths below this folder; the last one that matches wins",
    "#overrides:",
    "#  - files: [services/legacy/**]",
    "#    safety: safe",
  ];
  return `${[head, ...blocks, overrides].map((block) => block.join("\n")).join("\n\n")}\n`;
}

const about = (setting: Setting): string =>
  setting.kind === "choice" ? `${setting.help}: ${setting.choices.join(", ")}` : setting.help;

function lines(name: string, setting: Setting): readonly string[] {
  if (setting.kind === "group") return [`${name}:`, ...members(setting.members)];
  const value = exampleOf(setting);
  return [`${name}: ${Array.isArray(value) ? `[${value.join(", ")}]` : String(value)}`];
}

const members = (table: SettingTable): readonly string[] =>
  Object.entries(table).flatMap(([name, setting]) =>
    lines(name, setting).map((line, index) => `  ${line}${index === 0 ? ` # ${setting.help}` : ""}`),
  );
