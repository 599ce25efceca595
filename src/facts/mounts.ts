import type { RunInstruction } from "../syntax/nodes.js";
import { expand } from "./expand.js";
import type { Facts } from "./facts.js";
import { mayOverlap, resolvePath } from "./paths.js";

/** A `--mount` of a RUN. */
export interface Mount {
  readonly type: string;
  /** Image path; undefined when there is none, or it is not known. */
  readonly target: string | undefined;
  readonly writable: boolean;
}

export const mountOption = (value: string, name: string): string | undefined =>
  new RegExp(`(?:^|,)${name}=([^,]+)`).exec(value)?.[1];

/** `--mount` without a type is a bind mount. */
export const isBind = (value: string): boolean =>
  /(?:^|,)(?:target|dst|destination)=|(?:^|,)type=bind/.test(value) && !/(?:^|,)type=(?!bind)/.test(value);

export function mountsOf(run: RunInstruction, facts: Facts): readonly Mount[] {
  const { env, cwd } = facts.state(run);
  const { escape } = facts.document.directives;
  return run.flags
    .filter((flag) => flag.name === "mount")
    .map(({ value = "" }) => {
      const given = ["target", "dst", "destination"].flatMap((name) => mountOption(value, name) ?? [])[0];
      return {
        type: mountOption(value, "type") ?? "bind",
        target: given === undefined ? undefined : resolvePath(cwd, expand(given, env, escape)),
        writable: /(?:^|,)(?:rw|readwrite)(?:$|,|=true)/.test(value),
      };
    });
}

/** Is what one command leaves for the next in no layer: in a mount that is not kept or may be emptied at any time, or in shared memory? */
export const leavesOutside = (run: RunInstruction, facts: Facts): boolean =>
  run.body.text.includes("/dev/shm") ||
  mountsOf(run, facts).some(
    ({ type, target, writable }) =>
      type === "tmpfs" ||
      (type === "bind" && writable) ||
      (type === "cache" && facts.commands(run).some(({ effects }) => mayHold(target, effects.writes))),
  );

const mayHold = (target: string | undefined, writes: readonly string[]): boolean =>
  target === undefined || writes.some((path) => mayOverlap(path, target));
