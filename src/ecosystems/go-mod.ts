/** What is read of a go.mod or go.work. */
export interface GoMod {
  /** Local directories: targets of `replace` in go.mod, of `use` and `replace` in go.work, as written. */
  readonly locals: readonly { readonly path: string; readonly line: number }[];
  readonly requires: boolean;
}

/** Reads the directives of a go.mod or go.work, single or in blocks (go.dev/ref/mod). Unknown ones are passed over. */
export function readGoMod(source: string): GoMod {
  const locals: { path: string; line: number }[] = [];
  let requires = false;
  let block = "";
  for (const [index, raw] of source.split("\n").entries()) {
    const text = (raw.split("//", 1)[0] ?? "").trim();
    if (text === "") continue;
    if (block !== "" && text === ")") {
      block = "";
      continue;
    }
    const opening = /^(\w+)\s*\($/.exec(text);
    if (block === "" && opening !== null) {
      block = opening[1] ?? "";
      continue;
    }
    const [directive, rest] = block === "" ? splitFirst(text) : [block, text];
    if (directive === "require" || directive === "tool") requires = true;
    const target = directive === "use" ? rest : directive === "replace" ? /=>\s*(\S+)/.exec(rest)?.[1] : undefined;
    const path = target?.replace(/^["`]|["`]$/g, "");
    if (path !== undefined && (directive === "use" || /^\.{0,2}\/|^\.{1,2}$/.test(path)))
      locals.push({ path, line: index + 1 });
  }
  return { locals, requires };
}

function splitFirst(text: string): [string, string] {
  const space = text.search(/\s/);
  return space < 0 ? [text, ""] : [text.slice(0, space), text.slice(space).trim()];
}
