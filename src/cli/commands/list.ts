import { ecosystems } from "../../ecosystems/index.js";
import { slugOf } from "../../explain/pages.js";
import { plainJson, wrap } from "../../report/terminal.js";
import type { Transform } from "../../transform.js";
import { readArguments } from "../arguments.js";
import { EXIT, UsageError } from "../exit.js";
import { listOptions } from "../options.js";
import { openSettings } from "../settings.js";

/** `dockopt list`: what dockopt and the plug-ins in force here can do, in the order in which it tries. Returns the exit code. @throws UsageError */
export async function list(argv: readonly string[], cwd: string): Promise<number> {
  const given = readArguments(argv, listOptions);
  const [odd] = given.paths;
  if (odd !== undefined)
    throw new UsageError(`list takes no names, and was given ${odd}. dockopt explain ${odd} tells of one.`);
  const json = given.text("format") === "json";
  const { known } = await openSettings(given, cwd).for(undefined);
  process.stdout.write(json ? inJson(known) : given.has("ecosystems") ? ecosystemList() : transformList(known));
  return EXIT.fine;
}

function inJson(transforms: readonly Transform[]): string {
  const all = {
    version: 1,
    transforms: transforms.map(({ name, summary, safety, optIn = false, requires = [], hadolint = [] }) => ({
      name,
      summary,
      safety,
      optIn,
      requires,
      hadolint,
    })),
    ecosystems: ecosystems.map(({ name, about: { summary, installs, manifests, lockfiles } }) => ({
      name,
      summary,
      installs,
      manifests,
      lockfiles,
    })),
  };
  return plainJson(`${JSON.stringify(all, null, 2)}\n`);
}

const GROUPS: readonly (readonly [string, (one: Transform) => boolean])[] = [
  ["Applied by default (safe: the image stays the same):", (one) => one.optIn !== true && one.safety === "safe"],
  ["With --suggested (right, but not proven):", (one) => one.optIn !== true && one.safety === "suggested"],
  ["With --unsafe (changes the image):", (one) => one.optIn !== true && one.safety === "unsafe"],
  ["Only by name (--only NAME):", (one) => one.optIn === true],
];

function transformList(transforms: readonly Transform[]): string {
  const indent = 4 + Math.max(...transforms.map(({ name }) => name.length));
  const groups = GROUPS.flatMap(([title, belongs]) => {
    const lines = transforms.filter(belongs).map(({ name, summary, safety, optIn, requires = [] }) => {
      const level = optIn === true && safety !== "safe" ? [`--${safety}`] : [];
      const needs = [...level, ...requires.map((one) => `needs the ${one === "context" ? "build context" : one}`)];
      const text = needs.length === 0 ? summary : `${summary} (${needs.join(", ")})`;
      return wrap(`  ${name.padEnd(indent - 2)}${text}`, 80, indent);
    });
    return lines.length === 0 ? [] : [`${title}\n${lines.join("\n")}`];
  });
  const names = ecosystems.map(({ name }) => slugOf(name)).join(", ");
  return `${[...groups, wrap(`Ecosystems: ${names} (--ecosystems says more).`, 80, 2)].join("\n\n")}\ndockopt explain NAME tells of any of them.\n`;
}

function ecosystemList(): string {
  const lines = ecosystems.map(({ name, about: { summary, installs, manifests, lockfiles } }) =>
    [
      `${slugOf(name)}: ${summary}`,
      wrap(`  by ${installs.join("; ")}`, 80, 4),
      wrap(`  reads ${[...manifests, ...lockfiles].join(", ")}`, 80, 4),
    ].join("\n"),
  );
  return `${lines.join("\n")}\n\ndockopt explain NAME tells what else one reads, and what it leaves alone.\n`;
}
