import type { RunInstruction } from "../syntax/nodes.js";
import { expand } from "./expand.js";
import type { Facts } from "./facts.js";
import { mayOverlap, resolvePath } from "./paths.js";

export const mountOption = (value: string, name: string): string | undefined =>
  new RegExp(`(?:^|,)${name}=([^,]+)`).exec(value)?.[1];

/** `--mount` without a type is a bind mount. */
export const isBind = (value: string): boolean =>
  /(?:^|,)(?:target|dst|destination)=|(?:^|,)type=bind/.test(value) && !/(?:^|,)type=(?!bind)/.test(value);

/** A `--mount` flag of a RUN. BuildKit: instructions/commands_runmount.go. */
export interface Mount {
  readonly type: string;
  /** Image path as written; undefined when it is not given. */
  readonly target: string | undefined;
  /** Stage or image it takes its files from. */
  readonly from: string | undefined;
  readonly source: string | undefined;
  readonly writable: boolean;
}

export function mountsOf(run: RunInstruction): readonly Mount[] {
  return run.flags.flatMap((flag): Mount[] => {
    if (flag.name !== "mount") return [];
    const pairs = new Map(
      (flag.value ?? "").split(",").map((field): [string, string] => {
        const equals = field.indexOf("=");
        return equals < 0 ? [field.toLowerCase(), ""] : [field.slice(0, equals).toLowerCase(), field.slice(equals + 1)];
      }),
    );
    return [
      {
        type: pairs.get("type") ?? "bind",
        target: pairs.get("target") ?? pairs.get("dst") ?? pairs.get("destination"),
        from: pairs.get("from"),
        source: pairs.get("source") ?? pairs.get("src"),
        writable: ["rw", "readwrite"].some((name) => /^(?:true)?$/.test(pairs.get(name) ?? "false")),
      },
    ];
  });
}

/** The mounts with their targets as image paths; undefined where there is none, or it is not known. */
export function mountedAt(run: RunInstruction, facts: Facts): readonly Mount[] {
  const { env, cwd } = facts.state(run);
  const { escape } = facts.document.directives;
  return mountsOf(run).map((mount) => ({
    ...mount,
    target: mount.target === undefined ? undefined : resolvePath(cwd, expand(mount.target, env, escape)),
  }));
}

/** Is what one command leaves for the next in no layer: in a mount that is not kept or may be emptied at any time, or in shared memory? */
export const leavesOutside = (run: RunInstruction, facts: Facts): boolean =>
  run.body.text.includes("/dev/shm") ||
  mountedAt(run, facts).some(
    ({ type, target, writable }) =>
      type === "tmpfs" ||
      (type === "bind" && writable) ||
      (type === "cache" && facts.commands(run).some(({ effects }) => mayHold(target, effects.writes))),
  );

const mayHold = (target: string | undefined, writes: readonly string[]): boolean =>
  target === undefined || writes.some((path) => mayOverlap(path, target));
