import picocolors from "picocolors";
import { expect, test } from "vitest";
import { renderPage } from "../../src/explain/render.js";

const plain = picocolors.createColors(false);

test("headings, paragraphs, lists, quotes and fenced text become calm lines", () => {
  const page = [
    "# name",
    "A paragraph that is\nwritten in two lines.",
    "- one item that is long enough to be broken at forty columns\n  and goes on\n- [`code`](../x.md#code): said",
    "> \\<b\\> is text, `a\\_b` is code",
    "```diff\n-a\n\n+b\n```",
  ].join("\n\n");
  expect(renderPage(page, plain, 40)).toBe(`name

A paragraph that is written in two
lines.

  - one item that is long enough to be
    broken at forty columns and goes on
  - \`code\`: said

  <b> is text, \`a\\_b\` is code

  -a

  +b
`);
});

test("no escape sequence reaches the terminal but for our own colours", () => {
  expect(renderPage("# \u001b[31mred", plain, 80)).toBe("\\x1b[31mred\n");
  expect(renderPage("```diff\n+a\n```", picocolors.createColors(true), 80)).toBe("  \u001b[32m+a\u001b[39m\n");
});
