import { nearest } from "../syntax/validate.js";
import { API, type Ecosystem, type Plugin, type Transform } from "../transform.js";

/** Something about a plug-in that cannot be taken; the message names the plug-in, the place, the value, and what to do. */
export class PluginError extends Error {}

type Check = (value: unknown) => string | undefined;

const anyFunction: Check = (value) => (typeof value === "function" ? undefined : "is no function");
const text: Check = (value) => (typeof value === "string" && value.trim() !== "" ? undefined : "is no text");
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && values.includes(value) ? undefined : `is none of ${values.join(", ")}`;
const list =
  (item: Check, what: string): Check =>
  (value) =>
    Array.isArray(value) && value.every((one) => item(one) === undefined) ? undefined : `is no list of ${what}`;
const named =
  (pattern: RegExp, what: string): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : `is not ${what}`;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

const ONE_LINE = 72;
const oneLine: Check = (value) => {
  if (typeof value !== "string" || value.trim() === "") return "is no text";
  return value.length <= ONE_LINE && !/[\r\n]/.test(value)
    ? undefined
    : `is more than one line of ${ONE_LINE} characters`;
};

const PLUGIN: Readonly<Record<keyof Plugin, Check>> = {
  name: named(/^[\w@./-]+$/, "a name of letters, digits, - and . (helm)"),
  transforms: optional((value) => (Array.isArray(value) ? undefined : "is no list")),
  ecosystems: optional((value) => (Array.isArray(value) ? undefined : "is no list")),
  api: optional((value) =>
    value === API
      ? undefined
      : `is not what this dockopt offers, ${API}: it was written for another version. Take a plug-in and a dockopt that go together`,
  ),
};

const TRANSFORM: Readonly<Record<keyof Transform, Check>> = {
  name: named(/^[a-z]+(?:-[a-z0-9]+)+$/, "verb-object in kebab-case (sort-packages)"),
  summary: oneLine,
  docs: text,
  safety: oneOf("safe", "suggested", "unsafe"),
  optIn: optional((value) => (value === true ? undefined : "is not true; leave it out")),
  requires: optional(list(oneOf("context", "history"), "context and history")),
  hadolint: optional(list(text, "rules (DL3008)")),
  plugin: optional(text),
  propose: anyFunction,
};

const ECOSYSTEM: Readonly<Record<keyof Ecosystem, Check>> = {
  name: named(/^[a-z][a-z0-9-]*$/, "a lower-case name (helm)"),
  reads: list(text, "file names"),
  install: anyFunction,
  inputs: anyFunction,
  outputs: anyFunction,
  cleanup: optional(anyFunction),
  caches: optional(anyFunction),
  prepare: optional(text),
  clears: optional(anyFunction),
  fetchesAhead: optional(anyFunction),
};

/** A module's default export as a plug-in. `from`: what it was asked for by, for people. @throws PluginError */
export function readPlugin(value: unknown, from: string): Plugin {
  if (!isObject(value))
    throw new PluginError(
      `${from}: it has no default export that is a plug-in. Write export default definePlugin({ name, transforms }).`,
    );
  // First, so that a plug-in of another day is called that, whatever else is different in it.
  checkField(value, "api", PLUGIN.api, from);
  checkShape(value, PLUGIN, from);
  const plugin = value as unknown as Plugin;
  const { transforms = [], ecosystems = [] } = plugin;
  for (const [index, one] of transforms.entries()) checkShape(one, TRANSFORM, `${from}: transforms[${index}]`);
  for (const [index, one] of ecosystems.entries()) checkShape(one, ECOSYSTEM, `${from}: ecosystems[${index}]`);
  if (transforms.length + ecosystems.length === 0)
    throw new PluginError(`${from}: it brings no transforms and no ecosystems. Give it one of them.`);
  return plugin;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function checkShape(value: unknown, shape: Readonly<Record<string, Check>>, where: string): void {
  if (!isObject(value)) throw new PluginError(`${where}: ${show(value)} is no object.`);
  for (const [name, check] of Object.entries(shape)) checkField(value, name, check, where);
  const odd = Object.keys(value).find((name) => !Object.hasOwn(shape, name));
  if (odd === undefined) return;
  const near = nearest(odd, Object.keys(shape));
  throw new PluginError(`${where}: there is no field ${odd}.${near === undefined ? "" : ` Did you mean ${near}?`}`);
}

function checkField(value: Readonly<Record<string, unknown>>, name: string, check: Check, where: string): void {
  const field = value[name];
  const problem = check(field);
  if (problem === undefined) return;
  const dot = where.endsWith("]") ? "." : ": ";
  throw new PluginError(
    field === undefined ? `${where}${dot}${name}: it is missing.` : `${where}${dot}${name}: ${show(field)} ${problem}.`,
  );
}

const LONG = 60;

function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return shown.length > LONG ? `${shown.slice(0, LONG)}…` : shown;
}
