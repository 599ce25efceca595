import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { BIN, world } from "./world.js";

const { root, put, faulty } = world();

/** What a repository may try to have read: each names files of `outside`, which lies beside it. */
const OUTSIDE = {
  "outside/package.json": '{"name":"secret","workspaces":["*"]}',
  "outside/requirements.txt": "secret\n",
  "outside/go.mod": "module secret\n",
  "outside/Cargo.toml": '[package]\nname = "secret"\n',
  "outside/pom.xml": "<project/>",
  "outside/compose.yaml": "services: {secret: {build: .}}\n",
  "outside/Dockerfile": "FROM secret\n",
  "outside/.dockerignore": "secret\n",
  "outside/secret.sh": "#!/bin/sh\n",
  "outside/Directory.Build.props": "<Project/>",
  "outside/settings.gradle": "include 'secret'\n",
  "outside/dockopt.config.json": '{"safety":"unsafe"}',
};

const INSTALLS = [
  "npm ci",
  "yarn install",
  "pnpm install --frozen-lockfile",
  "pip install -r requirements.txt",
  "pip install -r ../../outside/requirements.txt",
  "pip install ../outside",
  "go mod download",
  "cargo fetch",
  "mvn dependency:go-offline",
  "gradle dependencies",
  "dotnet restore app.csproj",
  "composer install",
  "bundle install",
  "mix deps.get",
  "poetry install",
  "sh ../outside/secret.sh",
];

const REPOSITORY = {
  "package.json":
    '{"name":"a","workspaces":["../*","../outside","packages/../../outside","link"],"dependencies":{"b":"file:../outside"},"patchedDependencies":{"b":"../outside/secret.sh"}}',
  "package-lock.json": '{"lockfileVersion":3,"packages":{"":{"name":"a"},"../outside":{"link":true}}}',
  "yarn.lock": "",
  ".yarnrc": 'yarn-path "../outside/secret.sh"\n',
  ".yarnrc.yml": "yarnPath: ../outside/secret.sh\n",
  "pnpm-lock.yaml": "importers:\n  .: {}\n",
  "pnpm-workspace.yaml": "packages: ['../outside', '../*']\n",
  "requirements.txt":
    "-r ../../etc/passwd\n-r /etc/passwd\n-r ../outside/requirements.txt\n-c linked.txt\n-e ../outside\n",
  "go.mod": "module a\n\nreplace b => ../outside\nreplace c => /etc\n",
  "go.work": "use ../outside\n",
  "Cargo.toml":
    '[package]\nname = "a"\nworkspace = "../outside"\n[workspace]\nmembers = ["../outside", "../*"]\n[dependencies]\nb = { path = "../outside" }\n',
  "Cargo.lock": "",
  "src/main.rs": "",
  "pom.xml":
    "<project><parent><groupId>a</groupId><artifactId>b</artifactId><relativePath>../outside/pom.xml</relativePath></parent><modules><module>../outside</module></modules></project>",
  "build.gradle": "apply from: '../outside/settings.gradle'\n",
  "settings.gradle": "include ':..:outside'\nproject(':x').projectDir = file('../outside')\n",
  "app.csproj":
    '<Project Sdk="Microsoft.NET.Sdk"><Import Project="../outside/Directory.Build.props"/><ItemGroup><ProjectReference Include="../outside/a.csproj"/></ItemGroup></Project>',
  "composer.json": '{"repositories":[{"type":"path","url":"../outside"},{"type":"path","url":"../*"}]}',
  Gemfile: 'eval_gemfile "../outside/Gemfile"\ngem "a", path: "../outside"\ngemspec path: "../outside"\n',
  "Gemfile.lock": "PATH\n  remote: ../outside\n",
  "mix.exs": 'defp deps do\n  [{:a, path: "../outside"}]\nend\n',
  "mix.lock": "%{}\n",
  "pyproject.toml":
    '[tool.poetry]\nname = "a"\nreadme = "../outside/secret.sh"\n[tool.poetry.dependencies]\nb = { path = "../outside" }\n',
  "poetry.lock": "",
  "compose.yaml":
    "include: [../outside/compose.yaml]\nservices:\n  a: {build: {context: ../outside}}\n  b: {build: {context: ., dockerfile: ../outside/Dockerfile}}\n  c: {extends: {file: ../outside/compose.yaml, service: secret}}\n  d: {build: {context: link}}\n",
  "docker-bake.hcl": 'target "a" { context = "../outside" }\n',
  ".env": "A=../outside\n",
};

test.each([false, true])("nothing outside of the repository is read (of git: %s)", (isGit) => {
  put({ ...OUTSIDE });
  put(Object.fromEntries(Object.entries(REPOSITORY).map(([path, text]) => [`repo/${path}`, text])));
  const repo = join(root(), "repo");
  for (const [path, target] of [
    ["link", "../outside"],
    ["linked.txt", "../outside/requirements.txt"],
    ["node_modules", "../outside"],
    ["Directory.Build.props", "../outside/Directory.Build.props"],
    [".npmrc", "/etc/passwd"],
    [".gitlab-ci.yml", "/etc/passwd"],
    ["loop", "loop"],
  ])
    symlinkSync(target ?? "", join(repo, path ?? ""));
  if (isGit) {
    for (const folder of [".git/objects", ".git/refs"]) mkdirSync(join(repo, folder), { recursive: true });
    put({ "repo/.git/HEAD": "ref: refs/heads/main\n", "repo/.git/config": "[core]\n" });
  }
  const into = join(root(), "trace");
  for (const [index, install] of INSTALLS.entries()) {
    put({
      [`repo/d${index}/Dockerfile`]: `FROM node:20\nWORKDIR /app\nCOPY ../outside ../../outside /etc/passwd link linked.txt /x/\nCOPY ../*.json ./\nCOPY . .\nRUN ${install}\n`,
    });
  }
  const inRepo = ["--context", "."];
  const runs = [
    ["--unsafe", "."],
    ["--unsafe", ...inRepo, ...INSTALLS.map((_, index) => `d${index}/Dockerfile`)],
    ["layers", ...inRepo, "d0/Dockerfile"],
    ["score", "."],
  ];
  for (const args of runs) {
    const { status, stderr } = faulty(args, { do: "trace", into }, "repo");
    expect([0, 4], stderr).toContain(status);
  }
  const read = existsSync(into) ? [...new Set(readFileSync(into, "utf8").split("\n"))] : [];
  expect(read).toContain(join(repo, "package.json"));
  const own = resolve(BIN, "../..");
  const strange = read.filter(
    (path) => path !== "" && !path.startsWith(`${repo}/`) && path !== repo && !path.startsWith(`${own}/`),
  );
  // Is there a configuration, or a repository, above? Names are looked at, no more.
  expect(strange.filter((path) => path.startsWith(join(root(), "outside")) || !root().startsWith(path))).toEqual([]);
});
