import type { Command, ShellWord } from "./script.js";

/** How many words a wrapper takes before the command it runs, by its options. */
interface Wrapper {
  /** Options that take a value as the next word. */
  readonly valued: string;
  /** Words of its own after the options (`timeout 5 cmd`: 1). */
  readonly operands?: number;
  /** Takes NAME=value words. */
  readonly assignments?: boolean;
  /** Options by which the command runs elsewhere, as another user or in another environment. */
  readonly moving?: RegExp;
}

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  command: { valued: "" },
  corepack: { valued: "" },
  eatmydata: { valued: "" },
  env: {
    valued: "-u --unset -C --chdir -S",
    assignments: true,
    moving: /^-$|^-[A-Za-z]*[CSi]|^--(?:chdir|split-string|ignore-environment)/,
  },
  exec: { valued: "-a" },
  gosu: { valued: "", operands: 1 },
  nice: { valued: "-n" },
  nohup: { valued: "" },
  "su-exec": { valued: "", operands: 1 },
  sudo: {
    valued: "-u -g -h -p -C -D --user --group",
    assignments: true,
    moving: /^-[A-Za-z]*[ugDRis]|^--(?:user|group|chdir|chroot|login|shell)/,
  },
  time: { valued: "-f -o" },
  timeout: { valued: "-k -s --signal --kill-after", operands: 1 },
  xargs: { valued: "-n -I -P -d -L -s -a -E --max-args --max-procs --replace" },
};

const SHELLS = /^(?:sh|bash|dash|ash|zsh)$/;

/**
 * Peels wrappers off a command whose words all stand in `args`. Never guesses: a program named by an expansion stays unknown.
 * The script of `sh -c` is recognised by the caller's rules as one opaque command with "sh -c" among its wrappers.
 */
export function unwrap(command: Command, exec: boolean): Command[] {
  let { args, assignments } = command;
  const wrappers: string[] = [];
  for (;;) {
    const [first] = args;
    if (first === undefined) return [{ ...command, args, assignments, wrappers }];
    if (first.value === undefined) return [{ ...command, program: undefined, args, assignments, wrappers }];
    const program = first.value.slice(first.value.lastIndexOf("/") + 1);
    const programPath = first.value.includes("/") ? first.value : undefined;
    const rest = args.slice(1);
    const inner = peel(program, rest);
    if (inner === undefined) {
      const named = pythonModule(program, rest) ?? phpScript(program, rest) ?? { program, args: rest };
      if (SHELLS.test(program) && rest.some((word) => /^-[a-z]*c$/.test(word.value ?? "")))
        wrappers.push(`${program} -c`);
      return [
        { ...command, programPath, ...named, name: first, assignments, wrappers: exec ? [...wrappers] : wrappers },
      ];
    }
    wrappers.push([program, ...inner.moved].join(" "));
    assignments = [...assignments, ...inner.assignments];
    args = inner.args;
  }
}

function peel(
  program: string,
  words: readonly ShellWord[],
): { args: readonly ShellWord[]; assignments: Command["assignments"]; moved: readonly string[] } | undefined {
  if (program === "corepack" && !/^(?:npm|npx|yarn|yarnpkg|pnpm|pnpx)$/.test(words[0]?.value ?? "")) return undefined;
  const wrapper = Object.hasOwn(WRAPPERS, program) ? WRAPPERS[program] : undefined;
  if (wrapper === undefined) return undefined;
  const valued = wrapper.valued.split(" ");
  const assignments: { name: string; value: string | undefined; text: string }[] = [];
  const moved: string[] = [];
  let at = 0;
  for (; at < words.length; at++) {
    const text = words[at]?.text ?? "";
    if (wrapper.moving?.test(text) === true) moved.push(text);
    const assignment = wrapper.assignments === true ? /^([A-Za-z_]\w*)=/.exec(text) : null;
    if (text === "--") {
      at++;
      break;
    }
    if (assignment !== null)
      assignments.push({
        name: assignment[1] ?? "",
        value: words[at]?.value?.slice(assignment[0].length),
        text: text.slice(assignment[0].length),
      });
    else if (valued.includes(text)) at++;
    else if (!text.startsWith("-")) break;
  }
  at += wrapper.operands ?? 0;
  return at >= words.length ? undefined : { args: words.slice(at), assignments, moved };
}

/** `python3 -m pip install` is pip's install. */
function pythonModule(
  program: string,
  words: readonly ShellWord[],
): { program: string; args: readonly ShellWord[] } | undefined {
  if (!/^(?:python[\d.]*|pypy[\d.]*|py)$/.test(program)) return undefined;
  const at = words.findIndex((word) => word.value === "-m");
  const module = words[at + 1]?.value;
  const flagsOnly = words.slice(0, Math.max(at, 0)).every((word) => /^-[a-zA-Z]+$/.test(word.value ?? ""));
  return at < 0 || module === undefined || !flagsOnly ? undefined : { program: module, args: words.slice(at + 2) };
}

/** `php -d memory_limit=-1 composer.phar install` is Composer's install. */
function phpScript(
  program: string,
  words: readonly ShellWord[],
): { program: string; programPath: string; args: readonly ShellWord[] } | undefined {
  if (!/^php[\d.]*$/.test(program)) return undefined;
  let at = 0;
  for (; words[at]?.text.startsWith("-") === true; at++) {
    const option = words[at]?.text ?? "";
    if (/^-[dc]$/.test(option)) at++;
    else if (!/^-(?:[nq]$|[dc].)/.test(option)) return undefined;
  }
  const path = words[at]?.value;
  return path === undefined || !/(?:^|\/)composer(?:\.phar)?$/.test(path)
    ? undefined
    : { program: "composer", programPath: path.includes("/") ? path : `./${path}`, args: words.slice(at + 1) };
}
