import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { sandbox } from "../../cli/process.js";

const hasNeovim = spawnSync("nvim", ["--version"]).status === 0;
if (!hasNeovim)
  console.log("skipped: the language server with Neovim, because there is no nvim here (apt-get install neovim)");

const { root, put, dockopt } = sandbox();

/** A second real client beside the protocol's own library, with its own ideas of line ends, versions and new files. */
test.skipIf(!hasNeovim).each([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
])("Neovim shows the rewrites, and its fix-all is what --write does: %s", (_, end) => {
  const text = "FROM node:20\n# 🐳\nWORKDIR /app\nCOPY . .\nRUN echo '🐳' && npm ci\n".replaceAll("\n", end);
  const files = { Dockerfile: text, "package.json": "{}", "package-lock.json": "{}", "src/a.js": "" };
  for (const folder of ["editor", "command"])
    put(Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content])));
  mkdirSync(join(root(), "home"));
  const read = (path: string): string => readFileSync(join(root(), path), "utf8");
  const run = spawnSync(
    "nvim",
    ["--headless", "--clean", "-n", "-c", `luafile ${resolve("test/slow/lsp/neovim.lua")}`],
    {
      cwd: root(),
      encoding: "utf8",
      timeout: 240_000,
      env: {
        ...process.env,
        HOME: join(root(), "home"),
        DOCKOPT_TEST: [join(root(), "editor"), resolve("bin/dockopt.js"), join(root(), "out.json")].join("\n"),
      },
    },
  );
  expect({ status: run.status, stderr: run.stderr.includes("Error") ? run.stderr : "" }).toEqual({
    status: 0,
    stderr: "",
  });
  const { diagnostics, actions, ended } = JSON.parse(read("out.json")) as {
    diagnostics: { source: string; lnum: number; code: string }[];
    actions: number;
    ended: boolean;
  };
  expect(diagnostics).toContainEqual(expect.objectContaining({ source: "dockopt", lnum: 4 }));
  expect({ actions, ended }).toEqual({ actions: 1, ended: true });
  expect(dockopt(["--write", "command/Dockerfile"]).status).toBe(0);
  expect(read("command/Dockerfile")).not.toBe(text);
  expect(read("editor/Dockerfile")).toBe(read("command/Dockerfile"));
  // A new file of Neovim's has an empty line before anything is put in.
  expect(read("editor/.dockerignore").replace(/\n\n$/, "\n")).toBe(read("command/.dockerignore"));
});
