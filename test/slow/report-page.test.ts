import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reviewHtml } from "../../src/migrate/report/html.js";
import { collectReview, type Latest } from "../../src/migrate/report/model.js";
import { unifiedDiff } from "../../src/report/diff.js";
import { hasBrowser, startBrowser } from "../browser.js";
import { applied, ledgerOf, planned, plannedFile } from "../migrate/review.js";

const there = hasBrowser("the page");

/** Milliseconds that a filter takes, layout included. Scripts of the page are text: the tests know no DOM. */
const FILTERING = `(() => {
  const input = document.querySelector("input[name=text]");
  const from = performance.now();
  for (const text of ["s", "se", "search-w", "search-web", ""]) {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.getBoundingClientRect();
  }
  return (performance.now() - from) / 5;
})()`;

/** Pixels that an element's content is wider than it is. */
const overflow = (page: Page, selector: string): Promise<number> =>
  page.evaluate<number>(
    `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector("${selector}"))`,
  );

/** Would run, were it ever taken for markup. */
const HOSTILE = `</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">\u202egnp\u0007`;

function hostileRepository(): { latest: Latest; patch: string } {
  const plan = planned(HOSTILE, {
    repository: `aaa/${HOSTILE}`,
    url: "javascript:window.hacked=1",
    outcome: "changed",
    patch: "hostile",
    files: [
      plannedFile({
        path: HOSTILE,
        ecosystems: [HOSTILE],
        problems: [HOSTILE],
        seconds: { before: 9e6, after: 1 },
        applied: [{ transform: HOSTILE, safety: "safe", line: 1, message: HOSTILE, notes: [HOSTILE] }],
        refused: [{ transform: "x", code: HOSTILE, line: 1, reason: HOSTILE }],
        leading: { image: HOSTILE, steps: [{ text: HOSTILE, common: "x", bytes: 1e6 }] },
      }),
    ],
  });
  const done = applied(plan, { pull: { number: 1, url: "javascript:window.hacked=1" } });
  const patch = unifiedDiff({ path: HOSTILE, before: `${HOSTILE}\n`, after: `${HOSTILE} \n` });
  return { latest: { planned: plan, applied: done }, patch };
}

