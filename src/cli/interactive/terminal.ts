import { emitKeypressEvents, type Key } from "node:readline";

/** A key as people name it: "y", "?", "enter", "ctrl-c", "ctrl-d"; "closed": the terminal is gone. */
export type Pressed = string;

/** Keys of the terminal one by one, without waiting for Enter; what is typed ahead is kept. */
export interface Keyboard {
  next(): Promise<Pressed>;
  /** Gives the terminal to somebody else for a while. */
  lend<T>(work: () => T): T;
  close(): void;
}

export function openKeyboard(stdin: NodeJS.ReadStream): Keyboard {
  const typed: Pressed[] = [];
  let waiting: ((key: Pressed) => void) | undefined;
  const press = (key: Pressed): void => {
    if (waiting === undefined) typed.push(key);
    else waiting(key);
    waiting = undefined;
  };
  const onKey = (text: string | undefined, key: Key): void => {
    const name = nameOf(text, key);
    if (name !== undefined) press(name);
  };
  const onEnd = (): void => {
    press("closed");
  };
  const raw = (on: boolean): void => {
    stdin.setRawMode(on);
    if (on) stdin.resume();
    else stdin.pause();
  };
  emitKeypressEvents(stdin);
  stdin.on("keypress", onKey).on("end", onEnd).on("error", onEnd);
  raw(true);
  return {
    next: () =>
      new Promise((resolve) => {
        const key = typed.shift();
        if (key === undefined) waiting = resolve;
        else resolve(key);
      }),
    lend(work) {
      raw(false);
      try {
        return work();
      } finally {
        raw(true);
      }
    },
    close() {
      raw(false);
      stdin.off("keypress", onKey).off("end", onEnd).off("error", onEnd);
    },
  };
}

/** undefined: no key that could be meant, such as an arrow or the Enter after a letter. */
function nameOf(text: string | undefined, { name, ctrl, meta }: Key): Pressed | undefined {
  if (ctrl === true) return name === "c" || name === "d" ? `ctrl-${name}` : undefined;
  return text !== undefined && [...text].length === 1 && text > " " && text !== "\u007f" && meta !== true
    ? text
    : undefined;
}
