import type { Context } from "../context/context.js";
import { clean } from "../context/go-match.js";
import type { InputsRefusal } from "./ecosystem.js";

const OPTION = /^(-r|--requirement|-c|--constraint|-e|--editable|-f|--find-links)(?:\s+|=\s*|(?<=^-[rcef]))(\S[^]*)$/;

/** With a hash for each file of each package, people have a tenth of that. */
const LONGEST = 4 << 20;

/** Context paths of a requirements file and all that it names; includes are relative to the including file (pip: req_file.py). */
export function readRequirements(
  path: string,
  context: Context,
  seen = new Set<string>(),
): { readonly paths: readonly string[] } | InputsRefusal {
  if (seen.has(path)) return { paths: [] };
  seen.add(path);
  const read = context.read(path);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${path}: ${read.problem}` };
  if (read.text.length > LONGEST) return { code: "unreadable-manifest", reason: `${path}: it is larger than 4 MB` };
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const paths = [path];
  for (const { text, line } of logicalLines(read.text)) {
    const refuse = (why: string): InputsRefusal => ({
      code: "local-requirement",
      reason: `${path}:${line}: \`${text}\` ${why}`,
    });
    const [, option = "", given = ""] = OPTION.exec(text) ?? [];
    const value = given.replace(/^["']|["']$/g, "").trim();
    if (/\$\{\w+\}/.test(value)) return refuse("holds a variable");
    if (option === "-e" || option === "--editable") {
      if (!/^[a-z+]+:\/\/|^git@|^[\w.-]+\s*@\s*git\+/.test(value) || value.startsWith("file:"))
        return refuse("installs a local project, which needs its source");
    } else if (option === "-f" || option === "--find-links") {
      if (/^https?:\/\//.test(value)) continue;
      // Relative to the file when it is there, else to where pip runs (pip: req_file.py, handle_option_line).
      const target = [clean(folder === "" ? value : `${folder}/${value}`), clean(value)].find(
        (one) => context.kind(one) !== undefined,
      );
      if (target === undefined) return refuse("is not in the build context");
      paths.push(target);
    } else if (option !== "") {
      if (/^https?:\/\//.test(value)) continue;
      const target = clean(folder === "" ? value : `${folder}/${value}`);
      if (target.startsWith("..") || value.startsWith("/")) return refuse("leads out of the build context");
      if (context.kind(target) === undefined) return refuse("is not in the build context");
      const included = readRequirements(target, context, seen);
      if ("reason" in included) return included;
      paths.push(...included.paths);
    } else if (!text.startsWith("-")) {
      const local = localTarget(text);
      if (local === undefined) continue;
      const target = clean(local);
      if (!/\.(?:whl|tar\.gz|zip)$/.test(local) || context.kind(target) !== "file")
        return refuse("is a local project, which needs its source");
      paths.push(target);
    }
  }
  return { paths };
}

/** The path of a requirement that is a file or folder: `.`, `./lib`, `lib/x.whl`, `x @ file:lib`. */
function localTarget(text: string): string | undefined {
  const requirement = text.replace(/(?<!\s)\s+(?:;|--)[^]*$/, "").trim();
  const url = /^(?:[\w.-]+(?:\[[^\]]*\])?\s*@\s*)?file:(?:\/\/)?(.*)$/.exec(requirement)?.[1];
  if (url !== undefined) return url;
  const path = requirement.replace(/\[[^[\]]*\]$/, "");
  return /^\.{1,2}(?:\/|$)|^\/|^~/.test(path) ||
    (/\//.test(path) && !/:\/\/|@/.test(path)) ||
    /^[^:@]+\.(?:whl|tar\.gz|zip)$/.test(path)
    ? path
    : undefined;
}

/** Lines with continuations joined and comments taken off, as pip joins them. */
function logicalLines(source: string): { readonly text: string; readonly line: number }[] {
  const lines: { text: string; line: number }[] = [];
  let pending = "";
  let first = 0;
  for (const [index, raw] of source
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (pending === "") first = index + 1;
    const comment = /^\s*#/.test(raw);
    if (raw.endsWith("\\") && !comment) {
      pending += raw.slice(0, -1).trim() + " ";
      continue;
    }
    const text = (pending + (comment ? "" : raw)).replace(/(?:^|\s)#[^]*$/, "").trim();
    pending = "";
    if (text !== "") lines.push({ text, line: first });
  }
  return lines;
}
