// From a unified patch to two sides.

/**
 * The files of a patch, in order.
 * @param {string} patch
 * @returns {DiffFile[]}
 */
function readPatch(patch) {
  /** @type {{ path: string, lines: string[] }[]} */
  const files = [];
  // Lines of files stand behind a blank, + or -: no text of theirs can pass for a header.
  for (const line of patch.split("\n")) {
    if (line.startsWith("diff --git ")) files.push({ path: "", lines: [] });
    files.at(-1)?.lines.push(line);
  }
  return files.map(({ lines }) => {
    const start = lines.findIndex((line) => line.startsWith("@@ "));
    const name = lines.slice(0, start).find((line) => line.startsWith("+++ ")) ?? "+++ b/";
    return { path: unquote(name.slice(4).replace(/\t$/, "")).replace(/^b\//, ""), rows: readHunks(lines.slice(start)) };
  });
}

/**
 * A name as git quotes it.
 * @param {string} name
 */
function unquote(name) {
  if (!name.startsWith('"')) return name;
  /** @type {number[]} */
  const bytes = [];
  for (const [, octal, letter, plain] of name.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^])/g)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(({ n: "\n", t: "\t" }[letter] ?? letter).charCodeAt(0));
    else bytes.push((plain ?? "").charCodeAt(0));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/**
 * Removed lines stand beside the added ones that follow them.
 * @param {string[]} lines
 * @returns {DiffRow[]}
 */
function readHunks(lines) {
  /** @type {DiffRow[]} */
  const rows = [];
  /** @type {DiffCell[]} */
  let removed = [];
  /** @type {DiffCell[]} */
  let added = [];
  let left = 0;
  let right = 0;
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++)
      rows.push({ kind: "change", left: removed[at] ?? null, right: added[at] ?? null });
    removed = [];
    added = [];
  };
  for (const line of lines) {
    const text = line.slice(1);
    const range = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (range !== null) {
      flush();
      left = Number(range[1]);
      right = Number(range[2]);
      if (rows.length > 0 || left > 1) rows.push({ kind: "gap", left: null, right: null });
    } else if (line.startsWith("-")) {
      if (added.length > 0) flush();
      removed.push({ number: left++, text });
    } else if (line.startsWith("+")) added.push({ number: right++, text });
    else if (line.startsWith("\\")) {
      const onLeft = added.length === 0 && removed.length > 0;
      const cell = { number: 0, text: text.trim() };
      flush();
      rows.push({ kind: "note", left: onLeft ? cell : null, right: onLeft ? null : cell });
    } else if (line.startsWith(" ")) {
      flush();
      rows.push({ kind: "same", left: { number: left++, text }, right: { number: right++, text } });
    }
  }
  flush();
  return rows;
}
