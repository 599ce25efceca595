/** Go's unicode.IsSpace, by which BuildKit trims; narrower than JavaScript's (no U+FEFF), wider than ASCII. */
export function isSpace(c: string): boolean {
  if (c.length !== 1) return false;
  const code = c.charCodeAt(0);
  // Asked of nearly every character of a file.
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return /^[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(c);
}

/** First offset in [start, end) that is no white space; `end` when there is none. */
export function trimStart(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charAt(at))) at++;
  return at;
}

export function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text.charAt(at - 1))) at--;
  return at;
}
