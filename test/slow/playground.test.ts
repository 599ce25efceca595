import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { playgroundHtml } from "../../scripts/playground/page.js";
import { hasBrowser, startBrowser } from "../browser.js";

const SIMPLE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";

/** Would run, were it ever taken for markup. */
const HOSTILE = `</textarea></script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">\u202egnp`;

describe.skipIf(!hasBrowser("the playground"))("the playground, opened from a disk, without a network", () => {
  let browser: Browser;
  let folder: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "dockopt-playground-"));
    writeFileSync(join(folder, "index.html"), await playgroundHtml());
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
    // A violation of the policy is an error in the console.
    expect(complaints).toEqual([]);
  });

  async function open(width = 1280, colorScheme: "light" | "dark" = "light"): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, offline: true });
    const page = await context.newPage();
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!/^(?:file|blob|data):/.test(request.url())) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
    await page.waitForSelector("html[data-ready]", { state: "attached" });
    return page;
  }

  const status = (page: Page): Promise<string> => page.locator("#status").innerText();
  const settles = (page: Page, text: string | RegExp): Promise<unknown> =>
    text instanceof RegExp
      ? expect.poll(() => status(page), { timeout: 60_000 }).toMatch(text)
      : expect.poll(() => status(page), { timeout: 60_000 }).toBe(text);
  const lines = (page: Page, kind: string): Promise<string[]> => page.locator(`#diff .${kind}`).allInnerTexts();

  /** At once: through the keys of a test, a browser takes minutes for a megabyte. */
  const setText = (page: Page, text: string): Promise<unknown> =>
    page.evaluate<unknown>(`(() => {
      const box = document.querySelector("#dockerfile");
      box.value = ${JSON.stringify(text)};
      box.dispatchEvent(new Event("input"));
    })()`);

  async function addFile(page: Page, path: string, text: string): Promise<void> {
    await page.getByRole("button", { name: "Add a file" }).click();
    // The new path has the focus.
    await page.keyboard.type(path);
    await page.locator("#files details").last().getByLabel("Text").fill(text);
  }

  test("shows what it does to a sample, and why", async () => {
    const page = await open();
    await settles(page, /^1 rewrite\. An average rebuild: about [\d.]+ s before, [\d.]+ s after/);
    expect(await lines(page, "added")).toEqual(["+COPY package.json package-lock.json ./", "+COPY . ."]);
    expect(await lines(page, "removed")).toEqual(["-COPY . ."]);
    expect(await page.locator("#rewrites").innerText()).toMatch(
      /split-manifest-copy \(safe, line 4\): .*\n.*saves about/,
    );
    expect(await page.locator("#refusals").innerText()).toContain("less-safe");
    await page.close();
  });

  test("a pasted Dockerfile and typed files; the switch applies more", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Clear all" }).click();
    await settles(page, "Paste a Dockerfile.");
    expect(await page.locator("#files details").count()).toBe(0);
    await page.getByLabel("Dockerfile", { exact: true }).fill(SIMPLE);
    await settles(page, "Nothing to rewrite.");
    expect(await page.locator("#refusals").innerText()).toContain(
      "no build context is known, so `npm ci` cannot be given its manifests; add its files",
    );
    await addFile(page, "./package.json", "{}");
    await addFile(page, "package-lock.json", "{}");
    await settles(page, /^1 rewrite/);
    expect(await lines(page, "added")).toContain("+node_modules");
    await page.getByLabel("also what is suggested").check();
    await settles(page, /^[23] rewrites/);
    expect((await lines(page, "added")).join("\n")).toContain("--mount=type=cache,target=/root/.npm");
    await page.locator("#files details").first().getByRole("button", { name: "Remove" }).click();
    await expect
      .poll(() => page.locator("#refusals").innerText())
      .toContain("package.json is not in the build context");
    await page.close();
  });

  test("what no builder would take is told with its place", async () => {
    const page = await open();
    await page.fill("#dockerfile", "FROM a\nRNU x\n");
    await settles(page, "No builder would take this Dockerfile:");
    expect(await page.locator("#problems").innerText()).toMatch(/^Line 2, column 1: /);
    expect(await page.locator("#result").isVisible()).toBe(false);
    await page.close();
  });

  test("hostile text is text", async () => {
    const page = await open();
    await page.fill(
      "#dockerfile",
      `FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nLABEL a="${HOSTILE.replaceAll('"', "'")}"\n`,
    );
    await page.locator("#files details").nth(2).click();
    await page.locator("#files details").nth(2).getByLabel("Path").fill(HOSTILE);
    await settles(page, /^1 rewrite/);
    expect(await page.locator("#diff").innerText()).toContain("<script>window.hacked = 1</script>");
    expect(await page.locator("#diff").innerText()).toContain("\\x202egnp");
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.evaluate<boolean>("'hacked' in window")).toBe(false);
    await page.close();
  });

  test("a folder of the machine: its Dockerfile is taken, its manifests are read", async () => {
    const project = join(folder, "shop");
    for (const [path, text] of Object.entries({
      Dockerfile: SIMPLE,
      "package.json": "{}",
      "package-lock.json": "{}",
      ".dockerignore": "*.log\n",
      "node_modules/a/index.js": "",
      "src/a.js": "a",
    })) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text);
    }
    const page = await open();
    await page.locator("#take-folder").setInputFiles(project);
    await expect.poll(() => page.locator("#folder-name").innerText()).toBe("Folder shop: 6 files");
    expect(await page.locator("#dockerfile").inputValue()).toBe(SIMPLE);
    await settles(page, /^1 rewrite/);
    expect(await lines(page, "added")).toEqual([
      "+COPY package.json package-lock.json ./",
      "+COPY . .",
      "+node_modules",
    ]);
    await page.getByRole("button", { name: "Remove" }).click();
    await settles(page, "Nothing to rewrite.");
    await page.close();
  });

  test("a megabyte does not freeze the page, and the last word counts", async () => {
    const page = await open();
    await settles(page, /^1 rewrite/);
    await setText(page, SIMPLE + "RUN echo a && echo b\n".repeat(50_000));
    await page.waitForTimeout(400);
    // The worker has it; the page answers.
    const from = performance.now();
    await page.getByLabel("also what is suggested").check();
    console.log(`a click beside a Dockerfile of 1 MB: ${Math.round(performance.now() - from)} ms`);
    await setText(page, SIMPLE);
    await settles(page, /^2 rewrites/);
    await page.close();
  });

  test.each([360, 700, 1280])("at %i pixels nothing is wider than the screen", async (width) => {
    const page = await open(width);
    await settles(page, /^1 rewrite/);
    for (const one of await page.locator("#files details").all()) await one.locator("summary").click();
    const over = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(over).toBeLessThanOrEqual(0);
    await page.close();
  });

  test("every field has a name, and keys reach all of it", async () => {
    const page = await open(1280, "dark");
    await settles(page, /^1 rewrite/);
    const nameless = await page.evaluate<number>(
      "[...document.querySelectorAll('input, textarea')].filter((one) => one.labels.length === 0).length",
    );
    expect(nameless).toBe(0);
    const reached: string[] = [];
    for (let step = 0; step < 14; step++) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate<string>("document.activeElement.id || document.activeElement.tagName"));
    }
    for (const id of ["clear", "dockerfile", "SUMMARY", "add", "take-folder", "copy", "diff"])
      expect(reached).toContain(id);
    await page.close();
  });
});
