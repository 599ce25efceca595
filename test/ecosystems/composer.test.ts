import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { composer } from "../../src/ecosystems/composer.js";
import { optimize } from "../../src/engine/run.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";
import { transforms } from "../../transforms/index.js";

const LOCK = JSON.stringify({ packages: [{ name: "acme/a", dist: { url: "https://example.com/a.zip" } }] });

/** A context with a .git, which no fixture can have. */
function withGit(manifest: Readonly<Record<string, unknown>>, command: string, lock: string | undefined = LOCK) {
  const context = contextFromList([
    { path: ".git/HEAD", text: "ref: refs/heads/main\n" },
    { path: ".dockerignore", text: "vendor\n" },
    { path: "composer.json", text: JSON.stringify({ require: { "acme/a": "*" }, ...manifest }) },
    ...(lock === "" ? [] : [{ path: "composer.lock", text: lock }]),
    { path: "lib/composer.json", text: "{}" },
    { path: "src/a.php", text: "" },
  ]);
  return optimize(`FROM composer:2\nWORKDIR /app\nCOPY . .\nRUN ${command}\n`, context, {
    transforms: transforms.filter((one) => one.name === "split-manifest-copy"),
    safety: "suggested",
    evidence: { builder: "buildkit" },
  });
}

describe("a project's version that comes from .git", () => {
  test("is left to the full command", () => {
    const report = withGit({}, "composer install -o");
    expect(report.after).toContain(
      "RUN composer install --no-scripts --no-autoloader\nCOPY . .\nRUN composer install -o",
    );
    expect(report.applied[0]?.safety).toBe("safe");
  });

  test("is lost to a command that is whole: less safe", () => {
    const report = withGit({}, "composer install --no-scripts --no-autoloader");
    expect(report.after).toContain("RUN composer install --no-scripts --no-autoloader\nCOPY . .");
    expect(report.applied[0]?.safety).toBe("suggested");
  });

  test("does not matter where composer.json has one", () => {
    const report = withGit({ version: "1.0.0" }, "composer install --no-scripts --no-autoloader");
    expect(report.applied[0]?.safety).toBe("safe");
  });

  test.each([
    ["self.version", { replace: { "acme/b": "self.version" } }, LOCK],
    ["a local package without a lockfile", { repositories: [{ type: "path", url: "lib" }] }, ""],
  ])("decides what is installed: %s", (_, manifest, lock) => {
    const report = withGit(manifest, "composer install", lock);
    expect(report.refused.map((one) => one.code)).toEqual(["version-from-git"]);
  });
});

describe("caches", () => {
  const found = (dockerfile: string): unknown => {
    const result = parse(dockerfile);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const facts = createFacts(result.document, undefined);
    const run = result.document.instructions.at(-1);
    if (run?.kind !== "RUN") throw new Error("no RUN");
    const fact = facts.commands(run)[0];
    const caches = fact && composer.caches?.(fact.command, fact.site, undefined, []);
    return caches === undefined ? undefined : "reason" in caches ? caches.code : caches.map((one) => one.path);
  };
  test.each([
    ["FROM composer:2\nRUN composer install", ["/tmp/cache"]],
    ["FROM php:8.3-fpm\nRUN composer global require x/y", ["/root/.composer/cache"]],
    ["FROM php:8.3\nENV COMPOSER_HOME=/opt/c\nRUN composer update", ["/opt/c/cache"]],
    ["FROM php:8.3\nENV COMPOSER_CACHE_DIR=/c COMPOSER_HOME=/opt/c\nRUN php /opt/composer.phar install", ["/c"]],
    ["FROM php:8.3\nENV XDG_CACHE_HOME=/c\nRUN composer install", ["/c/composer"]],
    ["FROM php:8.3\nARG COMPOSER_HOME\nRUN composer install", "unknown-cache"],
    ["FROM php:8.3\nUSER www-data\nRUN composer install", "unknown-cache"],
    ["FROM php:8.3\nRUN composer install --no-cache", "cache-undone"],
    ["FROM php:8.3\nENV COMPOSER_CACHE_DIR=/dev/null\nRUN composer install", "cache-undone"],
    ["FROM php:8.3\nRUN COMPOSER_DISABLE_NETWORK=1 composer install", "cache-needed"],
    ["FROM php:8.3\nRUN composer dump-autoload", undefined],
    ["FROM php:8.3\nRUN composer clear-cache", undefined],
  ])("%s", (dockerfile, caches) => {
    expect(found(dockerfile)).toEqual(caches);
  });
});
