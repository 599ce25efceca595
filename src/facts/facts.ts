import type { Context } from "../context/context.js";
import type { Ecosystem, Install, Ran, Site } from "../ecosystems/ecosystem.js";
import { ecosystems } from "../ecosystems/index.js";
import { readScript } from "../shell/parse.js";
import type { Command, ListItem, Script } from "../shell/script.js";
import type { Document, Instruction, RunInstruction, Stage } from "../syntax/nodes.js";
import { knownBase } from "./base-images.js";
import { contextPathOf, copiesOf, copyTouches, type Copy } from "./copies.js";
import { changeDirectory, commandEffects, isElsewhere, joinEffects, opaque, touched, type Effects } from "./effects.js";
import { librariesOf, LINKER_SETTINGS, linksOf, throughLinks, type Link } from "./links.js";
import { NO_EVIDENCE, type Evidence } from "./cost/evidence.js";
import { expand } from "./expand.js";
import { installEffects } from "./install-effects.js";
import { madeIn } from "./made.js";
import { isAddOn, isOpaque, resolvePath } from "./paths.js";
import { computeStates, type State } from "./state.js";

/** One command of a RUN, where it runs, and what it is. */
export interface CommandFact {
  readonly command: Command;
  /** Position in the script's items. */
  readonly item: number;
  readonly site: Site;
  /** When it installs the project's dependencies. */
  readonly install: { readonly ecosystem: Ecosystem; readonly call: Install } | undefined;
  /** What it touches. */
  readonly effects: Effects;
}

/** What a document and its context tell, computed once, when asked. */
export interface Facts {
  readonly document: Document;
  /** undefined: no context is known, which is not an empty one. */
  readonly context: Context | undefined;
  readonly evidence: Evidence;
  /** @throws RangeError for an instruction before the first FROM. */
  state(instruction: Instruction): State;
  /** What the instruction leaves in force. */
  after(instruction: Instruction): State;
  script(run: RunInstruction): Script;
  /** Every command of the RUN, in order. */
  commands(run: RunInstruction): readonly CommandFact[];
  effects(run: RunInstruction): Effects;
  /** Links that may be there at the instruction: made by itself or by earlier ones, of any stage. */
  links(at: Instruction): readonly Link[];
  /** The effects of what runs there, with all that is known of the image: where links lead, what packages have brought. */
  inImage(effects: Effects, at: Instruction): Effects;
  /** Copies of the stage, inherited ones first; without a context it is not known what they bring. */
  copies(stage: Stage): readonly Copy[];
  /** What a COPY or ADD brings; undefined for other instructions. */
  copy(instruction: Instruction): Copy | undefined;
}

export function createFacts(document: Document, context: Context | undefined, evidence: Evidence = NO_EVIDENCE): Facts {
  const { states, ends } = computeStates(document, evidence);
  const copies: (readonly Copy[])[] = [];
  const copyAt = new Map<Instruction, Copy>();
  const commands = new Map<RunInstruction, readonly CommandFact[]>();
  let links: readonly (readonly Link[])[] | undefined;
  const facts: Facts = {
    document,
    context,
    evidence,
    state(instruction) {
      const state = states.get(instruction.index);
      if (state === undefined) throw new RangeError(`line ${instruction.startLine}: not in a stage`);
      return state;
    },
    after(instruction) {
      const next = document.instructions[instruction.index + 1];
      const found = next?.stage === instruction.stage ? states.get(next.index) : ends[instruction.stage];
      return found ?? facts.state(instruction);
    },
    script: (run) => readScript(run, shellOf(facts.state(run), document), document),
    commands(run) {
      let known = commands.get(run);
      if (known === undefined) {
        known = readCommands(run, facts);
        commands.set(run, known);
      }
      return known;
    },
    links(at) {
      links ??= linksUpTo(document, facts);
      return links[at.index] ?? [];
    },
    inImage(effects, at) {
      const found = throughLinks(effects, facts.links(at));
      const foreign =
        found.system === "none" && touched(found).some((path) => isAddOn(path) && !made.upTo(at.index, path));
      return foreign ? { ...found, system: "reads" } : found;
    },
    effects(run) {
      const { problem } = facts.script(run);
      return problem === undefined
        ? facts.inImage(joinEffects(facts.commands(run).map((fact) => fact.effects)), run)
        : opaque(problem);
    },
    copies(stage) {
      // One stage after the other: each leans on earlier ones only, maybe in a long row.
      for (const one of document.stages.slice(copies.length, stage.index + 1)) {
        const inherited = one.base === undefined ? [] : (copies[one.base.index] ?? []);
        const all = copiesOf(one, inherited, document, context, (index) => states.get(index) ?? facts.state(one.from));
        for (const copy of all.slice(inherited.length)) copyAt.set(copy.instruction, copy);
        copies.push(all);
      }
      return copies[stage.index] ?? [];
    },
    copy(instruction) {
      const stage = document.stages[instruction.stage];
      if (stage !== undefined) facts.copies(stage);
      return copyAt.get(instruction);
    },
  };
  const made = madeIn(facts);
  return facts;
}

