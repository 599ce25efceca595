import { describe, expect, test } from "vitest";
import { treeFromList } from "../../src/context/load-list.js";
import { contextFrom } from "../../src/context/tree.js";
import { optimize, type Report } from "../../src/engine/run.js";
import splitManifestCopy from "../../transforms/split-manifest-copy.js";

/** In contexts that a fixture cannot hold: with links, with what is not known to be committed, or is git's own. */
function rewrite(
  source: string,
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): Report {
  const manifest = files["package.json"] ?? '{"dependencies":{"x":"1"}}';
  const entries = {
    "package.json": manifest,
    "package-lock.json": `{"lockfileVersion":3,"packages":{"":${manifest}}}`,
    "index.html": "",
    ...files,
  };
  const tree = treeFromList(
    [
      ...Object.entries(entries).map(([path, text]) => ({ path, text })),
      ...Object.entries(links).map(([path, link]) => ({ path, link })),
    ],
    "list",
  );
  const context = contextFrom({ ...tree, tracked: () => undefined });
  return optimize(source, context, { transforms: [splitManifestCopy], safety: "safe" });
}

const SOURCE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";

test("a local node_modules that another stage copies is not kept out of the context", () => {
  const outcome = (last: string): Report =>
    rewrite(`${SOURCE}\nFROM nginx\n${last}\n`, { "node_modules/x/index.js": "" });
  expect(outcome("COPY . /srv").refused).toMatchObject([
    { code: "copied-output", reason: "line 7 copies node_modules, which .dockerignore would have to keep out" },
  ]);
  expect(outcome("COPY . /srv\nRUN cd /srv && npm ci").applied).toHaveLength(2);
});

describe("git hooks", () => {
  const manifest = '{"devDependencies":{"husky":"9.0.0"},"scripts":{"prepare":"husky"}}';

  test("are written where .git is in the build context", () => {
    expect(rewrite(SOURCE, { "package.json": manifest, ".git/HEAD": "" }).refused).toMatchObject([
      {
        code: "lifecycle-script",
        reason:
          "package.json: prepare runs `husky`, which writes git hooks, as .git is in the build context; keep it out by .dockerignore",
      },
    ]);
  });

  test("are not where it is kept out", () => {
    const report = rewrite(SOURCE, { "package.json": manifest, ".git/HEAD": "", ".dockerignore": ".git\n" });
    expect(report.applied).toHaveLength(1);
  });
});

describe("symbolic links", () => {
  test("a manifest behind a link to a directory is not copied: the source would bring the link where a directory is", () => {
    const source = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN cd web && npm ci\n";
    const report = rewrite(source, { "packages/web/package.json": "{}" }, { web: "packages/web" });
    expect(report.refused).toMatchObject([
      {
        code: "no-manifest",
        reason: "web/package.json lies behind web, which is a symbolic link, and is copied as one",
      },
    ]);
  });

  test("a link to a file is copied as that, and as a link with the source", () => {
    const report = rewrite(SOURCE, { "conf/npmrc": "" }, { ".npmrc": "conf/npmrc" });
    expect(report.after).toContain("COPY package.json package-lock.json .npmrc ./\nRUN npm ci\nCOPY . .\n");
  });

  test("a link to a directory is not", () => {
    const manifest = '{"dependencies":{"x":"1"},"scripts":{"postinstall":"patch-package"}}';
    const report = rewrite(SOURCE, { "package.json": manifest, "real/x.patch": "" }, { patches: "real" });
    expect(report.refused).toMatchObject([
      {
        code: "symbolic-link",
        reason: "`npm ci` reads patches, a symbolic link that cannot be copied as what it leads to",
      },
    ]);
  });
});
