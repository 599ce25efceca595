import { printable } from "./terminal.js";

/** Text that is HTML; only `html` makes it. */
export class Markup {
  constructor(readonly text: string) {}
}

/** HTML from a template: all values but Markup are escaped, and show control characters and bidirectional overrides as what they are. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  return new Markup(
    parts.reduce((text, part, index) => {
      const value = values[index - 1] ?? "";
      return text + textOf(value) + part;
    }),
  );
}

function textOf(value: string | number | Markup | readonly Markup[]): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return printable(String(value)).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
