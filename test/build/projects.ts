import type { Safety } from "../../src/transform.js";
import { goProxy, wheel, type Files } from "../../scripts/bench/files.js";

/** A small but real project, built before and after its rewrite. */
export interface Project {
  readonly name: string;
  readonly dockerfile: string;
  readonly files: Files;
  /** Transforms that have to do something. */
  readonly by: readonly string[];
  /** A rebuild after a source edit has to be faster; a number: so many times at least. */
  readonly faster?: boolean | number;
  /** Default: safe. */
  readonly safety?: Safety;
}

const SPLIT = ["split-manifest-copy"];
const HOIST = ["hoist-stable-instructions"];
const MERGE = ["merge-run-chains"];
const CACHES = ["mount-package-caches"];

const lock = (name: string, packages: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ name, version: "1.0.0", lockfileVersion: 3, requires: true, packages });
const IS_ODD = {
  "node_modules/is-number": {
    version: "6.0.0",
    resolved: "https://registry.npmjs.org/is-number/-/is-number-6.0.0.tgz",
    integrity: "sha512-Wu1VHeILBK8KAWJUAiSZQX94GmOE45Rg6/538fKwiloUu21KncEkYGPqob2oSZ5mUT73vLGrHQjKw3KMPwfDzg==",
    license: "MIT",
    engines: { node: ">=0.10.0" },
  },
  "node_modules/is-odd": {
    version: "3.0.1",
    resolved: "https://registry.npmjs.org/is-odd/-/is-odd-3.0.1.tgz",
    integrity: "sha512-CQpnWPrDwmP1+SMHXZhtLtJv90yiyVfluGsX5iNCVkrhQtU3TQHsUWPG9wkdk9Lgd5yNpAg9jQEo90CBaXgWMA==",
    license: "MIT",
    dependencies: { "is-number": "^6.0.0" },
    engines: { node: ">=4" },
  },
};
const APP = { name: "app", version: "1.0.0", dependencies: { "is-odd": "3.0.1" } };
const NODE: Files = {
  "package.json": JSON.stringify(APP),
  "package-lock.json": lock("app", { "": { ...APP }, ...IS_ODD }),
  ".dockerignore": "node_modules\n",
  "src/index.js": 'console.log(require("is-odd")(3));\n',
};
const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

const PYTHON: Files = {
  "requirements.txt": "--no-index\n--find-links wheels\nalpha==1.0\n",
  "wheels/alpha-1.0-py3-none-any.whl": wheel("alpha"),
  "app.py": "import alpha\nprint(alpha.VERSION)\n",
};
const GO: Files = {
  "go.mod": "module example.com/app\n\ngo 1.19\n\nrequire example.com/lib v1.0.0\n",
  "go.sum": "",
  "main.go": 'package main\n\nimport lib "example.com/lib"\n\nfunc main() { println(lib.Name) }\n',
};
const GO_SERVER =
  'package main\n\nimport (\n\t"net/http"\n\n\tlib "example.com/lib"\n)\n\nfunc main() {\n\tprintln(lib.Name)\n\t_ = http.ListenAndServe(":0", nil)\n}\n';
const PROXY = "COPY proxy /proxy\nENV GOPROXY=file:///proxy GONOSUMDB=* GOFLAGS=-mod=mod GONOSUMCHECK=1 GOSUMDB=off\n";
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
// Composer tidies its cache in one of 50 runs, at random, and makes a directory then: without a cache nothing differs.
const PHP =
  "RUN apt-get update && apt-get install -y --no-install-recommends composer php-cli && rm -rf /var/lib/apt/lists/*\nENV COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_CACHE_DIR=/dev/null\nWORKDIR /app\n";
/** A crate in a git repository of the image, always under the same commit. */
const CRATE =
  "FROM debian:bookworm-slim AS build\nRUN apt-get update && apt-get install -y --no-install-recommends cargo git\n" +
  'RUN mkdir -p /dep/src && cd /dep && git init -q -b main && printf \'[package]\\nname = "dep"\\nversion = "0.1.0"\\nedition = "2021"\\n\' > Cargo.toml && ' +
  "echo 'pub const NAME: &str = \"dep\";' > src/lib.rs && git add . && " +
  "GIT_AUTHOR_DATE=2024-01-01T00:00:00Z GIT_COMMITTER_DATE=2024-01-01T00:00:00Z git -c user.name=a -c user.email=a@e commit -qm a\nWORKDIR /app\n";
