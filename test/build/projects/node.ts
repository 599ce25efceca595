import type { Files } from "../../../scripts/bench/files.js";
import { CACHES, HOIST, SPLIT, type Project } from "./project.js";

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
const NPM: Files = {
  "package.json": JSON.stringify(APP),
  "package-lock.json": lock("app", { "": { ...APP }, ...IS_ODD }),
  ".dockerignore": "node_modules\n",
  "src/index.js": 'console.log(require("is-odd")(3));\n',
};
const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

const node = (name: string, dockerfile: string, files: Files = NPM, by = SPLIT, faster = true): Project => ({
  name,
  dockerfile,
  files,
  by,
  ...(faster ? { faster } : {}),
});

export const NODE: readonly Project[] = [
  node("npm ci", 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "src/index.js"]\n'),
  node(
    "npm ci and a build in one RUN",
    "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci && node src/index.js > out.txt\n",
  ),
  node("npm ci in a subdirectory", "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN cd web && npm ci\n", {
    ...below("web", NPM),
    ".dockerignore": "**/node_modules\n",
  }),
  node("a subdirectory as the source", "FROM node:20\nWORKDIR /app\nCOPY web .\nRUN npm ci\n", {
    ...below("web", NPM),
    ".dockerignore": "**/node_modules\n",
  }),
  node(
    "as another user",
    "FROM node:20\nRUN useradd -m dev && mkdir /app && chown dev /app\nUSER dev\nWORKDIR /app\nCOPY --chown=dev . .\nRUN npm ci\n",
  ),
  node("settings in .npmrc", "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n", {
    ...NPM,
    ".npmrc": "fund=false\naudit=false\n",
  }),
  node("a harmless prepare script", "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n", {
    ...NPM,
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
    "package.json": NPM["package.json"] ?? "",
    "package-lock.json": NPM["package-lock.json"] ?? "",
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
    NPM,
    HOIST,
    false,
  ),
  {
    name: "npm ci with its cache",
    dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "src/index.js"]\n',
    files: NPM,
    by: [...SPLIT, ...CACHES],
    safety: "suggested",
    faster: true,
  },
  {
    name: "npm ci with its cache, as another user",
    dockerfile:
      "FROM node:20\nRUN groupadd -g 1002 dev && useradd -m -u 1001 -g dev dev && mkdir /app && chown dev /app\nENV HOME=/home/dev\nUSER 1001:1002\nWORKDIR /app\nCOPY --chown=1001:1002 package.json package-lock.json ./\nRUN npm ci\n",
    files: NPM,
    by: CACHES,
    safety: "suggested",
  },
];