/** For each instruction the links of all up to it; most add none, and share one list. */
function linksUpTo({ instructions }: Document, facts: Facts): readonly (readonly Link[])[] {
  let all: readonly Link[] = [];
  return instructions.map((one) => {
    const own = one.stage < 0 ? [] : linksIn(one, facts);
    if (own.length > 0) all = [...all, ...own];
    return all;
  });
}

function linksIn(instruction: Instruction, facts: Facts): readonly Link[] {
  if (instruction.kind !== "RUN") {
    const copy = facts.copy(instruction);
    // Where only the build knows, nobody means that place.
    const known = copy?.dest !== undefined && !isOpaque(copy.dest);
    return known && copyTouches(copy, LINKER_SETTINGS, facts.context) ? [{ from: LINKER_SETTINGS, to: "/" }] : [];
  }
  const state = outsideOf(facts.script(instruction), facts.state(instruction));
  return facts
    .commands(instruction)
    .flatMap(({ command, site, effects }) => [...linksOf(command, site.cwd, state), ...librariesOf(command, effects)]);
}

const ASSIGNING = new Set("export readonly local declare typeset read unset getopts mapfile printf".split(" "));

/** The state without the variables that the script sets itself: these may hold anything. */
function outsideOf({ commands, joined }: Script, state: State): State {
  const own = [
    ...commands.flatMap(({ program, args, assignments }) =>
      program === undefined
        ? assignments.map((one) => one.name)
        : ASSIGNING.has(program)
          ? args.flatMap((word) => /^["']?([A-Za-z_]\w*)/.exec(word.text)?.[1] ?? [])
          : [],
    ),
    ...[...joined.text.matchAll(/\b(?:for|select)\s+(\w+)|\$\{(\w+):?=/g)].map((match) => match[1] ?? match[2] ?? ""),
  ];
  if (!own.some((name) => state.env.has(name))) return state;
  return { ...state, env: own.reduce((env, name) => env.without(name), state.env) };
}

/** A backtick escape tells of Windows, unless the base image is known to be Linux, and so do the names of Windows images. */
function shellOf(state: State, document: Document): readonly string[] | undefined {
  const named = /nanoserver|windowsservercore|windows\/servercore/.test(state.image);
  const windows = named || (document.directives.escape === "`" && knownBase(state.image)?.windows !== false);
  return state.shell ?? (windows ? ["cmd"] : undefined);
}

function readCommands(run: RunInstruction, facts: Facts): readonly CommandFact[] {
  const state = outsideOf(facts.script(run), facts.state(run));
  let site = siteOf(run, facts);
  const ran: Ran[] = [];
  return facts.script(run).items.flatMap((item, index) => {
    const before = site;
    const done = [...ran];
    const found = item.commands.map((command): CommandFact => {
      const here = site;
      const own = withAssignments(command, { ...here, earlier: () => [...here.earlier(), ...done] });
      const cwd = site.cwd;
      let known: Effects | undefined;
      const fact: CommandFact = {
        command,
        item: index,
        site: own,
        install: recognise(command, own, facts.evidence),
        // Asked for later than made: the closure of an install looks at the other commands' copies.
        get effects() {
          known ??=
            fact.install === undefined
              ? commandEffects(command, { cwd, env: own.env, state })
              : installEffects(fact, run, facts);
          return known;
        },
      };
      site = siteAfter(command, site, state);
      return fact;
    });
    if (isCertain(item)) ran.push(...found);
    // What a subshell or a pipe changes ends with it; what a branch changes may or may not have happened.
    if (item.shape !== "command" && site !== before) {
      const ends = item.shape === "pipeline" || facts.document.source.charAt(item.start) === "(";
      site = ends ? before : elsewhere(site, `after line ${run.startLine}`);
    }
    return found;
  });
}

/** Has it run when the build goes on? */
const isCertain = (item: ListItem | undefined): boolean => item?.shape === "command" && item.operator !== "||";

/** What has run before the RUN, in its stage and those that it is FROM. */
function ranBefore(run: RunInstruction, facts: Facts): readonly Ran[] {
  const { stages } = facts.document;
  const { user } = facts.state(run);
  const found: Ran[] = [];
  for (let stage = stages[run.stage]; stage !== undefined; stage = stage.base) {
    const runs = stage.instructions.filter(
      (one): one is RunInstruction => one.kind === "RUN" && one.index < run.index && facts.state(one).user === user,
    );
    found.unshift(
      ...runs.flatMap((one) => {
        const { items } = facts.script(one);
        return facts.commands(one).filter((fact) => isCertain(items[fact.item]));
      }),
    );
  }
  return found;
}

/** A site whose directory is not known. */
function elsewhere(site: Site, what: string): Site {
  return {
    ...site,
    cwd: `/\${${what}}`,
    toContext: (imagePath) => (imagePath.startsWith("/") ? site.toContext(imagePath) : undefined),
  };
}

/** `GOWORK=off go build`: leading assignments hold for the command alone. */
function withAssignments({ program, assignments }: Command, site: Site): Site {
  if (program === undefined || assignments.length === 0) return site;
  return { ...site, env: withValues(site.env, assignments) };
}

function recognise(command: Command, site: Site, evidence: Evidence): CommandFact["install"] {
  if (command.wrappers.some(isElsewhere)) return undefined;
  for (const ecosystem of [...ecosystems, ...(evidence.ecosystems ?? [])]) {
    const call = ecosystem.install(command, site);
    if (call !== undefined) return { ecosystem, call };
  }
  return undefined;
}

function siteOf(run: RunInstruction, facts: Facts): Site {
  const state = facts.state(run);
  const { context } = facts;
  const stage = facts.document.stages[run.stage];
  const before = stage === undefined ? [] : facts.copies(stage).filter((copy) => copy.instruction.index < run.index);
  return {
    cwd: state.cwd,
    env: new Map(
      [...state.env].map(([name, value]) => [name, name !== "PATH" && value.includes("${") ? undefined : value]),
    ),
    image: state.image.includes("${") ? undefined : state.image,
    user: state.user,
    toContext(imagePath) {
      const path = resolvePath(state.cwd, imagePath);
      return path === undefined || context === undefined ? undefined : contextPathOf(path, before, context);
    },
    earlier: () => ranBefore(run, facts),
  };
}

/** `cd` and `export` act on what follows in the same RUN. */
function siteAfter(command: Command, site: Site, state: State): Site {
  if (command.program === "pushd" || command.program === "popd") return elsewhere(site, command.text);
  if (command.program === "cd") {
    const cwd = changeDirectory(command, site.cwd, state);
    if (cwd === undefined) return elsewhere(site, command.text);
    const toContext = (imagePath: string): string | undefined => {
      const path = resolvePath(cwd, imagePath);
      return path === undefined ? undefined : site.toContext(path);
    };
    return { ...site, cwd, toContext };
  }
  const assigned = command.program === undefined ? command.assignments : exported(command);
  return assigned.length === 0 ? site : { ...site, env: withValues(site.env, assigned) };
}

/** `export A=1 B`: B keeps its value. */
const exported = ({ program, args }: Command): Command["assignments"] =>
  program !== "export"
    ? []
    : args.flatMap(({ text, value }) => {
        const name = /^([A-Za-z_]\w*)=/.exec(text)?.[1];
        if (name === undefined) return [];
        const from = name.length + 1;
        return [{ name, value: value?.slice(from), text: text.slice(from) }];
      });

/** A value with variables is what these say; of PATH the parts that are known count, too. */
function withValues(env: Site["env"], assigned: Command["assignments"]): Site["env"] {
  const values = new Map(env);
  for (const { name, value, text } of assigned) {
    const known = new Map([...values].flatMap(([key, one]) => (one === undefined ? [] : [[key, one] as const])));
    const expanded = /`|\$\(/.test(text) ? undefined : expand(text, known, "\\");
    values.set(name, value ?? (name !== "PATH" && expanded?.includes("${") === true ? undefined : expanded));
  }
  return values;
}
