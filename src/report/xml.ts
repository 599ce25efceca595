import { printable } from "./terminal.js";

/** Text of an element or an attribute. What XML 1.0 has no way to write, control characters above all, is shown as text or dropped. */
export function xmlText(text: string): string {
  return printable(text)
    .replace(/[\ufffe\uffff]|\p{Surrogate}/gu, "")
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** An element; `content` is XML. Attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content: readonly string[] = [],
): string {
  const list = Object.entries(attributes).map(([key, value]) =>
    // A line end in an attribute would be read as a blank.
    value === undefined ? "" : ` ${key}="${xmlText(String(value)).replace(/[\t\n]/g, (c) => `&#${c.charCodeAt(0)};`)}"`,
  );
  const head = `<${name}${list.join("")}`;
  return content.length === 0 ? `${head}/>` : `${head}>${content.join("")}</${name}>`;
}

export const xmlDocument = (root: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