describe.skipIf(!there)("the page of 10,000 repositories", () => {
  let browser: Browser;
  let folder: string;
  let file: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "dockopt-page-"));
    file = join(folder, "review.html");
    const { latest, patch } = ledgerOf(9999);
    const hostile = hostileRepository();
    const review = await collectReview([...latest, hostile.latest]);
    const handle = openSync(file, "w");
    for (const piece of reviewHtml(review, (hash) => (hash === "hostile" ? hostile.patch : patch(hash))))
      writeSync(handle, piece);
    closeSync(handle);
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(width = 1280, height = 900): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height }, offline: true });
    const page = await context.newPage();
    // A violation of the policy is an error in the console.
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(file).href, { waitUntil: "commit" });
    await page.waitForSelector("html[data-ready]", { state: "attached" });
    return page;
  }

  const tally = (page: Page): Promise<string> => page.locator("#tally").innerText();
  const names = (page: Page): Promise<string[]> => page.locator(".rows .line:visible .name").allInnerTexts();

  test("opens, filters and sorts at once, with the rows in sight only", async () => {
    const start = performance.now();
    const page = await open();
    const ready = performance.now() - start;
    expect(await tally(page)).toMatch(/^10,000 of 10,000 repositories; expected to save/);
    expect(await page.locator(".rows .line").count()).toBeLessThan(60);

    const filtered = await page.evaluate<number>(FILTERING);
    console.log(`10,000 repositories: ready after ${Math.round(ready)} ms, a filter takes ${filtered.toFixed(1)} ms`);
    expect(ready).toBeLessThan(20_000);
    expect(filtered).toBeLessThan(1000);

    await page.fill("input[name=text]", "SEARCH-WEB-");
    expect(await tally(page)).toMatch(/^\d+ of 10,000/);
    expect((await names(page)).every((name) => name.includes("/search-web-"))).toBe(true);
    await page.selectOption("select[name=outcome]", { index: 2 });
    expect(new Set(await page.locator(".rows .line:visible .outcome").allInnerTexts())).toEqual(new Set(["refused"]));
    await page.click("text=Clear");
    await expect.poll(() => tally(page)).toMatch(/^10,000 of/);
    await page.fill("input[name=text]", "no such repository");
    expect(await tally(page)).toBe("No repository matches.");
    await page.click("text=Clear");

    await page.selectOption("select[name=saving]", { label: "60 s or more" });
    const savings = await page.locator(".rows .line:visible .saving").allInnerTexts();
    expect(savings[0]).toBe("2,500 h");
    const seconds = savings.slice(1).map((one) => parseFloat(one));
    expect(seconds.length).toBeGreaterThan(10);
    expect([...seconds].sort((a, b) => b - a)).toEqual(seconds);
    await page.click(".header .saving button");
    expect(await page.locator(".rows .line:visible .saving").first().innerText()).toMatch(/^6\d s$/);
    await page.click("text=Clear");

    await page.click(".header .ecosystems button");
    const first = await page.locator(".rows .line:visible .ecosystems").allInnerTexts();
    expect(new Set(first).size).toBe(1);
    await page.click(".header .name button");
    const sorted = await names(page);
    expect([...sorted].sort()).toEqual(sorted);
    await page.locator("#table").press("End");
    await expect
      .poll(() => page.locator(".rows .active .name").innerText())
      .toMatch(/^github\.com\/acme\/search-worker-\d+$/);
    expect(await page.locator(".rows .active").getAttribute("aria-rowindex")).toBe("10001");
    await page.close();
  });

  test("by keyboard: a row opens with the two sides of its diff, and the next one follows", async () => {
    const page = await open();
    await page.fill("input[name=text]", "github.com/acme/");
    await page.selectOption("select[name=outcome]", { index: 1 });
    await page.locator("#table").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const dialog = page.locator("dialog[open]");
    const title = await dialog.locator("h2").innerText();
    expect(title).toBe((await names(page))[1]);
    const diff = dialog.getByRole("table", { name: "Dockerfile, before and after" });
    const change = diff.locator("tr.change").first().locator("td");
    expect(await change.nth(1).innerText()).toBe("COPY . .");
    expect(await change.nth(3).innerText()).toMatch(/^COPY \S+.* \.\/$/);
    const [left, right] = [await change.nth(1).boundingBox(), await change.nth(3).boundingBox()];
    expect(left?.y).toBe(right?.y);
    expect(await dialog.innerText()).toMatch(/safe\s+split-manifest-copy line 5: .* the source is copied behind it/);
    expect(await dialog.getByRole("link", { name: "Repository" }).getAttribute("href")).toBe(`https://${title}.git`);
    expect(await page.getByRole("table", { name: ".dockerignore, before and after" }).innerText()).toContain(
      "node_modules",
    );
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => dialog.locator("h2").innerText()).not.toBe(title);
    await page.keyboard.press("Escape");
    expect(await page.locator("dialog[open]").count()).toBe(0);
    await page.close();
  });

  test("a reason or a bar shows its repositories in the table", async () => {
    const page = await open();
    const item = page.locator("#reasons li", { hasText: "lifecycle-script" });
    const [number = ""] = /[\d,]+/.exec(await item.locator(".reason span").innerText()) ?? [];
    await item.getByRole("button").click();
    expect(await tally(page)).toMatch(new RegExp(`^${number} of`));
    await page.locator(".chart button", { hasText: "failed" }).click();
    expect(await tally(page)).toMatch(/^103 of/);
    await page.locator(".rows .line").first().click();
    expect(await page.locator("dialog .failure").innerText()).toBe("git clone: not found");
    await page.close();
  });

  test("hostile text is shown as it is, and does nothing", async () => {
    const page = await open();
    expect((await names(page))[0]).toBe(`aaa/${HOSTILE}`.replace("\u202e", "\\x202e").replace("\u0007", "\\x07"));
    await page.locator(".rows .line").first().click();
    const dialog = page.locator("dialog[open]");
    await dialog.locator(".diff").waitFor();
    expect(await dialog.locator("a").count()).toBe(0);
    expect(await page.locator("img").count()).toBe(0);
    expect(await dialog.locator("td.text.right").innerText()).toContain("<script>window.hacked = 1</script>");
    expect(await page.evaluate<boolean>("'hacked' in window")).toBe(false);
    await page.close();
  });

  test("on a phone nothing is wider than the screen", async () => {
    const page = await open(400, 800);
    expect(await overflow(page, "html")).toBe(0);
    await page.locator(".rows .line").nth(1).click();
    await page.locator("dialog[open] .diff").first().waitFor();
    expect(await overflow(page, "dialog .content")).toBe(0);
    await page.close();
  });

  test("nothing was complained about, and nothing fetched", () => {
    expect(complaints).toEqual([]);
  });
});
