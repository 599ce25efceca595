import { printable, wrap, type Colors } from "../../report/terminal.js";
import { editText } from "./editor.js";
import { hunkText } from "./hunk-text.js";
import { judgeEdit } from "./judge.js";
import type { Answer, Hunk } from "./session.js";
import type { Keyboard } from "./terminal.js";

/** `stop`: what was accepted is written; `interrupt`: nothing is. */
export type Reply = Answer | "undo" | "stop" | "interrupt";

export interface Dialogue {
  /** Shows a hunk and asks until there is an answer. */
  ask(hunk: Hunk, canUndo: boolean): Promise<Reply>;
}

interface Screen {
  write(text: string): unknown;
  readonly columns: number;
}

const HELP: readonly (readonly [string, string])[] = [
  ["y", "make this rewrite"],
  ["n", "leave it"],
  ["a", "this and all that follow in this file"],
  ["d", "neither this nor what follows in this file"],
  ["s", "its rewrites one by one"],
  ["e", "edit the file as it would be written"],
  ["u", "take back the last answer"],
  ["q", "stop; what was accepted is written"],
  ["?", "this help; Ctrl-C: nothing is written"],
];

export function createDialogue(keyboard: Keyboard, screen: Screen, colors: Colors, env: NodeJS.ProcessEnv): Dialogue {
  // A terminal that does not know its size says 0.
  const width = (): number => Math.max(20, Math.min(screen.columns || 80, 120));
  const say = (text: string): void => {
    screen.write(`${wrap(printable(text), width(), 2)}\n`);
  };
  const key = async (question: string, keys: string): Promise<string> => {
    screen.write(colors.bold(`${question} [${[...keys].join(",")}]? `));
    const pressed = await keyboard.next();
    screen.write(`${pressed.length === 1 ? printable(pressed) : ""}\n`);
    if (pressed === "ctrl-c" || pressed === "closed") return "interrupt";
    return pressed === "ctrl-d" ? "stop" : pressed.toLowerCase();
  };

  /** undefined: the edit is dropped, and the hunk is asked about again. */
  const edit = async (hunk: Hunk): Promise<Reply | undefined> => {
    const [now, next] = [hunk.now, hunk.next].map(({ result }) => result.report?.after ?? "");
    for (let text = next ?? ""; ;) {
      const edited = keyboard.lend(() => editText(text, hunk.path, env));
      if ("problem" in edited) {
        say(edited.problem);
        return undefined;
      }
      ({ text } = edited);
      if (text === next) return { kind: "yes" };
      if (text === now) {
        say("That is the file without the rewrite: it is left.");
        return { kind: "no" };
      }
      const judgement = judgeEdit(hunk, text);
      if (judgement.kind === "proved") {
        const same = judgement.as === "now" ? "the file does so far" : "the rewrite would";
        say(`Your edit is taken. Proved: it builds the same image as ${same}.`);
        return { kind: "edit", text };
      }
      const broken = judgement.kind === "broken";
      say(
        broken
          ? `Your edit is no Dockerfile that builds: ${hunk.path}:${judgement.reason}.`
          : `Your edit is not proved to build the same image: ${judgement.reason}.`,
      );
      const pressed = await key(broken ? "Edit again" : "Take it all the same, or edit again", broken ? "en" : "yen");
      if (pressed === "interrupt" || pressed === "stop") return pressed;
      if (pressed === "y" && !broken) return { kind: "edit", text };
      if (pressed !== "e") return undefined;
    }
  };

  const ask = async (hunk: Hunk, canUndo: boolean): Promise<Reply> => {
    screen.write(`\n${hunkText(hunk, colors, width())}`);
    const canSplit = new Set(hunk.rewrites.map((one) => one.key)).size > 1;
    const keys = `ynad${canSplit ? "s" : ""}e${canUndo ? "u" : ""}q?`;
    for (;;) {
      const pressed = await key("Make it", keys);
      switch (pressed) {
        case "y":
          return { kind: "yes" };
        case "n":
          return { kind: "no" };
        case "a":
          return { kind: "all" };
        case "d":
          return { kind: "none" };
        case "s":
          if (canSplit) return { kind: "split" };
          say("This is one rewrite: a part of it alone could break the build.");
          break;
        case "e": {
          const reply = await edit(hunk);
          if (reply !== undefined) return reply;
          break;
        }
        case "u":
          if (canUndo) return "undo";
          say("There is no answer to take back.");
          break;
        case "q":
        case "stop":
          return "stop";
        case "interrupt":
          return "interrupt";
        default:
          screen.write(`${HELP.map(([name, meaning]) => wrap(`${name}  ${meaning}`, width(), 3)).join("\n")}\n`);
      }
    }
  };
  return { ask };
}
