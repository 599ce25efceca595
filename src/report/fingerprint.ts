import { createHash } from "node:crypto";

/** Names a finding by what it is about, not where it stands: 32 hexadecimal digits. Findings that are alike are counted through. */
export function fingerprinter(): (...key: readonly string[]) => string {
  const seen = new Map<string, number>();
  return (...key) => {
    const name = JSON.stringify(key);
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return createHash("sha256")
      .update(nth === 0 ? name : `${name}${nth}`)
      .digest("hex")
      .slice(0, 32);
  };
}
