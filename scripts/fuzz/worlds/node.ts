import type { Rules } from "../grammar.js";
import type { World } from "./world.js";

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

export const node: readonly World[] = [
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
];
