import type { Input } from "./inputs.js";

/** Memory that a worker writes its input to before it tries it: whoever watches can read it when the worker hangs or dies. */
export interface Slate {
  readonly memory: SharedArrayBuffer;
  readonly write: (input: Input) => void;
  /** How many inputs were written. */
  readonly count: () => number;
  readonly read: () => Input | undefined;
}

const BYTES = 1 << 20;

export function slateOn(memory = new SharedArrayBuffer(BYTES + 8)): Slate {
  const head = new Int32Array(memory, 0, 2);
  const body = new Uint8Array(memory, 8);
  return {
    memory,
    write(input) {
      // Shared memory is no place to encode to.
      const whole = Buffer.from(JSON.stringify(input));
      const bytes = whole.length > BYTES ? Buffer.from(JSON.stringify({ ...input, files: undefined })) : whole;
      body.set(bytes);
      Atomics.store(head, 1, bytes.length);
      Atomics.add(head, 0, 1);
    },
    count: () => Atomics.load(head, 0),
    read() {
      const text = Buffer.from(body.slice(0, Atomics.load(head, 1))).toString();
      return text === "" ? undefined : (JSON.parse(text) as Input);
    },
  };
}
