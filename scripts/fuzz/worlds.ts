import { expand, grammarWith, type Rules } from "./grammar.js";
import { choose, percent, type Random } from "./random.js";

/** An ecosystem as a project uses it: words of its Dockerfile, and rules for the files of its context by path. */
interface World {
  readonly words: Rules;
  readonly files: Readonly<Record<string, readonly string[]>>;
}

/** What manifests hold that nobody expects: paths that lead out, names that JavaScript gives a meaning, text of a shell. */
const VALUES: Rules = {
  odd: [
    "",
    "..",
    "../../x",
    "/etc/passwd",
    "a b",
    "*",
    "[",
    "$HOME",
    "$(x)",
    "`x`",
    "__proto__",
    "constructor",
    "é𐐀",
    "#",
    "a\\tb",
  ],
  version: [
    "1.0.0",
    "^1.2",
    "*",
    "file:./lib",
    "file:../«odd»",
    "workspace:*",
    "link:lib",
    "git+https://x.org/r",
    "«odd»",
    "npm:b@1",
    "",
  ],
  json: [
    "null",
    "0",
    '"«odd»"',
    "[]",
    "{}",
    "[«json»]",
    '{"«odd»": «json»}',
    '{"__proto__": «json»}',
    "1e999",
    "«json»,",
    "",
  ],
  script: [
    "node build.js",
    "husky install",
    "tsc -p .",
    "node-gyp rebuild",
    "patch-package",
    "«chain»",
    "«odd»",
    "./scripts/run.sh",
  ],
};

const NODE: World["files"] = {
  "package.json": [
    '{"name": "a", "version": "1.0.0", "dependencies": {"b": "«version»"}}',
    '{"name": "a", "scripts": {"build": "«script»", "«hook»": "«script»"}, "devDependencies": {"b": "«version»", "«odd»": "«version»"}}',
    '{"workspaces": ["packages/*", "«odd»"], "packageManager": "«manager»", "engines": {"node": "«odd»"}}',
    '{"name": "a", "«key»": «json»}',
    "{}",
  ],
  "packages/b/package.json": [
    '{"name": "b", "dependencies": {"a": "«version»"}}',
    '{"scripts": {"postinstall": "«script»"}}',
    "«json»",
  ],
};

const NODE_WORDS: Rules = {
  image: ["node:20", "node:20-alpine", "node", "node:$TAG"],
  hook: ["postinstall", "prepare", "preinstall", "install", "test"],
  manager: ["npm@10.0.0", "yarn@4.1.0", "pnpm@9.0.0", "«odd»"],
  key: [
    "dependencies",
    "workspaces",
    "scripts",
    "bin",
    "pnpm",
    "overrides",
    "bundledDependencies",
    "optionalDependencies",
  ],
};

const PYTHON_WORDS: Rules = {
  image: ["python:3.12", "python:3.12-slim", "python:3-alpine"],
  build: ["python setup.py build", "python -m compileall ."],
};
const PYPROJECT = [
  '[project]\nname = "a"\nversion = "1"\ndependencies = ["b>=1", "«odd»"]\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
  '[tool.poetry]\nname = "a"\nversion = "0"\n[tool.poetry.dependencies]\nb = {path = "«odd»", develop = true}\npython = "^3"\n',
  '[tool.uv.sources]\nb = {workspace = true}\n[tool.uv.workspace]\nmembers = ["packages/*", "«odd»"]\n[project]\nname = "a"\nreadme = "«odd»"\ndynamic = ["version"]\n',
  "[project]\nname = «json»\n",
];

