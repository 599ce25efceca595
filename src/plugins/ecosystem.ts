import type { Context } from "../context/context.js";
import {
  isRefused,
  type Ecosystem,
  type Inputs,
  type InputsRefusal,
  type Install,
  type Output,
  type Site,
  type ToolCache,
} from "../ecosystems/ecosystem.js";
import type { Command } from "../shell/script.js";
import { oneLine, says } from "./words.js";

/**
 * A plug-in's ecosystem, whose word nobody has checked: all that rests on it is unproven, so that no rewrite by it is called safe, and
 * to the proof its installs may read and write anything. What it throws, and what makes no sense, is a refusal that names it. It is
 * given copies, so that it cannot change what others read.
 */
export function guardEcosystem(ecosystem: Ecosystem, plugin: string): Ecosystem {
  const { name, reads, prepare } = ecosystem;
  const failed = (what: string): InputsRefusal => ({
    code: "plugin-failed",
    reason: `plug-in ${plugin}: ${name} ${what}`,
  });
  const ask = <T>(question: () => T, otherwise: (what: string) => T): T => {
    try {
      return question();
    } catch (error) {
      return otherwise(says(error));
    }
  };
  /** What it wants to be told once the inputs are asked for, as `install` itself has no words for it. */
  const broken = new WeakMap<Command, string>();
  const guarded: Ecosystem = {
    name,
    reads: [...reads],
    ...(prepare === undefined ? {} : { prepare }),
    install: (command, site) => {
      const found: unknown = ask(
        () => ecosystem.install(copied(command), copiedSite(site)),
        (what) => void broken.set(command, what),
      );
      const unclear = found !== undefined && !isInstall(found);
      if (unclear)
        broken.set(command, "takes a command for an install, but does not say in which directory or under which label");
      if (isInstall(found)) return { command, directory: found.directory, label: oneLine(found.label) };
      return broken.has(command) ? { command, directory: site.cwd, label: command.text } : undefined;
    },
    inputs: (install, site, context) => {
      const problem = broken.get(install.command);
      if (problem !== undefined) return failed(problem);
      const asked = ownCall(install);
      return ask(() => {
        const read = readInputs(ecosystem.inputs(asked, copiedSite(site), context), context, name);
        const made: unknown =
          typeof read === "string" || isRefused(read) ? [] : ecosystem.outputs(asked, copiedSite(site), context);
        if (typeof read === "string") return failed(read);
        return Array.isArray(made) && made.every(isOutput) ? read : failed("names outputs that are none");
      }, failed);
    },
    outputs: (install, site, context) =>
      broken.has(install.command)
        ? []
        : ask(
            () => [...ecosystem.outputs(ownCall(install), copiedSite(site), context)],
            () => [],
          ),
    cleanup: (command) =>
      ask(
        () => ecosystem.cleanup?.(copied(command)) === true,
        () => false,
      ),
    clears: (command) =>
      ask(
        () => ecosystem.clears?.(copied(command)) === true,
        () => false,
      ),
    caches: (command, site, context, beside) =>
      ask(() => {
        const found: unknown = ecosystem.caches?.(copied(command), copiedSite(site), context, beside.map(copied));
        if (found === undefined || isRefusal(found)) return found;
        return Array.isArray(found) && found.every(isCache) ? [...found] : failed("names caches that are none");
      }, failed),
  };
  // Whether there is one matters, not only what it says.
  return ecosystem.fetchesAhead === undefined
    ? guarded
    : {
        ...guarded,
        fetchesAhead: (command) =>
          ask(
            () => ecosystem.fetchesAhead?.(copied(command)) === true,
            () => false,
          ),
      };
}

const copied = (command: Command): Command => ({
  ...command,
  args: command.args.map((word) => ({ ...word })),
  assignments: command.assignments.map((one) => ({ ...one })),
  redirects: command.redirects.map((one) => ({ ...one })),
  wrappers: [...command.wrappers],
});

const copiedSite = (site: Site): Site => ({
  ...site,
  env: new Map(site.env),
  earlier: () => site.earlier().map((one) => ({ command: copied(one.command), site: copiedSite(one.site) })),
});

const ownCall = (install: Install): Install => ({ ...install, command: copied(install.command) });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
const isAbsolute = (value: unknown): value is string => typeof value === "string" && value.startsWith("/");

/** A line of an ignore file that leaves something out. */
const isLine = (value: unknown): boolean => typeof value === "string" && /^[^\s#!][^\r\n]*$/.test(value);

const isInstall = (value: unknown): value is Install =>
  isObject(value) && isAbsolute(value["directory"]) && typeof value["label"] === "string" && value["label"] !== "";

const isOutput = (value: unknown): value is Output =>
  isObject(value) &&
  isAbsolute(value["path"]) &&
  (value["kind"] === "installed" || value["kind"] === "rewritten") &&
  (value["ignorePattern"] === undefined || isLine(value["ignorePattern"]));

const isCache = (value: unknown): value is ToolCache =>
  isObject(value) &&
  isAbsolute(value["path"]) &&
  ["downloads", "dependencies", "builds"].includes(String(value["holds"])) &&
  (value["sharing"] === undefined || value["sharing"] === "locked") &&
  (value["id"] === undefined || (typeof value["id"] === "string" && /^[\w.-]+$/.test(value["id"]))) &&
  (value["results"] === undefined || isRefusal(value["results"]) || isResults(value["results"]));

const isResults = (value: unknown): boolean =>
  isObject(value) &&
  (value["files"] === undefined || isTexts(value["files"])) &&
  typeof value["renew"] === "string" &&
  [value["variable"], value["companions"]].every((one) => one === undefined || typeof one === "string");

const isRefusal = (value: unknown): value is InputsRefusal =>
  isObject(value) && typeof value["reason"] === "string" && typeof value["code"] === "string";

/** What it says of an install's inputs, marked as its word; or what is wrong with that. */
function readInputs(given: unknown, context: Context, name: string): Inputs | InputsRefusal | string {
  if (isRefusal(given)) return { code: given.code, reason: oneLine(given.reason) };
  if (!isObject(given)) return "gives no inputs and no reason";
  const { paths, notes = [], unproven } = given as Partial<Inputs>;
  if (!isTexts(paths) || !isTexts(notes)) return "gives inputs without `paths` and `notes`, which are lists of texts";
  const missing = paths.find((path) => context.kind(path) === undefined);
  if (missing !== undefined) return `names ${JSON.stringify(missing)} as an input, which is not in the build context`;
  const { insert, told, probes, variables } = given as Partial<Inputs>;
  if (![told, probes, variables, insert?.scripts].every((one) => one === undefined || isTexts(one)))
    return "gives inputs with `told`, `probes`, `variables` or `scripts` that are no lists of texts";
  if (
    insert !== undefined &&
    (!isAbsolute(insert.directory) || typeof insert.text !== "string" || /[\r\n]/.test(insert.text))
  )
    return "gives a step to insert that is no command of one line in a directory";
  return {
    ...(given as unknown as Inputs),
    paths: [...paths],
    notes: notes.map(oneLine),
    unproven:
      typeof unproven === "string"
        ? oneLine(unproven)
        : `the plug-in's ecosystem ${name} says what it reads, which dockopt cannot check`,
  };
}
