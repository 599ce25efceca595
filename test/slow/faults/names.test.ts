import { expect, test } from "vitest";
import { world } from "./world.js";

const { put, dockopt } = world();

/** What every object has; and a name of that form which has nothing to it, to compare with. */
const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf"];
const control = (name: string): string => name.replace(/[a-z]/g, "q").replace(/[A-Z]/g, "Q");

/** A project in which everything that can have a name has this one. */
const project = (name: string): Readonly<Record<string, string>> => {
  const key = `"${name}"`;
  const one = `{${key}:"1.0.0"}`;
  return {
    Dockerfile: [
      `FROM node:20 AS ${name.toLowerCase().replaceAll("_", "p")}`,
      `ARG ${name}=1`,
      `ENV ${name}=x A=$${name}`,
      "WORKDIR /app",
      "COPY . .",
      `RUN npm ci && ${name} ${name} && npm run ${name}`,
      `RUN dotnet ${name} -f && cargo ${name} && mvn ${name} && go ${name} && pip ${name} && apt-get ${name}`,
      `RUN yarn ${name}; pnpm ${name}; composer ${name}; bundle ${name}; mix ${name}; gradle ${name}; git ${name}; docker-php-ext-${name} x`,
      `LABEL ${name}=x`,
      "",
    ].join("\n"),
    "other/Dockerfile": `FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n`,
    "package.json": `{"name":${key},"scripts":{${key}:"x","postinstall":"npm run ${name}"},"dependencies":${one},"devDependencies":${one},"overrides":{${key}:${one}},"bin":${one},"workspaces":["${name}"],"resolutions":${one},${key}:{"scripts":{"install":"cat x"}}}`,
    "package-lock.json": `{"lockfileVersion":3,"packages":{"":{"name":${key},"dependencies":${one},"devDependencies":${one},"workspaces":["${name}"]},${key}:{"name":${key}}},${key}:1}`,
    [`${name}/package.json`]: `{"name":${key},"version":"1.0.0"}`,
    "composer.json": `{"require":${one},"scripts":{${key}:["x"],"post-install-cmd":["@${name}"]},"config":{"allow-plugins":{${key}:true}}}`,
    "composer.lock": `{"packages":[{"name":${key},"type":"composer-plugin","version":"1.0.0"}]}`,
    "Cargo.toml": `[package]\nname = ${key}\nversion = "1.0.0"\n[dependencies]\n${key} = "1"\n[profile.${key}]\ninherits = "release"\n`,
    "Cargo.lock": `[[package]]\nname = ${key}\nversion = "1.0.0"\n`,
    "src/main.rs": "fn main() {}\n",
    "pyproject.toml": `[tool.poetry]\nname = ${key}\n[tool.poetry.dependencies]\n${key} = "1"\n`,
    "pom.xml": `<project><a>&${name};</a><${name}/></project>`,
    "compose.yaml": `services:\n  ${key}:\n    build: {context: ., args: {${key}: x}, additional_contexts: {${key}: ./src}}\n  b: {extends: {service: ${key}}}\n`,
    "docker-bake.hcl": `variable ${key} { default = "x" }\ntarget ${key} { args = { ${key} = "y" } }\ngroup "default" { targets = [${key}] }\n`,
    ".env": `${name}=x\n`,
  };
};

test.each(NAMES)("%s is a name like any other", (name) => {
  const shown = (used: string): string => {
    put(project(used));
    const { status, stdout, stderr } = dockopt(["--format", "json", "--unsafe", "Dockerfile", "other/Dockerfile"]);
    const both = `${status ?? ""}\n${stdout}\n${stderr}`;
    expect(stderr).not.toContain("bug in dockopt");
    const lower = used.toLowerCase().replaceAll("_", "p");
    return both
      .replaceAll(used, "NAME")
      .replaceAll(lower, "NAME")
      .replace(/"fingerprint":\s*"[^"]*"/g, "");
  };
  const other = shown(control(name));
  expect(shown(name)).toBe(other);
  expect(({} as Readonly<Record<string, unknown>>)["scripts"]).toBeUndefined();
});
