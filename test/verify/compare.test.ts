import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { differences, withoutNoise, type Difference, type Image } from "../../src/verify/compare.js";
import { readTree, type Entry } from "../../src/verify/tree.js";

const FILE: Entry = {
  type: "file",
  mode: 0o644,
  owner: "0:0",
  size: 1,
  link: "",
  hash: "aaaaaaaaaa",
  attributes: "[]",
};
const image = (tree: Readonly<Record<string, Entry>>, config: Readonly<Record<string, string>> = {}): Image => ({
  config: new Map(Object.entries(config)),
  tree: new Map(Object.entries(tree)),
});
const named = (found: readonly Difference[]): readonly string[] => found.map((one) => `${one.kind} ${one.path}`);

test("what the linker's cache knows of devices and times is no difference; its mode is", () => {
  const path = "var/cache/ldconfig/aux-cache";
  const [before, after] = [image({ [path]: FILE }), image({ [path]: { ...FILE, hash: "b", mode: 0o600 } })];
  expect(named(differences(before, after))).toEqual([`mode ${path}`]);
});

describe("differences of two images", () => {
  test.each([
    ["nothing", {}, []],
    ["content", { hash: "b" }, ["content x"]],
    ["mode and owner", { mode: 0o755, owner: "1:1" }, ["mode x", "owner x"]],
    ["type, and nothing else of it", { type: "directory", mode: 0o755 }, ["type x"]],
    ["link", { link: "/y" }, ["link x"]],
    ["attributes", { attributes: "[1]" }, ["attributes x"]],
  ])("%s", (_, change, expected) => {
    expect(named(differences(image({ x: FILE }), image({ x: { ...FILE, ...change } })))).toEqual(expected);
  });

  test("missing, added, configuration", () => {
    const found = differences(
      image({ a: FILE }, { User: '"x"', Env: "null" }),
      image({ b: FILE }, { User: "null", Env: "null" }),
    );
    expect(named(found)).toEqual(["configuration User", "missing a", "added b"]);
    expect(found[0]?.detail).toBe('"x" -> null');
  });

  test("what differs by itself is left out; new names in the same place too; real ones stay", () => {
    const one = (kind: Difference["kind"], path: string): Difference => ({ path, kind, detail: "" });
    const noise = [
      one("content", "var/log/dpkg.log"),
      one("added", "root/.npm/_logs/1.log"),
      one("missing", "root/.cache/go-build/0a/x-a"),
    ];
    const found = [
      one("content", "var/log/dpkg.log"),
      one("missing", "root/.npm/_logs/2.log"),
      one("added", "root/.cache/go-build/7f/y-a"),
      one("content", "app/x"),
      one("added", "root/.npm/other"),
    ];
    expect(named(withoutNoise(found, noise))).toEqual(["content app/x", "added root/.npm/other"]);
  });
});

test("a cache with hashed folders is restless as a whole once anything in it is", () => {
  const one = (kind: Difference["kind"], path: string): Difference => ({ path, kind, detail: "" });
  const noise = [one("content", "root/.cache/go-build/0a/x-a"), one("content", "var/log/a")];
  const found = [one("added", "root/.cache/go-build/7f/y-a"), one("added", "var/log/b"), one("added", "new")];
  expect(named(withoutNoise(found, noise))).toEqual(["added var/log/b", "added new"]);
});

test("a tar stream is read in one pass: types, modes, owners, links, contents", async () => {
  const tar = pack();
  tar.entry({ name: "./dir/", type: "directory", mode: 0o755, uid: 1, gid: 2 });
  tar.entry({ name: "dir/a", mode: 0o4755 }, "text");
  tar.entry({ name: "l", type: "symlink", linkname: "/dir" });
  tar.finalize();
  const tree = await readTree(Readable.from(tar));
  expect([...tree.keys()]).toEqual(["dir", "dir/a", "l"]);
  expect(tree.get("dir")).toMatchObject({ type: "directory", owner: "1:2", mode: 0o755 });
  expect(tree.get("dir/a")).toMatchObject({ mode: 0o4755, size: 4, hash: "372ea08cab33e71c02c651dbc83a474d32c676ea" });
  expect(tree.get("l")).toMatchObject({ type: "symlink", link: "/dir" });
});
