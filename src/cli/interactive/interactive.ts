import { resolve } from "node:path";
import type { Project } from "../../project/contexts.js";
import { display } from "../../project/optimize.js";
import { unread, type FileResult } from "../../project/result.js";
import { colorsFor, printable } from "../../report/terminal.js";
import { EXIT } from "../exit.js";
import { readInput, type Configured } from "../process.js";
import type { FileSettings } from "../settings.js";
import { undisturbed } from "../interrupt.js";
import { WriteError, writeAll } from "../write.js";
import { createDialogue, type Dialogue } from "./dialogue.js";
import { Session } from "./session.js";
import { openKeyboard } from "./terminal.js";

export interface Setting {
  readonly color: boolean | undefined;
  readonly cwd: string;
  readonly project: Project;
  /** Says on stderr what is wrong with a file; returns whether anything is. */
  readonly warn: (result: FileResult, settings: FileSettings) => boolean;
}

/** What a shell expects of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** `dockopt --interactive`: asks about every rewrite of the files, writes what was accepted. Returns the exit code. */
export async function interactive(inputs: readonly Configured[], setting: Setting): Promise<number> {
  const { cwd, project } = setting;
  let failed = false as boolean;
  const warn = (result: FileResult, file: number): void => {
    const settings = inputs[file]?.settings;
    if (settings !== undefined) failed = setting.warn(result, settings) || failed;
  };
  const session = new Session({
    count: inputs.length,
    cwd,
    source(file) {
      const one = inputs[file];
      if (one === undefined) return undefined;
      const { engine: options, context } = one.settings;
      const read = readInput(one.input, context, cwd, project);
      const shown = display(one.input.path ?? "", cwd);
      if (!("problem" in read)) return { shown, text: read.text, opened: read.opened, options };
      warn(unread(shown, read.problem), file);
      return undefined;
    },
    begun: warn,
  });
  const keyboard = openKeyboard(process.stdin);
  const { stdout, env } = process;
  const dialogue = createDialogue(keyboard, stdout, colorsFor(stdout, setting.color, env), env);
  let end: Ending;
  try {
    end = await talk(session, dialogue);
  } finally {
    keyboard.close();
  }
  if (end === "interrupt") {
    process.stderr.write("Interrupted: nothing was written.\n");
    return INTERRUPTED;
  }
  const unwritten = await undisturbed(() => write(session, end, cwd));
  if (end === "stop" && session.unseen > 0)
    stdout.write(`Not looked at: ${session.unseen} more ${session.unseen === 1 ? "file" : "files"}.\n`);
  return unwritten ? EXIT.failure : failed ? EXIT.someFailed : EXIT.fine;
}

type Ending = "answered" | "stop" | "interrupt";

async function talk(session: Session, dialogue: Dialogue): Promise<Ending> {
  for (let hunk = session.question(); hunk !== undefined; hunk = session.question()) {
    const reply = await dialogue.ask(hunk, session.canUndo);
    if (reply === "interrupt" || reply === "stop") return reply;
    if (reply === "undo") session.undo();
    else session.answer(hunk, reply);
  }
  return "answered";
}

/** Writes each file with its companions, and says so; returns whether any could not be written. */
function write(session: Session, end: Ending, cwd: string): boolean {
  const changed = session.outcome().filter(({ changes }) => changes.length > 0);
  let failed = false;
  for (const { changes } of changed) {
    try {
      // Companions first: without them the rewritten Dockerfile would not be right.
      writeAll([...changes].reverse().map((change) => ({ ...change, path: resolve(cwd, change.path) })));
      process.stdout.write(`Written: ${printable(changes.map((change) => change.path).join(", "))}\n`);
    } catch (error) {
      if (!(error instanceof WriteError)) throw error;
      process.stderr.write(`dockopt: ${printable(error.message)}\n`);
      failed = true;
    }
  }
  if (changed.length > 0) return failed;
  const asked = end === "stop" || session.canUndo;
  process.stdout.write(
    asked ? "Nothing was written.\n" : "Nothing to rewrite. Without --interactive dockopt says why.\n",
  );
  return false;
}
