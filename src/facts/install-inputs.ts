import {
  isRefused,
  type Inputs,
  type InputsRefusal,
  type Install,
  type Output,
  type Site,
} from "../ecosystems/ecosystem.js";
import { environmentPaths, HOME_FILES } from "./environment-paths.js";
import type { CommandFact, Facts } from "./facts.js";
import { isOpaque } from "./paths.js";
import { isVolatileName } from "./volatile.js";

/** Files below a directory that is an input itself come with it. */
function withoutCovered(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));
}

function homeFiles({ env, user }: Site): string[] {
  const name = user?.split(":")[0];
  const homes = [env.get("HOME"), name === undefined || name === "root" ? "/root" : `/home/${name}`];
  return homes.flatMap((home) => (home === undefined ? [] : HOME_FILES.map((file) => `${home}/${file}`)));
}

/** What installs read and make. */
export interface Read {
  readonly calls: readonly Install[];
  readonly inputs: Inputs;
  readonly outputs: readonly Output[];
  /** Image paths that the installs would read, whether the context has them or not. */
  readonly mayRead: readonly string[];
  /** Image paths that variables and manifests name to the installs. */
  readonly told: readonly string[];
}

/** Inputs and outputs of these installs together, or why one of them cannot be told. */
export function readInputs(commands: readonly CommandFact[], facts: Facts): Read | InputsRefusal {
  const { context } = facts;
  const calls: Install[] = [];
  const outputs: Output[] = [];
  const inputs: Inputs[] = [];
  const mayRead: string[] = [];
  const told: string[] = [];
  for (const fact of commands) {
    const { install, site } = fact;
    if (install === undefined || context === undefined) continue;
    const read = install.ecosystem.inputs(install.call, site, context);
    if (isRefused(read))
      return isOpaque(install.call.directory) && /^no-/.test(read.code) ? unknownDirectory(fact) : read;
    const metadata = read.variables?.find(isVolatileName);
    if (metadata !== undefined)
      return {
        code: "reads-metadata",
        reason: `what \`${install.call.label}\` installs depends on ${metadata}, which is named like build metadata`,
      };
    const link = read.paths.find((path) => context.kind(path) === "symlink" && "problem" in context.read(path));
    if (link !== undefined)
      return {
        code: "symbolic-link",
        reason: `\`${install.call.label}\` reads ${link}, a symbolic link that cannot be copied as what it leads to`,
      };
    inputs.push(read);
    calls.push(install.call);
    mayRead.push(
      ...(read.probes ?? []),
      ...homeFiles(site),
      ...install.ecosystem.reads.map((name) => `${install.call.directory}/${name}`),
    );
    told.push(...environmentPaths(site.env, install.call.command.program ?? ""), ...(read.told ?? []));
    outputs.push(...install.ecosystem.outputs(install.call, site, context));
  }
  const insert = inputs.find((one) => one.insert !== undefined)?.insert;
  const unproven = inputs.find((one) => one.unproven !== undefined)?.unproven;
  return {
    calls,
    outputs,
    mayRead,
    told,
    inputs: {
      paths: withoutCovered([...new Set(inputs.flatMap((one) => one.paths))]),
      notes: [...new Set(inputs.flatMap((one) => one.notes))],
      ...(insert === undefined ? {} : { insert }),
      ...(unproven === undefined ? {} : { unproven }),
    },
  };
}

export const unknownDirectory = ({ install, site }: CommandFact): InputsRefusal => ({
  code: "unknown-directory",
  reason: `\`${install?.call.label ?? ""}\` runs in ${install?.call.directory ?? site.cwd}, which only the build knows`,
});