const crate = (name: string, more: string): string =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[[bin]]\nname = "${name}"\npath = "src/main.rs"\n\n[dependencies]\n${more}`;
const locked = (name: string, dependencies: readonly string[], source = ""): string =>
  `[[package]]\nname = "${name}"\nversion = "0.1.0"\n${source === "" ? "" : `source = "${source}"\n`}` +
  (dependencies.length === 0 ? "\n" : `dependencies = [\n${dependencies.map((one) => ` "${one}",\n`).join("")}]\n\n`);
const DEP = locked("dep", [], "git+file:///dep#693c8f1644318e6f17cd0fdaaeaf9adb503063d5");
const RUST: Files = {
  "Cargo.toml": crate("app", 'dep = { git = "file:///dep" }\n'),
  "Cargo.lock": `version = 3\n\n${locked("app", ["dep"])}${DEP}`,
  "src/main.rs": 'fn main() { println!("{}", dep::NAME) }\n',
};
const SOURCE: Files = { "build.sh": "echo built > built\n", "src/a.txt": "a\n" };

const node = (name: string, dockerfile: string, files: Files = NODE, by = SPLIT, faster = true): Project => ({
  name,
  dockerfile,
  files,
  by,
  ...(faster ? { faster } : {}),
});
const debian = (
  name: string,
  body: string,
  by: readonly string[],
  faster?: boolean,
  safety: Safety = "safe",
): Project => ({
  name,
  dockerfile: `FROM debian:bookworm-slim\n${body}`,
  files: SOURCE,
  by,
  safety,
  ...(faster === undefined ? {} : { faster }),
});

export const PROJECTS: readonly Project[] = [
  node("npm ci", 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "src/index.js"]\n'),
  node(
    "npm ci and a build in one RUN",
    "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci && node src/index.js > out.txt\n",
  ),
  node("npm ci in a subdirectory", "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN cd web && npm ci\n", {
    ...below("web", NODE),
    ".dockerignore": "**/node_modules\n",
  }),
  node("a subdirectory as the source", "FROM node:20\nWORKDIR /app\nCOPY web .\nRUN npm ci\n", {
    ...below("web", NODE),
    ".dockerignore": "**/node_modules\n",
  }),
  node(
    "as another user",
    "FROM node:20\nRUN useradd -m dev && mkdir /app && chown dev /app\nUSER dev\nWORKDIR /app\nCOPY --chown=dev . .\nRUN npm ci\n",
  ),
  node("settings in .npmrc", "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n", {
    ...NODE,
    ".npmrc": "fund=false\naudit=false\n",
  }),
  node("a harmless prepare script", "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n", {
    ...NODE,
    "package.json": JSON.stringify({ ...APP, scripts: { prepare: "husky || true" } }),
    "package-lock.json": lock("app", { "": { ...APP }, ...IS_ODD }),
  }),
  node("workspaces", "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n", {
    "package.json": JSON.stringify({ name: "root", version: "1.0.0", workspaces: ["packages/*"] }),
    "packages/a/package.json": JSON.stringify({ ...APP, name: "a" }),
    "packages/a/index.js": "module.exports = 1;\n",
    "package-lock.json": lock("root", {
      "": { name: "root", version: "1.0.0", workspaces: ["packages/*"] },
      "node_modules/a": { resolved: "packages/a", link: true },
      "packages/a": { ...APP, name: "a" },
      ...IS_ODD,
    }),
    ".dockerignore": "**/node_modules\n",
  }),
  node("a developer's node_modules and no .dockerignore", "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n", {
    "package.json": NODE["package.json"] ?? "",
    "package-lock.json": NODE["package-lock.json"] ?? "",
    "src/index.js": "1;\n",
    "node_modules/is-odd/package.json": '{"name":"is-odd","version":"0.0.1"}',
    "node_modules/stale/index.js": "stale",
  }),
  node(
    "several stages",
    "FROM node:20 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN node src/index.js > out.txt\n\nFROM debian:bookworm-slim\nCOPY --from=build /app/out.txt /out.txt\n",
  ),
  node(
    "NODE_ENV from an ARG",
    "FROM node:20\nWORKDIR /app\nARG NODE_ENV=production\nENV NODE_ENV=$NODE_ENV\nCOPY . .\nRUN npm ci\n",
  ),
  node("variables between", "FROM node:20\nCOPY . /app\nWORKDIR /app\nENV A=1 B=2\nRUN npm ci\n"),
  node("a label and a port between", "FROM node:20\nWORKDIR /app\nCOPY . .\nLABEL a=b\nEXPOSE 3000\nRUN npm ci\n"),
  node("a local dependency", "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n", {
    "package.json": JSON.stringify({ name: "app", version: "1.0.0", dependencies: { lib: "file:lib" } }),
    "package-lock.json": lock("app", {
      "": { name: "app", version: "1.0.0", dependencies: { lib: "file:lib" } },
      lib: { version: "1.0.0" },
      "node_modules/lib": { resolved: "lib", link: true },
    }),
    "lib/package.json": '{"name":"lib","version":"1.0.0"}',
    "lib/index.js": "1;\n",
    "src/index.js": "1;\n",
    ".dockerignore": "node_modules\n",
  }),
  node(
    "a tool behind the source, then the install",
    "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install -g is-odd@3.0.1\nRUN npm ci\n",
  ),
  node(
    "build metadata above the install",
    "FROM node:20\nARG GIT_SHA\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY src ./src\nLABEL revision=$GIT_SHA\n",
    NODE,
    HOIST,
    false,
  ),
  {
    name: "pip with local wheels",
    dockerfile: "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
    files: PYTHON,
    by: SPLIT,
    faster: true,
  },
  {
    name: "pip with included files",
    dockerfile: "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements/dev.txt\n",
    files: {
      "requirements/dev.txt": "-r base.txt\n-c limits.txt\nbeta\n",
      "requirements/base.txt": "--no-index\n--find-links ../wheels\nalpha\n",
      "requirements/limits.txt": "alpha==1.0\nbeta==2.0\n",
      "requirements.txt": "",
      "wheels/alpha-1.0-py3-none-any.whl": wheel("alpha"),
      "wheels/beta-2.0-py3-none-any.whl": wheel("beta", "2.0"),
      "app.py": "1\n",
    },
    by: SPLIT,
    faster: true,
  },
  {
    name: "pip into a virtual environment",
    dockerfile:
      "FROM python:3.11\nRUN python -m venv /venv\nENV PATH=/venv/bin:$PATH\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
    files: PYTHON,
    by: SPLIT,
    faster: true,
  },
  {
    name: "pip and a check in one RUN",
    dockerfile:
      "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt && python app.py > out.txt\n",
    files: PYTHON,
    by: SPLIT,
    faster: true,
  },
  {
    name: "pip behind system packages behind the source",
    dockerfile:
      "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nRUN pip install -r requirements.txt\n",
    files: PYTHON,
    by: [...SPLIT],
    faster: true,
  },
  {
    name: "go with a proxy of files",
    dockerfile: `FROM golang:1.19\n${PROXY}WORKDIR /src\nCOPY main.go go.mod go.sum ./\nCOPY . .\nRUN go mod download\nRUN go build -o /app .\n`,
    files: { ...GO, ...goProxy("example.com/lib", "v1.0.0") },
    by: SPLIT,
  },
  {
    name: "go build that downloads by itself",
    dockerfile: `FROM golang:1.19 AS build\n${PROXY}WORKDIR /src\nCOPY . .\nRUN go build -o /app .\n\nFROM debian:bookworm-slim\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n`,
    files: { ...GO, ...goProxy("example.com/lib", "v1.0.0") },
    by: SPLIT,
  },
  {
    name: "go with a local replacement",
    dockerfile:
      "FROM golang:1.19\nENV GOFLAGS=-mod=mod GOPROXY=off\nWORKDIR /src\nCOPY . .\nRUN go mod download && go build -o /app .\n",
    files: {
      "go.mod":
        "module example.com/app\n\ngo 1.19\n\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ./lib\n",
      "go.sum": "",
      "lib/go.mod": "module example.com/lib\n\ngo 1.19\n",
      "lib/lib.go": 'package lib\n\nconst Name = "lib"\n',
      "main.go": GO["main.go"] ?? "",
    },
    by: SPLIT,
  },
  {
    name: "go with vendor, packages behind the source",
    dockerfile:
      "FROM golang:1.19\nWORKDIR /src\nCOPY . .\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nRUN go build -o /app .\n",
    files: {
      ...GO,
      "vendor/modules.txt": "# example.com/lib v1.0.0\n## explicit; go 1.19\nexample.com/lib\n",
      "vendor/example.com/lib/lib.go": 'package lib\n\nconst Name = "lib"\n',
    },
    by: HOIST,
    faster: true,
  },
  {
    name: "go with a module cache and a build cache",
    dockerfile: `FROM golang:1.19 AS build\n${PROXY}ENV CGO_ENABLED=0\nWORKDIR /src\nCOPY . .\nRUN go build -trimpath -o /app .\n\nFROM debian:bookworm-slim\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n`,
    files: { ...GO, "main.go": GO_SERVER, ...goProxy("example.com/lib", "v1.0.0") },
    by: [...SPLIT, ...CACHES, "mount-build-caches"],
    safety: "suggested",
    faster: 5,
  },
  {
    name: "npm ci with its cache",
    dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "src/index.js"]\n',
    files: NODE,
    by: [...SPLIT, ...CACHES],
    safety: "suggested",
    faster: true,
  },
  {
    name: "npm ci with its cache, as another user",
    dockerfile:
      "FROM node:20\nRUN groupadd -g 1002 dev && useradd -m -u 1001 -g dev dev && mkdir /app && chown dev /app\nENV HOME=/home/dev\nUSER 1001:1002\nWORKDIR /app\nCOPY --chown=1001:1002 package.json package-lock.json ./\nRUN npm ci\n",
    files: NODE,
    by: CACHES,
    safety: "suggested",
  },
  {
    name: "pip with its cache",
    dockerfile: "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
    files: PYTHON,
    by: [...SPLIT, ...CACHES],
    safety: "suggested",
    faster: true,
  },
  debian(
    "apt's cache in a build stage",
    "RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*\nRUN echo 'int main(){return 0;}' > /a.c && gcc -o /a.out /a.c\n\nFROM debian:bookworm-slim\nCOPY --from=0 /a.out /a.out\n",
    CACHES,
    undefined,
    "suggested",
  ),
  debian(
    "a compiler cache",
    "RUN apt-get update && apt-get install -y --no-install-recommends ccache gcc libc6-dev make\nENV PATH=/usr/lib/ccache:$PATH\nWORKDIR /src\nCOPY src/a.txt ./\nRUN echo 'int main(){return 0;}' > a.c\nRUN make a\n\nFROM debian:bookworm-slim\nCOPY --from=0 /src/a /a\n",
    ["mount-build-caches"],
    undefined,
    "suggested",
  ),
  {
    name: "composer with a generated autoloader and a script",
    dockerfile: `FROM debian:bookworm-slim\n${PHP}COPY . .\nRUN composer install --no-interaction --optimize-autoloader\n`,
    files: COMPOSER,
    by: SPLIT,
  },
  {
    name: "composer without an autoloader of its own",
    dockerfile: `FROM debian:bookworm-slim\n${PHP}COPY . .\nRUN composer install --classmap-authoritative && php src/Main.php\n`,
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
  {
    name: "cargo build that downloads by itself",
    dockerfile: `${CRATE}COPY . .\nRUN cargo build --release --locked\n\nFROM debian:bookworm-slim\nCOPY --from=build /app/target/release/app /app\nCMD ["/app"]\n`,
    files: RUST,
    by: SPLIT,
  },
  {
    name: "cargo in a workspace, from a member, without a lockfile",
    dockerfile: `${CRATE}COPY . .\nRUN cd app && cargo build --release && ../target/release/app > /out.txt\n\nFROM debian:bookworm-slim\nCOPY --from=build /out.txt /out.txt\n`,
    files: {
      "Cargo.toml":
        '[workspace]\nmembers = ["app", "crates/*"]\n\n[workspace.dependencies]\ndep = { git = "file:///dep" }\n',
      "app/Cargo.toml": crate("app", 'dep.workspace = true\nlib = { path = "../crates/lib" }\n'),
      "app/src/main.rs": 'fn main() { println!("{} {}", dep::NAME, lib::NAME) }\n',
      "crates/lib/Cargo.toml":
        '[package]\nname = "lib"\nversion = "0.1.0"\nedition = "2021"\n\n[lib]\npath = "src/lib.rs"\n',
      "crates/lib/src/lib.rs": 'pub const NAME: &str = "lib";\n',
      ".cargo/config.toml": "[net]\nretry = 2\n",
    },
    by: SPLIT,
  },
  debian(
    "packages behind the source",
    "WORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nRUN sh build.sh\n",
    HOIST,
    true,
  ),
  debian(
    "packages with a variable",
    "WORKDIR /app\nCOPY . .\nENV PACKAGE=tree\nRUN apt-get update && apt-get install -y --no-install-recommends $PACKAGE\n",
    HOIST,
    true,
  ),
  debian(
    "packages behind another stage's files",
    "COPY . /src\nRUN cat /src/build.sh /src/src/a.txt > /src/built\n\nFROM debian:bookworm-slim\nCOPY --from=0 /src/built /srv/built\nRUN apt-get update && apt-get install -y --no-install-recommends tree\n",
    HOIST,
    true,
  ),
  debian(
    "packages as root between users",
    "RUN useradd app\nUSER app\nCOPY --chown=app . /app\nUSER root\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nUSER app\n",
    HOIST,
    true,
  ),
  debian(
    "packages behind two copies and a WORKDIR",
    'COPY . /b/\nCOPY src /app/src\nWORKDIR /app\nSHELL ["/bin/bash", "-c"]\nRUN apt-get update && apt-get install -y --no-install-recommends tree\n',
    HOIST,
    true,
  ),
  debian(
    "packages out of a build",
    "WORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y --no-install-recommends tree && sh build.sh\n",
    ["split-run-chains"],
    true,
  ),
  debian(
    "packages out of a build with options",
    "WORKDIR /app\nCOPY . .\nRUN set -eu && apt-get update && apt-get install -y --no-install-recommends tree && sh build.sh && rm build.sh\n",
    ["split-run-chains"],
    true,
  ),
  debian(
    "build metadata",
    "ARG GIT_SHA\nARG BUILD_DATE=unknown\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nENV SHA=$GIT_SHA\nCOPY . /app\nRUN echo $BUILD_DATE > /date\n",
    HOIST,
  ),
  debian(
    "an update apart from its install",
    "RUN apt-get update\nRUN apt-get install -y --no-install-recommends tree\nCOPY . /app\n",
    MERGE,
  ),
  debian(
    "a clean-up apart from its install",
    "RUN apt-get update && \\\n    apt-get install -y --no-install-recommends tree\n# less to ship\nRUN rm -rf /var/lib/apt/lists/*\nCOPY . /app\n",
    MERGE,
  ),
  debian("three small steps", "RUN useradd app\nRUN mkdir -p /data/x\nRUN chown -R app /data\nCOPY . /app\n", MERGE),
  debian("a step in another directory", "RUN cd /var && mkdir a\nRUN mkdir b\nRUN touch /var/a/c\n", MERGE),
  debian("a umask", "RUN umask 077 && touch /a\nRUN touch /b\nRUN mkdir /c\n", MERGE),
  debian("a shell option and a variable", "RUN set -x && touch /a\nRUN export B=1 && touch /b\nRUN touch /c\n", MERGE),
  debian(
    "a list and alternatives",
    "RUN touch /a; false; touch /b\nRUN false || touch /c\nRUN test -e /b && touch /d\n",
    MERGE,
  ),
  debian(
    "links and modes",
    "RUN mkdir -p /var/v1 && touch /var/v1/x\nRUN ln -s /var/v1 /var/current\nRUN chmod 700 /var/current/x\n",
    MERGE,
  ),
  debian(
    "a download and its removal",
    "RUN cp /etc/os-release /tmp/x && tar cf /var/x.tar /tmp/x\nRUN rm /tmp/x\nRUN touch /done\n",
    MERGE,
  ),
  debian(
    "steps with one cache mount",
    "RUN --mount=type=cache,target=/cache touch /a\nRUN --mount=type=cache,target=/cache touch /b\nRUN --mount=type=cache,target=/cache ls /cache > /c\n",
    MERGE,
  ),
  debian(
    "everything at once",
    "ARG VERSION=dev\nWORKDIR /app\nCOPY . .\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends tree\nRUN rm -rf /var/lib/apt/lists/*\nRUN sh build.sh\nRUN echo $VERSION > /version\n",
    [...HOIST, ...MERGE],
    true,
  ),
];
