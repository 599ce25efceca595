import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { cutRun } from "../../src/facts/cut-run.js";
import { createFacts, type Facts } from "../../src/facts/facts.js";
import { familyOf, isCleanup } from "../../src/facts/families.js";
import { isBind, leavesOutside, mountedAt, mountOption, mountsOf } from "../../src/facts/mounts.js";
import type { RunInstruction } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";

function read(run: string, before = ""): { run: RunInstruction; facts: Facts } {
  const result = parse(`FROM node\nWORKDIR /w\n${before}RUN ${run}\n`);
  const last = result.ok ? result.document.instructions.at(-1) : undefined;
  if (!result.ok || last?.kind !== "RUN") throw new Error("no RUN");
  return { run: last, facts: createFacts(result.document, contextFromList([{ path: "package.json", text: "{}" }])) };
}

describe("mounts", () => {
  test.each([
    ["type=cache,target=/c", { type: "cache", target: "/c", from: undefined, source: undefined, writable: false }],
    ["target=/c,source=s,from=f", { type: "bind", target: "/c", from: "f", source: "s", writable: false }],
    ["Type=bind,dst=/c,src=s,rw", { type: "bind", target: "/c", from: undefined, source: "s", writable: true }],
    [
      "destination=/c,readwrite=true",
      { type: "bind", target: "/c", from: undefined, source: undefined, writable: true },
    ],
    ["target=/c,rw=false", { type: "bind", target: "/c", from: undefined, source: undefined, writable: false }],
    ["target=/c=d,RW", { type: "bind", target: "/c=d", from: undefined, source: undefined, writable: true }],
    ["target=/c,rw=untrue", { type: "bind", target: "/c", from: undefined, source: undefined, writable: false }],
    ["type=secret,id=x", { type: "secret", target: undefined, from: undefined, source: undefined, writable: false }],
  ])("--mount=%s", (value, mount) => {
    expect(mountsOf(read(`--network=none --mount=${value} x`).run)).toEqual([mount]);
  });

  test("where they are, in the image", () => {
    const at = (value: string) => {
      const { run, facts } = read(`--mount=${value} x`, "ENV D=/d\n");
      return mountedAt(run, facts)[0]?.target;
    };
    expect([at("target=c"), at("target=$D/c"), at("target=/c/.."), at("type=ssh")]).toEqual([
      "/w/c",
      "/d/c",
      "/",
      undefined,
    ]);
  });

  test.each([
    ["--mount=type=tmpfs,target=/t x", true],
    ["--mount=target=/t,rw x", true],
    ["--mount=target=/t x", false],
    ["--mount=type=secret,id=a,rw x", false],
    ["--mount=type=cache,target=/c touch /c/x", true],
    ["--mount=type=cache,target=/c touch /d", false],
    ["--mount=type=cache,target=/c cat /c/x", false],
    ["--mount=type=cache touch /d", true],
    ["--mount=type=cache,target=/c touch /d /c", true],
    ["cp x /dev/shm/y", true],
    ["x", false],
  ])("RUN %s leaves something in no layer: %s", (text, outside) => {
    const { run, facts } = read(text);
    expect(leavesOutside(run, facts)).toBe(outside);
  });

  test("one option of many", () => {
    expect(mountOption("type=cache,target=/c,id=a=b", "target")).toBe("/c");
    expect(mountOption("type=cache,id=a=b", "id")).toBe("a=b");
    expect(mountOption("mytarget=/c", "target")).toBeUndefined();
    expect(mountOption("type=cache", "type")).toBe("cache");
  });

  test.each([
    ["target=/c", true],
    ["type=bind", true],
    ["type=bind,target=/c", true],
    ["type=cache,target=/c", false],
    ["target=/c,type=cache", false],
    ["dst=/c", true],
    ["source=/c", false],
    ["xtarget=/c", false],
    ["xtype=bind", false],
    ["target=/c,xtype=cache", true],
  ])("%s binds: %s", (value, bind) => {
    expect(isBind(value)).toBe(bind);
  });
});

describe("whose work a RUN does", () => {
  test.each([
    ["apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*", "apt-get"],
    ["apt update && apt-get install -y x", "apt-get"],
    ["pip3 install x && pip cache purge", "pip"],
    ["microdnf install -y x && yum clean all", "dnf"],
    ["npm i -g x && npm cache clean --force", "npm"],
    ["apt-get update && pip install x", undefined],
    ["mkdir /a && touch /a/b", "files"],
    ["useradd app && mkdir /a", "files"],
    ["mkdir /a && apt-get update", undefined],
    ["curl -o /x https://e", undefined],
    ["wgetx", undefined],
    ["npm ci", undefined],
    ["make", undefined],
    ["rm -rf /a", undefined],
    ["locale-gen x", undefined],
    ["which curl", "files"],
    ["$X", undefined],
    ["a (", undefined],
    ["sudo apt-get -y autoremove && apk add x", "apk"],
  ])("%s: %s", (text, family) => {
    const { run, facts } = read(text);
    expect(familyOf(run, facts)).toBe(family);
  });

  test.each([
    ["rm -rf /a", true],
    ["apt-get clean && rm -rf /a", true],
    ["yarn cache clean", true],
    ["apk cache clean", true],
    ["rm -rf /a && touch /b", false],
    ["rmdir /a", false],
    ["xrm /a", false],
    ["apt-get cleaning", false],
    ["# x", false],
  ])("%s only takes away: %s", (text, cleanup) => {
    const { run, facts } = read(text);
    expect(isCleanup(run, facts)).toBe(cleanup);
  });
});

describe("a RUN in two", () => {
  const cut = (text: string, index: number, before = "") => {
    const { run, facts } = read(text, before);
    return cutRun(run, index, facts);
  };

  test.each([
    ["a && b && c", 1, "RUN a\n", "RUN b && c\n"],
    ["a && b && c", 2, "RUN a && b\n", "RUN c\n"],
    ["cd /x && a && b", 2, "RUN cd /x && a\n", "RUN cd /x && b\n"],
    ["set -e && cd /x && a && \\\n  b", 3, "RUN set -e && cd /x && a\n", "RUN set -e && cd /x && \\\n  b\n"],
    ["a \\\n  && b", 1, "RUN a\n", "RUN b\n"],
    ["cd /x \\\n  && a \\\n  # why\n  && b", 2, "RUN cd /x \\\n  && a\n", "# why\nRUN cd /x && b\n"],
    ["a && \\\n  # one\n  # two  \n  b", 1, "RUN a\n", "# one\n# two\nRUN b\n"],
    ["--network=none a && b", 1, "RUN --network=none a\n", "RUN --network=none b\n"],
    ["export A=1 && a && cd /y && b", 3, "RUN export A=1 && a && cd /y\n", "RUN export A=1 && cd /y && b\n"],
  ])("%j before item %i", (text, index, head, tail) => {
    expect(cut(text, index)).toEqual({ head, tail });
  });

  test("comments above stay with the first part", () => {
    expect(cut("a && b", 1, "# why\n")).toEqual({ head: "# why\nRUN a\n", tail: "RUN b\n" });
  });

  test("what is no chain cannot be cut", () => {
    expect(cut("a; b", 1)).toBeUndefined();
    expect(cut("a && b", 0)).toBeUndefined();
    expect(cut("a && b", 2)).toBeUndefined();
  });
});
