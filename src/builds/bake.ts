import { parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import {
  buildOf,
  isRemote,
  joinReadings,
  NO_PART,
  NOTHING,
  over,
  placesIn,
  resolvePath,
  type Part,
  type Place,
  type Reading,
  type Remark,
} from "./build.js";
import { evaluateTemplate, parseHcl, type Block, type Body, type Expression, type Scope, type Value } from "./hcl.js";
import { HclError } from "./hcl-scan.js";

/** `docker-bake.hcl`, `docker-bake.ci.json`, `bake.hcl`. */
export const isBakeFile = (name: string): boolean => /(?:^|[.-])bake(?:[.-][\w.-]*)?\.(?:hcl|json)$/i.test(name);

/** The names that bake looks for by itself; each is laid over those before it, and any other file over all of them. */
export const BAKE_DEFAULTS = [
  "docker-bake.json",
  "docker-bake.hcl",
  "docker-bake.override.json",
  "docker-bake.override.hcl",
] as const;

/** A bake file, parsed. */
export interface BakeFile {
  readonly path: string;
  readonly place: (offset: number) => Place;
  readonly body: Body;
  readonly problems: readonly Remark[];
}

export function parseBake(path: string, text: string): BakeFile {
  const place = placesIn(text);
  const file = { path, place, body: { attributes: new Map(), blocks: [] } };
  const failed = (message: string, at: number): BakeFile => ({ ...file, problems: [{ path, ...place(at), message }] });
  try {
    const errors: ParseError[] = [];
    if (!path.endsWith(".json")) return { ...file, body: parseHcl(text), problems: [] };
    const root = parseTree(text, errors, { allowTrailingComma: true });
    const [error] = errors;
    return error === undefined
      ? { ...file, body: bodyOf(root), problems: [] }
      : failed(`it is no JSON (${printParseErrorCode(error.error)})`, error.offset);
  } catch (error) {
    if (error instanceof HclError) return failed(error.message, error.offset);
    return failed(error instanceof RangeError ? "it is nested too deep" : String(error), 0);
  }
}

/** The JSON form: `{"target": {"app": {...}}, "variable": {"TAG": {"default": ...}}}`. */
function bodyOf(root: Node | undefined): Body {
  const attributes = new Map<string, Expression>();
  const blocks: Block[] = [];
  for (const [type, value, offset] of entriesOf(root)) {
    if (!/^(?:target|group|variable|function)$/.test(type)) attributes.set(type, () => undefined);
    else
      for (const [label, definition] of entriesOf(value))
        blocks.push({
          type,
          labels: [label],
          offset,
          body: {
            attributes: new Map(entriesOf(definition).map(([name, one]) => [name, (scope) => jsonValue(one, scope)])),
            blocks: [],
          },
        });
  }
  return { attributes, blocks };
}

function entriesOf(node: Node | undefined): readonly (readonly [string, Node | undefined, number])[] {
  if (node?.type === "array") return (node.children ?? []).flatMap(entriesOf);
  return node?.type === "object"
    ? (node.children ?? []).map(({ children, offset }) => [String(children?.[0]?.value), children?.[1], offset])
    : [];
}

function jsonValue(node: Node | undefined, scope: Scope): Value {
  switch (node?.type) {
    case "string":
      // HCL reads templates in JSON's strings; the escapes are JSON's.
      return evaluateTemplate(String(node.value).replaceAll("\\", "\\\\"), scope);
    case "array":
      return (node.children ?? []).map((one) => jsonValue(one, scope));
    case "object":
      return new Map(entriesOf(node).map(([name, one]) => [name, jsonValue(one, scope)]));
    case "null":
      return null;
    default:
      return node === undefined ? undefined : String(node.value);
  }
}

/** A target as one of the files defines it. */
interface Definition {
  readonly file: BakeFile;
  readonly block: Block;
}

/** All that the files say together. */
interface Bake {
  readonly folder: string;
  readonly targets: ReadonlyMap<string, readonly Definition[]>;
  readonly scope: Scope;
  /** What is known of the targets, by name: one may be inherited by many. */
  readonly parts: Map<string, Part>;
}

/**
 * The builds of the targets that `file` defines, with what the files before it say of them. `folder`: where bake runs, from which
 * paths start.
 */
export function readBake(file: BakeFile, before: readonly BakeFile[], folder: string): Reading {
  const files = [...before.filter((one) => one !== file), file];
  const bake: Bake = { folder, targets: targetsOf(files), scope: scopeOf(files), parts: new Map() };
  const named = {
    inherits: namesIn(files, "target", "inherits", bake),
    grouped: namesIn(files, "group", "targets", bake),
  };
  const readings = [...targetsOf([file])].map(([name, definitions]): Reading => {
    // There to be inherited: nobody builds a target that says neither where from nor what, and that no group names.
    const isAbstract =
      named.inherits.has(name) && !named.grouped.has(name) && !(bake.targets.get(name) ?? []).some(says);
    return isAbstract ? NOTHING : joinReadings(definitions.map((one) => readTarget(name, one, bake)));
  });
  return joinReadings([{ ...NOTHING, problems: file.problems }, ...readings]);
}

function namesIn(files: readonly BakeFile[], type: string, attribute: string, { scope }: Bake): ReadonlySet<string> {
  const blocks = files.flatMap(({ body }) => body.blocks).filter((one) => one.type === type);
  return new Set(blocks.flatMap((one) => strings(one.body.attributes.get(attribute)?.(scope))));
}

const says = ({ block }: Definition): boolean =>
  ["context", "dockerfile", "dockerfile-inline", "target"].some((name) => block.body.attributes.has(name));

function targetsOf(files: readonly BakeFile[]): ReadonlyMap<string, readonly Definition[]> {
  const targets = new Map<string, Definition[]>();
  for (const file of files)
    for (const block of file.body.blocks) {
      const [name] = block.labels;
      if (block.type !== "target" || name === undefined) continue;
      const others = targets.get(name);
      if (others === undefined) targets.set(name, [{ file, block }]);
      else others.push({ file, block });
    }
  return targets;
}

/** Variables at their defaults, which is what the author has in mind; one without a default is not known. */
function scopeOf(files: readonly BakeFile[]): Scope {
  const expressions = new Map<string, Expression | undefined>();
  for (const { body } of files) {
    for (const [name, expression] of body.attributes) expressions.set(name, expression);
    for (const { type, labels, body: own } of body.blocks)
      if (type === "variable" && labels[0] !== undefined) expressions.set(labels[0], own.attributes.get("default"));
  }
  const known = new Map<string, Value>();
  const scope: Scope = (name) => {
    if (!known.has(name)) {
      // Asked for by its own default, it is not known.
      known.set(name, undefined);
      known.set(name, expressions.get(name)?.(scope));
    }
    return known.get(name);
  };
  return scope;
}

const strings = (value: Value): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

function readTarget(name: string, { file, block }: Definition, bake: Bake): Reading {
  const matrix = block.body.attributes.get("matrix")?.(bake.scope);
  const readings = combinations(matrix).map((values): Reading => {
    const scope: Scope = (one) => (values.has(one) ? values.get(one) : bake.scope(one));
    const own = block.body.attributes.get("name")?.(scope);
    const from = { file: file.path, kind: "target", name: typeof own === "string" ? own : name } as const;
    const build = buildOf(layers(name, bake, scope), bake.folder, from);
    if (build === undefined) return NOTHING;
    return typeof build === "string"
      ? { ...NOTHING, notes: [{ path: file.path, ...file.place(block.offset), message: build }] }
      : { ...NOTHING, builds: [build] };
  });
  return joinReadings(readings);
}

/** More builds of one target than anybody writes down. */
const COMBINATIONS = 100;

/** Every choice of one value for each name. What is not known, or too much, leaves the names unknown. */
function combinations(matrix: Value): readonly ReadonlyMap<string, Value>[] {
  let chosen: readonly ReadonlyMap<string, Value>[] = [new Map()];
  if (!(matrix instanceof Map)) return chosen;
  for (const [name, values] of matrix as ReadonlyMap<string, Value>) {
    const each: readonly Value[] = Array.isArray(values) && values.length > 0 ? (values as Value[]) : [undefined];
    const some = each.length * chosen.length > COMBINATIONS ? [undefined] : each;
    chosen = chosen.flatMap((one) => some.map((value) => new Map([...one, [name, value]])));
  }
  return chosen;
}

const UNKNOWN: Part = { ...NO_PART, context: null, dockerfile: null, target: null };

function partOf(name: string, bake: Bake): Part {
  // A target that inherits itself ends here.
  const part = bake.parts.get(name) ?? (bake.parts.set(name, NO_PART), layers(name, bake, bake.scope));
  bake.parts.set(name, part);
  return part;
}

/** A target's definitions over what they inherit. `scope` has the values that a matrix gives to it alone. */
function layers(name: string, bake: Bake, scope: Scope): Part {
  const definitions = bake.targets.get(name);
  // A target of another file, or of a matrix.
  if (definitions === undefined) return UNKNOWN;
  return definitions.reduce((part, { block }) => {
    const expression = block.body.attributes.get("inherits");
    const parents = expression === undefined ? [] : expression(scope);
    const inherited = Array.isArray(parents)
      ? (parents as readonly Value[]).map((one) => (typeof one === "string" ? partOf(one, bake) : UNKNOWN))
      : [UNKNOWN];
    return [...inherited, ownPart(block.body, scope, bake.folder)].reduce(over, part);
  }, NO_PART);
}

function ownPart({ attributes }: Body, scope: Scope, folder: string): Part {
  const text = (name: string): string | null | undefined => {
    const expression = attributes.get(name);
    const value = expression?.(scope);
    if (expression === undefined || value === null) return undefined;
    return typeof value === "string" ? value : null;
  };
  const [args, contexts] = [pairsOf(attributes.get("args"), scope), pairsOf(attributes.get("contexts"), scope)];
  const context = text("context");
  const local = typeof context === "string" ? context.replace(/^cwd:\/\//, "") : context;
  return {
    // With arguments or contexts that have to be computed, nobody knows what is built.
    context:
      args === undefined || contexts === undefined
        ? null
        : typeof local !== "string" || isRemote(local)
          ? local
          : resolvePath(folder, local),
    dockerfile: text("dockerfile"),
    inline: typeof text("dockerfile-inline") === "string",
    target: text("target"),
    args: args ?? new Map(),
    namedContexts: contexts ?? new Map(),
  };
}

/** A value null stands for an argument that is not passed; one that is not known is passed all the same. undefined: nothing is known. */
function pairsOf(
  expression: Expression | undefined,
  scope: Scope,
): ReadonlyMap<string, string | null | undefined> | undefined {
  const value = expression?.(scope);
  if (expression === undefined || value === null) return new Map();
  if (!(value instanceof Map)) return undefined;
  return new Map(
    [...(value as ReadonlyMap<string, Value>)].map(([name, one]) => [
      name,
      one === null ? undefined : typeof one === "string" ? one : null,
    ]),
  );
}
