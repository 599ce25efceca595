// Reading the page's own data, and making elements of it.

/**
 * A block of data.
 * @param {string} id
 * @returns {Promise<unknown>}
 */
async function readBlock(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page is cut off: it has no ${id}.`);
  const bytes = Uint8Array.from(atob(element.textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  /** @type {unknown} */
  const data = JSON.parse(await new Response(stream).text());
  return data;
}

/**
 * Control characters and bidirectional overrides, as what they are.
 * @param {string} text
 */
function visible(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) =>
    c === "\r" ? "" : `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/**
 * An element with a class, and text or elements in it. All text of the page passes here.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} className
 * @param {...(string | Node)} content
 * @returns {HTMLElementTagNameMap[K]}
 */
function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...content.map((one) => (typeof one === "string" ? visible(one) : one)));
  return element;
}

/**
 * What stands between backticks is code.
 * @param {string} text
 */
const prose = (text) => text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 0 ? part : make("code", "", part)));

/**
 * A link when the address is one of the web, else text.
 * @param {string} label
 * @param {string} url
 */
function webLink(label, url) {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== "https:" && parsed?.protocol !== "http:") return make("span", "", label);
  const link = make("a", "", label);
  link.href = parsed.href;
  link.rel = "noopener noreferrer";
  link.target = "_blank";
  return link;
}

/** @param {number} number */
const grouped = (number) => number.toLocaleString("en");

/**
 * "4.2 s", "12 min", "3.4 h"
 * @param {number} seconds
 */
function duration(seconds) {
  const [number, unit] =
    Math.abs(seconds) < 119.5
      ? [seconds, "s"]
      : Math.abs(seconds) < 7170
        ? [seconds / 60, "min"]
        : [seconds / 3600, "h"];
  return `${number.toLocaleString("en", { maximumFractionDigits: Math.abs(number) < 9.95 ? 1 : 0 })} ${unit}`;
}
