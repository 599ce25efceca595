import type { Files } from "../../../scripts/bench/files.js";
import { SPLIT, type Base, type Project } from "./project.js";

const COMPOSER: Files = {
  "composer.json": JSON.stringify({
    name: "acme/app",
    require: { "acme/lib": "^1.0" },
    repositories: [{ type: "path", url: "packages/*" }, { "packagist.org": false }],
    autoload: { "psr-4": { "App\\": "src/" } },
    scripts: { "post-autoload-dump": "cp src/Main.php dumped.php" },
  }),
  "packages/lib/composer.json": JSON.stringify({ name: "acme/lib", version: "1.0.0", autoload: { classmap: ["."] } }),
  "packages/lib/Lib.php": "<?php class Lib {}\n",
  "src/Main.php": "<?php namespace App; class Main {}\n",
  ".dockerignore": "vendor\n",
};
const base: Base = {
  tag: "debian:dockopt-php",
  dockerfile:
    "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends composer php-cli && rm -rf /var/lib/apt/lists/*\n",
};
// Composer tidies its cache in one of 50 runs, at random, and makes a directory then: without a cache nothing differs.
const START = `FROM ${base.tag}\nENV COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_CACHE_DIR=/dev/null\nWORKDIR /app\nCOPY . .\n`;

export const PHP: readonly Project[] = [
  {
    name: "composer with a generated autoloader and a script",
    base,
    dockerfile: `${START}RUN composer install --no-interaction --optimize-autoloader\n`,
    files: COMPOSER,
    by: SPLIT,
  },
  {
    name: "composer without an autoloader of its own",
    base,
    dockerfile: `${START}RUN composer install --classmap-authoritative && php src/Main.php\n`,
    files: {
      ...COMPOSER,
      // Enough that the install takes longer than it takes to start.
      ...Object.fromEntries([...Array(1000).keys()].map((n) => [`packages/lib/C${n}.php`, `<?php class C${n} {}\n`])),
      "composer.json": JSON.stringify({
        require: { "acme/lib": "^1.0" },
        repositories: [{ type: "path", url: "packages/*", options: { symlink: false } }, { "packagist.org": false }],
      }),
    },
    by: SPLIT,
    faster: true,
  },
];
