import { createWriteStream, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { writeWholeBy } from "../../../disk.js";
import { reviewHtml } from "../../../migrate/report/html.js";
import { reviewJson } from "../../../migrate/report/json.js";
import { reviewMarkdown } from "../../../migrate/report/markdown.js";
import { collectReview, type Latest } from "../../../migrate/report/model.js";
import { openState, type State } from "../../../migrate/state.js";
import { printable } from "../../../report/terminal.js";
import { readArguments } from "../../arguments.js";
import { EXIT, UsageError } from "../../exit.js";
import { reviewOptions } from "../../migrate-options.js";
import { stateFolder } from "./settings.js";

const ENDINGS = { html: "html", markdown: "md", json: "json" } as const;

/** `dockopt migrate review`. Returns the exit code. @throws UsageError, LedgerError */
export async function review(argv: readonly string[], cwd: string): Promise<number> {
  const given = readArguments(argv, reviewOptions);
  const format = (given.text("format") ?? "html") as keyof typeof ENDINGS;
  const folder = stateFolder(given, cwd);
  const state = openState(folder, "read");
  const output = given.text("output");
  const path = output === undefined ? join(folder, `report.${ENDINGS[format]}`) : resolve(cwd, output);
  try {
    const found = await collectReview(latestOf(state));
    const text =
      format === "html"
        ? reviewHtml(found, (hash) => state.patch(hash))
        : format === "json"
          ? reviewJson(found)
          : [reviewMarkdown(found)];
    const put = (stream: NodeJS.WritableStream): Promise<void> => pipeline(Readable.from(text), stream);
    // Devices and pipes are written as they are.
    if (output === "-") await put(process.stdout);
    else if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) await put(createWriteStream(path));
    else await writeWholeBy(path, (temporary) => put(createWriteStream(temporary)));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new UsageError(`--output ${path}: it cannot be written (${error.message}).`);
  } finally {
    state.close();
  }
  if (output !== "-") process.stdout.write(`${printable(path)}\n`);
  return EXIT.fine;
}

/** What the ledger says last of each repository. */
function* latestOf({ ledger }: State): Generator<Latest> {
  for (const known of ledger.all()) {
    const [planned, failed] = [ledger.planned(known), ledger.failed(known)];
    const applied = known.applied?.patch === known.planned?.patch ? ledger.applied(known) : undefined;
    if (planned !== undefined) yield { planned, applied: failed?.phase === "apply" ? failed : applied };
    else if (failed !== undefined) yield { failed };
  }
}
