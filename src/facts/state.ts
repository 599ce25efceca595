import type { CopyInstruction, Document, Instruction, Stage } from "../syntax/nodes.js";
import { familiar, knownBase } from "./base-images.js";
import { NO_EVIDENCE, type Evidence } from "./cost/evidence.js";
import { expand } from "./expand.js";
import { cleanPath, imageWorkdir, resolvePath } from "./paths.js";
import { Variables } from "./variables.js";

/** What an instruction finds in force. */
export interface State {
  /** Image path; opaque parts where the Dockerfile does not tell. */
  readonly cwd: string;
  /** ENV and ARG in force; `${ARG NAME}` for an ARG, which may be set from outside whatever its default, `${NAME}` for what is set nowhere. */
  readonly env: Variables<string>;
  /**
   * Build arguments in `env`, with what the known builds pass, or else their defaults: what the author has in mind, though a build may
   * say otherwise.
   */
  readonly args: Variables<string | undefined>;
  /** "root" when known to be; undefined when the base image decides. */
  readonly user: string | undefined;
  /** SHELL in force; undefined is the default. */
  readonly shell: readonly string[] | undefined;
  /** Base image reference, through `FROM stage`; with `${...}` where an ARG decides. */
  readonly image: string;
}

/** The state before each instruction, by index (those before the first FROM have none), and at the end of each stage. */
export function computeStates(
  document: Document,
  evidence: Evidence = NO_EVIDENCE,
): { readonly states: ReadonlyMap<number, State>; readonly ends: readonly State[] } {
  const states = new Map<number, State>();
  const ends: State[] = [];
  const globals = globalArguments(document, evidence);
  for (const stage of document.stages) {
    let state = initialState(document, stage, ends, globals, evidence);
    for (const instruction of stage.instructions) {
      states.set(instruction.index, state);
      state = advance(state, instruction, document, evidence, globals);
    }
    ends.push(state);
  }
  return { states, ends };
}

/** An argument that is not in it has a value that is not known. */
function globalArguments(document: Document, evidence: Evidence): ReadonlyMap<string, string> {
  const globals = new Map<string, string>();
  for (const instruction of document.instructions) {
    if (instruction.stage >= 0) break;
    if (instruction.kind !== "ARG") continue;
    for (const { name, value } of instruction.pairs) {
      const own = value === undefined ? "" : expand(value.text, globals, document.directives.escape);
      const settled = passedValue(name.text, own, evidence);
      if (settled === undefined) globals.delete(name.text);
      else globals.set(name.text, settled);
    }
  }
  return globals;
}

/** What every build that is known passes, or the default where none passes anything; undefined: they differ, or it is not known. */
function passedValue(name: string, own: string | undefined, { buildArgs = [] }: Evidence): string | undefined {
  const values = new Set(buildArgs.map((args) => (args.has(name) ? args.get(name) : own)));
  const [value] = values;
  return values.size === 0 ? own : values.size === 1 ? (value ?? undefined) : undefined;
}

function initialState(
  document: Document,
  stage: Stage,
  ends: readonly State[],
  globals: ReadonlyMap<string, string>,
  { namedContexts }: Evidence,
): State {
  const base = stage.base && ends[stage.base.index];
  if (base !== undefined) return base;
  // A default of a global ARG says which image the author has in mind; it decides no path, only what is known of the image.
  const written = expand(stage.from.image.text, globals, document.directives.escape);
  // A named context takes an image's place, whatever it holds.
  const image = namedContexts?.has(familiar(written)) === true ? `\${context ${familiar(written)}}` : written;
  const known = knownBase(image);
  return {
    cwd: known?.workdir ?? imageWorkdir(image),
    env: Variables.of(),
    args: Variables.of(),
    user: known !== undefined || installsPackages(stage) ? "root" : undefined,
    shell: undefined,
    image,
  };
}

const INSTALLS =
  /^(?:\w+=\S*\s+|set\s+-[^\s;&]+\s*(?:&&|;)\s*)*(?:apt-get|apt|apk|dnf|microdnf|tdnf|yum|zypper)\s(?:-\S+\s+)*(?:add|install|makecache|update|upgrade)\b/;

/** Only root installs packages of the system: a stage that does so before any USER, and without sudo, begins as root. */
function installsPackages(stage: Stage): boolean {
  const user = stage.instructions.findIndex((one) => one.kind === "USER");
  return stage.instructions
    .slice(0, user < 0 ? undefined : user)
    .some((one) => one.kind === "RUN" && one.json === undefined && INSTALLS.test(one.body.text.trim()));
}

/** The state behind the instruction. */
function advance(
  state: State,
  instruction: Instruction,
  document: Document,
  evidence: Evidence,
  globals: ReadonlyMap<string, string>,
): State {
  const value = (text: string): string => expand(text, state.env, document.directives.escape);
  switch (instruction.kind) {
    case "WORKDIR": {
      const path = value(instruction.body.text.trim());
      // A ".." out of an opaque part: nothing is known but that it is one place.
      return { ...state, cwd: resolvePath(state.cwd, path) ?? `/\${${state.cwd}/${path}}` };
    }
    case "USER":
      return { ...state, user: rootName(value(instruction.body.text.trim())) };
    case "SHELL":
      return { ...state, shell: instruction.json?.map((word) => word.text) };
    case "ENV": {
      let { env, args } = state;
      for (const pair of instruction.pairs) {
        env = env.with(value(pair.name.text), value(pair.value?.text ?? ""));
        args = args.without(pair.name.text);
      }
      return { ...state, env, args };
    }
    case "ARG": {
      let { env, args } = state;
      for (const { name, value: given } of instruction.pairs) {
        // ENV always wins over an ARG of the same name.
        if (env.has(name.text) && !args.has(name.text)) continue;
        env = env.with(name.text, argumentToken(name.text));
        const own = given === undefined ? (globals.get(name.text) ?? args.get(name.text)) : value(given.text);
        args = args.with(name.text, passedValue(name.text, own, evidence));
      }
      return { ...state, env, args };
    }
    default:
      return state;
  }
}

const argumentToken = (name: string): string => `\${ARG ${name}}`;

const rootName = (user: string): string => (/^(?:root|0)(?::(?:root|0))?$/.test(user) ? "root" : user);

interface Arguments {
  readonly args: ReadonlyMap<string, string | undefined>;
}

const withDefaults = (text: string, { args }: Arguments): string =>
  text.replace(/\$\{ARG (\w+)\}/g, (whole, name: string) => args.get(name) ?? whole);

/** The path with arguments at their defaults; undefined where one has none. */
export function likelyPath(path: string, state: Arguments): string | undefined {
  const text = withDefaults(path, state);
  return text.includes("${") ? undefined : cleanPath(text);
}

/** A COPY's or ADD's destination; in JSON form variables and quotes mean the same (moby: dispatch expands all words alike). */
export interface Destination {
  /** Image path. undefined: it climbs out of what is known. */
  readonly path: string | undefined;
  /** The same with build arguments at their defaults; undefined where one has none. */
  readonly likely: string | undefined;
  /** It counts from the working directory, unless an argument is given another value than its default. */
  readonly relative: boolean;
}

export function destinationOf(copy: CopyInstruction, state: State, escape: string): Destination {
  const written = expand(copy.dest.text, state.env, escape);
  const meant = withDefaults(written, state);
  const place = resolvePath(state.cwd, meant);
  return {
    path: resolvePath(state.cwd, written),
    likely: place && likelyPath(place, state),
    relative: !meant.startsWith("/"),
  };
}
