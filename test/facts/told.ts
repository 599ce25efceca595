import { commandEffects } from "../../src/facts/effects.js";
import { Variables } from "../../src/facts/variables.js";
import { readText } from "../../src/shell/parse.js";

const USUAL: Readonly<Record<string, string>> = { D: "/data", HOME: "/root" };

/** What one command touches, in /app as root, with D=/data and HOME=/root; `expects` where it is not all of what is read. */
export function told(text: string, variables = USUAL, user = "root"): string {
  const script = readText({ text, segments: [{ joined: 0, source: 0, length: text.length }] }, "shell");
  const command = script.commands.at(-1);
  if (command === undefined) throw new Error(script.problem ?? "no command");
  const env = Variables.of(Object.entries(variables));
  const state = { env, args: Variables.of<string | undefined>(), cwd: "/app", user, shell: undefined, image: "debian" };
  const found = commandEffects(command, { cwd: "/app", env, state });
  if (found.opaque !== undefined) return found.opaque.includes("not known") ? "not known" : "opaque";
  const list = (word: string, paths: readonly string[]): string[] =>
    paths.length === 0 ? [] : [[word, ...new Set(paths)].join(" ")];
  const { reads, expects } = found;
  return [
    ...list("reads", reads),
    ...(expects.join() === reads.join() ? [] : list("expects", expects.length === 0 ? ["nothing"] : expects)),
    ...list("writes", found.writes),
    ...list("removes", found.removes),
    ...list("needs", found.needs),
    ...(found.system === "none" ? [] : [`system ${found.system}`]),
    ...(found.environment ? ["environment"] : []),
    ...(found.relative ? ["relative"] : []),
  ].join("; ");
}
