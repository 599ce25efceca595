import type { Answer, Question } from "./protocol.js";

/** Keystrokes that follow each other within this many milliseconds are one question. */
const PAUSE = 250;

/** The worker: asked for the last question only; one that still works on an older one is ended, and another takes its place. */
export function createEngine(
  code: string,
  onAnswer: (answer: Answer) => void,
): (question: Omit<Question, "id">) => void {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  let worker: Worker | undefined;
  let busy = false;
  let known: Question["files"];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let id = 0;
  const start = (): Worker => {
    const started = new Worker(url);
    started.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.id !== id) return;
      busy = false;
      onAnswer(data);
    };
    known = undefined;
    return started;
  };
  const send = (question: Omit<Question, "id">): void => {
    if (busy) {
      worker?.terminate();
      worker = undefined;
    }
    worker ??= start();
    busy = true;
    worker.postMessage({ ...question, id, files: question.files === known ? undefined : question.files });
    known = question.files;
  };
  return (question) => {
    id++;
    clearTimeout(timer);
    timer = setTimeout(() => {
      send(question);
    }, PAUSE);
  };
}

/** Bytes of a data block of the page: gzip, base64. */
export async function unpack(block: string): Promise<string> {
  const bytes = Uint8Array.from(atob(block.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}
