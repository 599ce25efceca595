import { hasOption, readArgs } from "../shell/args.js";
import type { Command, ShellWord } from "../shell/script.js";
import { targetPath, type Effects } from "./effects.js";
import { HOME_FILES } from "./environment-paths.js";
import { isSystemPath, isWithin, mayOverlap, parentOf } from "./paths.js";
import type { State } from "./state.js";

/**
 * One place that leads to another: what is done at, below or above `from` may be done anywhere below `to`. Image paths; `/` where one is not
 * known. A symbolic or hard link; a setting that names a directory to the tools.
 */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** Two names of one directory in images with a merged /usr (Debian, Fedora), and of /run. */
const MERGED: readonly (readonly [string, string])[] = [
  ...["bin", "sbin", "lib", "lib64"].map((name) => [`/${name}`, `/usr/${name}`] as const),
  ["/var/run", "/run"],
];

/** The links that a command makes. */
export function linksOf(command: Command, cwd: string, state: State): readonly Link[] {
  const path = (word: ShellWord | string, base = cwd): string => targetPath(word, base, state)?.path ?? "/";
  switch (command.program) {
    case "cp":
    case "ln": {
      const args = readArgs(command.args, "-t --target-directory -S --suffix");
      const symbolic = hasOption(args, "-s", "--symbolic", "--symbolic-link");
      const links = command.program === "ln" || symbolic || hasOption(args, "-l", "--link");
      return links ? made(args, symbolic, path) : [];
    }
    case "update-alternatives":
      return command.args.flatMap((word, index) => {
        const [link, , target] = command.args.slice(index + 1);
        return /^--(?:install|slave)$/.test(word.text) && link !== undefined && target !== undefined
          ? [{ from: path(link), to: path(target) }]
          : [];
      });
    case "useradd":
    case "adduser":
    case "usermod":
      return homeOf(command).flatMap((word) =>
        HOME_FILES.map((file) => ({ from: `/home/user/${file}`, to: `${path(word)}/${file}` })),
      );
    default:
      return settings(command).map((word) => ({ from: path("~/.config"), to: path(word) }));
  }
}

/** Names directories to ldconfig, which package managers run. */
export const LINKER_SETTINGS = "/etc/ld.so.conf.d";

/** `echo /opt/lib > /etc/ld.so.conf.d/x.conf` */
export function librariesOf({ args }: Command, { writes }: Effects): readonly Link[] {
  if (!writes.some((path) => path.startsWith("/etc/ld.so.conf"))) return [];
  const named = args.flatMap(({ text }) => text.match(/\/[\w./-]+/g) ?? []);
  return (named.length > 0 ? named : ["/"]).map((to) => ({ from: LINKER_SETTINGS, to }));
}

function made(
  args: ReturnType<typeof readArgs>,
  symbolic: boolean,
  path: (word: ShellWord | string, base?: string) => string,
): readonly Link[] {
  const directory = args.options.find(({ name }) => name === "-t" || name === "--target-directory");
  const last = args.words.length > 1 ? args.words.at(-1) : undefined;
  const from = directory === undefined ? path(last ?? ".") : directory.text === undefined ? "/" : path(directory.text);
  const targets = directory === undefined && last !== undefined ? args.words.slice(0, -1) : args.words;
  return targets.flatMap((target) => {
    if (isFoundByPath(target)) return [{ from, to: "/usr/bin" }];
    // A relative target counts from the link's own directory: `from`, when that is one, or the one above it.
    const bases = symbolic ? [from, parentOf(from)] : [undefined];
    return bases.flatMap((base) => {
      const to = path(target, base);
      return symbolic
        ? [{ from, to }]
        : [
            { from, to },
            { from: to, to: from },
          ];
    });
  });
}

/** `$(which python3)`: a program of the system. */
const isFoundByPath = ({ text }: ShellWord): boolean =>
  /^["']?(?:\$\(|`)(?:which|command -v)\s[\w.-]+[)`]["']?$/.test(text);

/** A home that is not /home/NAME; for tools it is as if they were told by HOME. */
const homeOf = ({ args }: Command): readonly ShellWord[] =>
  readArgs(args, "-d --home --home-dir -h").options.flatMap(({ name, value }) =>
    /^(?:-d|--home|--home-dir|-h)$/.test(name) && value?.text.startsWith("/") === true ? [value] : [],
  );

/** `npm config set prefix /opt/npm`: from then on the tool works there. */
function settings({ program = "", args }: Command): readonly ShellWord[] {
  if (!/^(?:npm|pnpm|yarn|pip3?|poetry|conda|bundle|git)$/.test(program)) return [];
  return args.some((word) => /^(?:config|set)$/.test(word.text))
    ? args.filter((word) => word.text.startsWith("/"))
    : [];
}

/** The effects with every path that leads through a link also where the link leads. */
export function throughLinks(effects: Effects, links: readonly Link[]): Effects {
  // What uses the system uses what the system's own directories lead to.
  const used = effects.system === "none" ? [] : links.filter(({ from }) => isSystemPath(from)).map(({ to }) => to);
  const follow = (paths: readonly string[]): readonly string[] => {
    const found = new Set(paths);
    // Grows while it is walked: a link may lead to another.
    for (const path of found) {
      for (const { from, to } of links) if (mayOverlap(path, from)) found.add(to);
      for (const [one, other] of MERGED) {
        if (isWithin(path, one)) found.add(other + path.slice(one.length));
        if (isWithin(path, other)) found.add(one + path.slice(other.length));
      }
    }
    return [...found];
  };
  return {
    ...effects,
    reads: follow([...effects.reads, ...used]),
    expects: follow(effects.expects),
    writes: follow([...effects.writes, ...(effects.system === "writes" ? used : [])]),
    probes: follow(effects.probes),
    needs: follow(effects.needs),
  };
}