const WORLDS: readonly World[] = [
  {
    words: {
      ...NODE_WORDS,
      install: [
        "npm ci",
        "npm ci --omit=dev",
        "npm install",
        "npm i --prefix «dir»",
        "npm ci --ignore-scripts",
        "npm ci && npm cache clean --force",
      ],
      build: ["npm run build", "npx tsc", "npm test"],
      manifests: ["package.json package-lock.json", "package*.json"],
    },
    files: {
      ...NODE,
      "package-lock.json": [
        '{"lockfileVersion": 3, "packages": {"": {"name": "a"}, "node_modules/b": {"version": "1", "hasInstallScript": true}}}',
        '{"packages": «json»}',
      ],
      ".npmrc": ["registry=https://x.org\n", "prefix=«odd»\n", "«odd»=«odd»\n"],
    },
  },
  {
    words: {
      ...NODE_WORDS,
      install: [
        "yarn install --frozen-lockfile",
        "yarn",
        "yarn install --immutable",
        "yarn --cwd «dir» install",
        "corepack enable && yarn",
      ],
      build: ["yarn build", "yarn run test"],
      manifests: ["package.json yarn.lock"],
    },
    files: {
      ...NODE,
      "yarn.lock": [
        "# yarn lockfile v1\n",
        '__metadata:\n  version: 8\n"b@npm:1":\n  version: 1\n',
        "b@«odd»:\n  version «json»\n",
      ],
      ".yarnrc.yml": [
        "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.cjs\n",
        "plugins:\n  - path: «odd»\n",
        "nodeLinker: «odd»\n: :\n",
      ],
    },
  },
  {
    words: {
      ...NODE_WORDS,
      install: [
        "pnpm install --frozen-lockfile",
        "pnpm i",
        "pnpm fetch && pnpm install --offline",
        "bun install",
        "bun install --frozen-lockfile",
      ],
      build: ["pnpm build", "bun run build"],
      manifests: ["package.json pnpm-lock.yaml"],
    },
    files: {
      ...NODE,
      "pnpm-lock.yaml": [
        "lockfileVersion: '9.0'\nimporters:\n  .: {}\n",
        "lockfileVersion: «odd»\npatchedDependencies:\n  b: {path: «odd»}\n",
        "«json»",
      ],
      "pnpm-workspace.yaml": ["packages:\n  - packages/*\n", "packages: [«odd»]\n", "&a [*a, *a]\n"],
      "bun.lock": ['{"lockfileVersion": 1, "workspaces": {"": {"name": "a"}},}', "«json»"],
    },
  },
  {
    words: {
      ...PYTHON_WORDS,
      install: [
        "pip install -r requirements.txt",
        "pip install --no-cache-dir -r requirements.txt",
        "pip install -e .",
        "python -m pip install .",
        "pip install -r requirements.txt -c constraints.txt",
        "pipenv install --deploy --system",
      ],
      manifests: ["requirements.txt", "requirements*.txt", "Pipfile Pipfile.lock"],
    },
    files: {
      "requirements.txt": [
        "b==1\nc>=2 ; python_version < '3'\n",
        "-r «odd»\n-c constraints.txt\nb\n",
        "-e ./lib\n./lib\n«odd»\n",
        "b \\\n  --hash=sha256:0\n--index-url https://x.org\n-r requirements.txt\n",
      ],
      "constraints.txt": ["b==1\n", "-r requirements.txt\n"],
      "setup.py": ["from setuptools import setup\nsetup(name='a', install_requires=open('requirements.txt').read())\n"],
      "pyproject.toml": PYPROJECT,
      Pipfile: ["[packages]\nb = '*'\n", "[packages]\nb = {path = '«odd»', editable = true}\n"],
      "Pipfile.lock": ['{"_meta": {}, "default": {}}', "«json»"],
    },
  },
  {
    words: {
      ...PYTHON_WORDS,
      install: [
        "poetry install --no-root",
        "poetry install",
        "uv sync --frozen",
        "uv sync --frozen --no-install-project",
        "pdm install --prod",
        "uv pip install -r requirements.txt",
        "pip install poetry && poetry install",
      ],
      manifests: ["pyproject.toml poetry.lock", "pyproject.toml uv.lock"],
    },
    files: {
      "pyproject.toml": PYPROJECT,
      "poetry.lock": ["[[package]]\nname = 'b'\nversion = '1'\n", "[package]\nname = «json»\n"],
      "uv.lock": [
        "version = 1\n[[package]]\nname = 'a'\nsource = { virtual = '.' }\n",
        "[[package]]\nname = 'b'\nsource = { directory = '«odd»' }\n",
      ],
      "pdm.lock": ["[metadata]\ngroups = ['default']\n"],
      "requirements.txt": ["b==1\n", "-r «odd»\n"],
    },
  },
  {
    words: {
      image: ["golang:1.22", "golang:1.22-alpine"],
      install: [
        "go mod download",
        "go get ./...",
        "go mod vendor",
        "go build ./...",
        "CGO_ENABLED=0 go build -o /bin/a .",
      ],
      build: ["go build -o «path» ./...", "go test ./...", "go install ./cmd/a"],
      manifests: ["go.mod go.sum", "go.*"],
    },
    files: {
      "go.mod": [
        "module a\n\ngo 1.22\n\nrequire b v1.0.0\n",
        "module a\nreplace b => ./lib\nreplace (\n\tc => «odd»\n)\n",
        "module «odd»\nrequire (\n",
        'module "a"\ntoolchain go1.23\nuse ./lib\n',
      ],
      "go.sum": ["b v1.0.0 h1:x\n", ""],
      "go.work": ["go 1.22\nuse (\n\t.\n\t./lib\n)\n", "use «odd»\n"],
      "main.go": ["package main\n\nfunc main() {}\n"],
    },
  },
  {
    words: {
      image: ["rust:1.80", "rust"],
      install: [
        "cargo build --release",
        "cargo fetch",
        "cargo install --path .",
        "cargo build --locked --target-dir «dir»",
        "cargo chef cook --recipe-path recipe.json",
      ],
      build: ["cp target/release/a /bin/a", "cargo test", "cargo build --bin a"],
      manifests: ["Cargo.toml Cargo.lock"],
    },
    files: {
      "Cargo.toml": [
        "[package]\nname = 'a'\nversion = '0.1.0'\n[dependencies]\nb = '1'\n",
        "[workspace]\nmembers = ['crates/*', '«odd»']\n",
        "[package]\nname = 'a'\nbuild = '«odd»'\n[[bin]]\nname = 'x'\npath = '«odd»'\n[dependencies]\nb = { path = '«odd»' }\n",
        "[package]\nname = «json»\n",
      ],
      "Cargo.lock": [
        "version = 4\n[[package]]\nname = 'b'\nversion = '1.0.0'\nsource = 'registry+https://x'\n",
        "«json»",
      ],
      "src/main.rs": ["fn main() {}\n"],
      "crates/c/Cargo.toml": ["[package]\nname = 'c'\nversion.workspace = true\n"],
      ".cargo/config.toml": ["[build]\ntarget-dir = '«odd»'\n"],
    },
  },
  {
    words: {
      image: ["ruby:3.3", "ruby:3.3-slim"],
      install: [
        "bundle install",
        "bundle install --jobs 4 --without development",
        "bundle config set path vendor && bundle install",
        "bundle install --gemfile=«path»",
      ],
      build: ["bundle exec rake assets:precompile", "rake"],
      manifests: ["Gemfile Gemfile.lock", "Gemfile*"],
    },
    files: {
      Gemfile: [
        "source 'https://rubygems.org'\ngem 'b'\n",
        "gemspec\ngem 'c', path: '«odd»'\n",
        "ruby File.read('.ruby-version')\neval_gemfile '«odd»'\n",
        'gem "d", git: "#{x}"\nif ENV["A"]\n  gem "e"\nend\n',
      ],
      "Gemfile.lock": [
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    b (1.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  b\n",
        "PATH\n  remote: «odd»\n  specs:\n",
      ],
      ".ruby-version": ["3.3.0\n", "«odd»"],
      "a.gemspec": [
        "Gem::Specification.new { |s| s.name = 'a'; s.version = A::VERSION; s.files = `git ls-files`.split }\n",
        "require_relative 'lib/a/version'\n",
      ],
    },
  },
  {
    words: {
      image: ["php:8.3", "composer:2"],
      install: [
        "composer install --no-dev",
        "composer install --no-scripts --no-autoloader",
        "php composer.phar install",
        "composer install -d «dir»",
      ],
      build: ["composer dump-autoload -o", "php artisan optimize"],
      manifests: ["composer.json composer.lock", "composer.*"],
    },
    files: {
      "composer.json": [
        '{"require": {"b/b": "^1"}, "autoload": {"psr-4": {"A\\\\": "src/"}}}',
        '{"repositories": [{"type": "path", "url": "«odd»"}], "scripts": {"post-install-cmd": ["«script»"]}}',
        '{"config": {"vendor-dir": "«odd»"}, "«odd»": «json»}',
        "«json»",
      ],
      "composer.lock": [
        '{"packages": [{"name": "b/b", "type": "composer-plugin"}], "packages-dev": []}',
        '{"packages": «json»}',
      ],
    },
  },
  {
    words: {
      image: ["maven:3.9", "gradle:8", "eclipse-temurin:21"],
      install: [
        "mvn dependency:go-offline",
        "mvn -B package -DskipTests",
        "./mvnw package",
        "gradle build --no-daemon",
        "./gradlew assemble",
        "gradle dependencies",
      ],
      build: ["mvn package", "gradle test", "mv target/*.jar /app.jar"],
      manifests: ["pom.xml", "build.gradle settings.gradle", "mvnw pom.xml .mvn"],
    },
    files: {
      "pom.xml": [
        "<project><artifactId>a</artifactId><modules><module>lib</module></modules></project>\n",
        "<project><parent><relativePath>«odd»</relativePath></parent><modules><module>«odd»</module></modules></project>",
        "<project><!-- <modules> --><build><plugins><plugin><artifactId>x</artifactId></plugin></plugins></build></project>",
        "<project><modules><module>lib",
      ],
      "lib/pom.xml": ["<project><parent><artifactId>a</artifactId></parent></project>\n"],
      "build.gradle": [
        "plugins { id 'java' }\ndependencies { implementation 'b:b:1' }\n",
        "apply from: '«odd»'\nimplementation files('«odd»')\n",
      ],
      "settings.gradle": ["include 'lib'\n", "include '«odd»', ':a:b'\nincludeBuild '../x'\n"],
      mvnw: ['#!/bin/sh\nexec mvn "$@"\n'],
      gradlew: ['#!/bin/sh\nexec gradle "$@"\n'],
      "gradle/wrapper/gradle-wrapper.properties": ["distributionUrl=https\\://x.org/gradle-8-bin.zip\n"],
      ".mvn/maven.config": ["-T1C\n", "-s «odd»\n"],
    },
  },
  {
    words: {
      image: ["mcr.microsoft.com/dotnet/sdk:8.0", "elixir:1.17"],
      install: [
        "dotnet restore",
        "dotnet restore a.csproj",
        "dotnet publish -c Release -o /out",
        "mix deps.get",
        "mix deps.get --only prod",
        "mix do deps.get, compile",
        "dotnet tool restore",
      ],
      build: ["dotnet build --no-restore", "mix compile", "mix release"],
      manifests: ["*.csproj", "a.sln a.csproj", "mix.exs mix.lock"],
    },
    files: {
      "a.csproj": [
        '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="b" Version="1" /></ItemGroup></Project>',
        '<Project><Import Project="«odd»" Condition="\'$(A)\' == \'1\'" /><ItemGroup><ProjectReference Include="lib\\lib.csproj" /></ItemGroup></Project>',
        "<Project><PropertyGroup><A>$(B)</A><B>$(A)</B></PropertyGroup>",
      ],
      "lib/lib.csproj": ['<Project Sdk="Microsoft.NET.Sdk"></Project>'],
      "a.sln": ['Project("{X}") = "a", "a.csproj", "{Y}"\nEndProject\n', 'Project("{X}") = "«odd»", "«odd»", "{Y}"\n'],
      "nuget.config": ['<configuration><packageSources><add key="x" value="«odd»" /></packageSources></configuration>'],
      "Directory.Build.props": ["<Project><PropertyGroup><V>$(VERSION)</V></PropertyGroup></Project>"],
      "mix.exs": [
        'defmodule A.MixProject do\n  use Mix.Project\n  def project, do: [app: :a, version: "0.1.0", deps: deps()]\n  defp deps, do: [{:b, "~> 1.0"}, {:c, path: "«odd»"}]\nend\n',
      ],
      "mix.lock": ['%{\n  "b": {:hex, :b, "1.0.0", "x", [:mix], [], "hexpm", "y"},\n}\n', "%{"],
      "config/config.exs": ['import Config\nimport_config "#{config_env()}.exs"\n'],
    },
  },
];

const SOURCE: World["files"] = {
  "src/index.js": ["console.log(1)\n"],
  "README.md": ["# a\n"],
  "scripts/run.sh": ["#!/bin/sh\n«chain»\n", "#!/usr/bin/env bash\nset -e\n«chain»\n«chain»\n"],
  Makefile: ["all:\n\tgo build ./...\n", "-include .env\nA := $(shell «command»)\n"],
  "conf/x": ["x\n"],
  "lib/a.txt": ["a\n"],
  ".git/HEAD": ["ref: refs/heads/main\n"],
  "node_modules/b/index.js": ["1\n"],
  "target/x": [""],
  ".dockerignore": [
    "«ignore»",
    "node_modules\n.git\n",
    "**\n!src\n!package.json\n",
    "**/node_modules\ntarget\n«ignore»",
  ],
};

/** A project of some ecosystem, made up. */
export interface Project {
  readonly rules: Rules;
  /** Rules for the files of its context by path. */
  readonly files: World["files"];
}

export const PROJECTS: readonly Project[] = WORLDS.map(({ words, files }) => ({
  rules: grammarWith({ ...VALUES, ...words }),
  files,
}));

/** Files of a project; most are there, some hold what they never should. */
export function generateFiles({ rules, files }: Project, pick: Random): Record<string, string> {
  const made: Record<string, string> = {};
  const add = (from: World["files"], share: number): void => {
    for (const [path, forms] of Object.entries(from))
      if (percent(share, pick))
        made[path] = expand(rules, percent(55, pick) ? (forms[0] ?? "") : choose(forms, pick), pick);
  };
  add(files, 85);
  add(SOURCE, 45);
  return made;
}
