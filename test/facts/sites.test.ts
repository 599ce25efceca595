import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { createFacts, type Facts } from "../../src/facts/facts.js";
import type { RunInstruction } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";

const CONTEXT = contextFromList(["package.json", "web/package.json", "src/a.js"].map((path) => ({ path, text: "{}" })));

function read(source: string): { facts: Facts; runs: readonly RunInstruction[]; last: RunInstruction } {
  const result = parse(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const runs = result.document.instructions.filter((one): one is RunInstruction => one.kind === "RUN");
  const last = runs.at(-1);
  if (last === undefined) throw new Error("no RUN");
  return { facts: createFacts(result.document, CONTEXT), runs, last };
}

/** "program directory" of each command of the last RUN, with A's value when it has one. */
function sites(run: string, before = ""): readonly string[] {
  const { facts, last } = read(`FROM x\nWORKDIR /w\n${before}RUN ${run}\n`);
  return facts.commands(last).map(({ command, site }) => {
    const value = site.env.has("A") ? ` A=${site.env.get("A") ?? "?"}` : "";
    return `${command.program ?? command.text} ${site.cwd}${value}`;
  });
}

describe("where a command runs, and what it sees", () => {
  test.each([
    ["a && cd /x && b", ["a /w", "cd /w", "b /x"]],
    ["cd y && cd ../z && b", ["cd /w", "cd /w/y", "b /w/z"]],
    ["cd $X && b", ["cd /w", "b /${cd $X}"]],
    ["cd && b", ["cd /w", "b /${cd}"]],
    ["pushd /x && b", ["pushd /w", "b /${pushd /x}"]],
    ["popd && b", ["popd /w", "b /${popd}"]],
    ["(cd /x && a) && b", ["cd /w", "a /x", "b /w"]],
    ["cd /x | a && b", ["cd /w", "a /x", "b /w"]],
    ["{ cd /x && a; } && b", ["cd /w", "a /x", "b /${after line 3}"]],
    ["if a; then cd /x; fi && b", ["a /w", "cd /w", "b /${after line 3}"]],
    ["if a; then c; fi && b", ["a /w", "c /w", "b /w"]],
    ["A=1 a && b", ["a /w A=1", "b /w"]],
    ["A=1 && a", ["A=1 /w", "a /w A=1"]],
    ["export A=1 B && a", ["export /w", "a /w A=1"]],
    ["export A='x y' && a", ["export /w", "a /w A=x y"]],
    ["export A=$X && a", ["export /w", "a /w A=?"]],
    ["export A=$(b) && a", ["b /w", "export /w", "a /w A=?"]],
    ["export A=`b` && a", ["b /w", "export /w", "a /w A=?"]],
    ["export B=1 && export A=$B/x && a", ["export /w", "export /w", "a /w A=1/x"]],
    ["export xA=1 && a", ["export /w", "a /w"]],
    ["env A=1 a", ["a /w A=1"]],
    ["A=2 B=$A a", ["a /w A=2"]],
  ])("%s: %j", (run, expected) => {
    expect(sites(run)).toEqual(expected);
  });

  test.each([
    ["ENV A=1\n", "a && A=2 b && c", ["a /w A=1", "b /w A=2", "c /w A=1"]],
    ["ARG A=1\n", "a", ["a /w A=?"]],
    ["ENV A=$X\n", "a", ["a /w A=?"]],
    ["ENV B=/b\n", "cd $B && a", ["cd /w", "a /b"]],
    ["ENV B=/b\n", "B=/c && cd $B && a", ["B=/c /w", "cd /w", "a /${cd $B}"]],
    ["ENV B=/b\n", "export B=/c && cd $B && a", ["export /w", "cd /w", "a /${cd $B}"]],
    ["ENV B=/b\n", "export 'B=/c' && cd $B && a", ["export /w", "cd /w", "a /${cd $B}"]],
    ["ENV B=/b\n", "read B && cd $B && a", ["read /w", "cd /w", "a /${cd $B}"]],
    ["ENV B=/b\n", "echo B && cd $B && a", ["echo /w", "cd /w", "a /b"]],
    ["ENV B=/b\n", "read xB && cd $B && a", ["read /w", "cd /w", "a /b"]],
    ["ENV B=/b C=/c\n", "read B && cd $C && a", ["read /w", "cd /w", "a /c"]],
    ["ENV B=/b\n", "for  B in 1; do x; done && cd $B && a", ["x /w", "cd /w", "a /${cd $B}"]],
    ["ENV B=/b\n", "echo ${B:=x} && cd $B && a", ["echo /w", "cd /w", "a /${cd $B}"]],
    ["ENV B=/b\n", "echo ${B=x} && cd $B && a", ["echo /w", "cd /w", "a /${cd $B}"]],
    ["ENV B=/b\n", "X=1 y && cd $B && a", ["y /w", "cd /w", "a /b"]],
  ])("behind %j, %s: %j", (before, run, expected) => {
    expect(sites(run, before)).toEqual(expected);
  });

  test("of PATH, what is known counts", () => {
    const path = (run: string): string | undefined => {
      const { facts, last } = read(`FROM x\nENV PATH=/a:$PATH\nRUN ${run}\n`);
      return facts.commands(last).at(-1)?.site.env.get("PATH");
    };
    expect(path("a")).toBe("/a:${PATH}");
    expect(path("PATH=/b:$PATH a")).toBe("/b:/a:${PATH}");
    expect(path("export PATH=/b && a")).toBe("/b");
  });

  test("the image and the user, if they are known", () => {
    const site = (head: string) => {
      const { facts, last } = read(`${head}\nRUN a\n`);
      const found = facts.commands(last)[0]?.site;
      return [found?.image, found?.user];
    };
    expect(site("FROM node:20")).toEqual(["node:20", "root"]);
    expect(site("FROM $X")).toEqual([undefined, undefined]);
    expect(site("FROM x\nUSER v")).toEqual(["x", "v"]);
  });

  test("where files come from, wherever the command has gone to", () => {
    const from = (run: string, path: string): string | undefined => {
      const { facts, last } = read(`FROM x\nWORKDIR /w\nCOPY . .\nRUN ${run}\nCOPY src /late\n`);
      return facts.commands(last).at(-1)?.site.toContext(path);
    };
    expect(from("a", "package.json")).toBe("package.json");
    expect(from("cd web && a", "package.json")).toBe("web/package.json");
    expect(from("cd web && a", "/w/src/a.js")).toBe("src/a.js");
    expect(from("cd $X && a", "package.json")).toBeUndefined();
    expect(from("cd $X && a", "/w/package.json")).toBe("package.json");
    expect(from("a", "/late/a.js")).toBeUndefined();
    expect(from("a", "${X}/../..")).toBeUndefined();
    expect(from("cd /w && a", "${X}/..")).toBeUndefined();
  });

  test("what has surely run before, in its stage and in those below", () => {
    const { facts, last } = read(
      "FROM x AS s\nUSER root\nRUN a && (b) && c || d\nUSER v\nRUN other\nUSER root\nFROM s\nUSER root\nRUN e; f | g\nCOPY src /x\nRUN h && i\nRUN j\n",
    );
    const before = (index: number): string[] => {
      const run = facts.document.instructions.filter((one): one is RunInstruction => one.kind === "RUN")[index];
      return (
        (run === undefined ? [] : facts.commands(run))
          .at(-1)
          ?.site.earlier()
          .map((one) => one.command.text) ?? []
      );
    };
    expect(before(3)).toEqual(["a", "c", "e", "h"]);
    expect(
      facts
        .commands(last)[0]
        ?.site.earlier()
        .map((one) => one.command.text),
    ).toEqual(["a", "c", "e", "h", "i"]);
    expect(before(1)).toEqual([]);
    expect(before(0)).toEqual(["a", "c"]);
  });

  test("an install is one where it runs as it is, not under another user or elsewhere", () => {
    const installs = (run: string): (string | undefined)[] => {
      const { facts, last } = read(`FROM node\nWORKDIR /w\nCOPY . .\nRUN ${run}\n`);
      return facts.commands(last).map((one) => one.install?.call.label);
    };
    expect(installs("npm ci && cd web && npm install")).toEqual(["npm ci", undefined, "npm install"]);
    expect(installs("sudo -u a npm ci")).toEqual([undefined]);
    expect(installs("xargs npm ci")).toEqual([undefined]);
    expect(installs("sudo npm ci")).toEqual(["npm ci"]);
  });
});

describe("the shell of a RUN", () => {
  const problem = (head: string, run = "a"): string | undefined => {
    const { facts, last } = read(`${head}\nRUN ${run}\n`);
    return facts.script(last).problem;
  };
  test.each([
    ["FROM x", undefined],
    ["# escape=`\nFROM x", "its shell is cmd, not a POSIX shell"],
    ["# escape=`\nFROM node:20", undefined],
    ["FROM mcr.microsoft.com/windows/servercore:1", "its shell is cmd, not a POSIX shell"],
    ["FROM a/nanoserver", "its shell is cmd, not a POSIX shell"],
    ["FROM a/windowsservercore", "its shell is cmd, not a POSIX shell"],
    ['FROM a/nanoserver\nSHELL ["/bin/sh", "-c"]', undefined],
    ['FROM x\nSHELL ["pwsh", "-c"]', "its shell is pwsh, not a POSIX shell"],
  ])("%j: %s", (head, expected) => {
    expect(problem(head)).toBe(expected);
  });
});

describe("in the image", () => {
  const system = (lines: string): string => {
    const { facts, last } = read(`FROM x\n${lines}\n`);
    return facts.effects(last).system;
  };
  test.each([
    ["RUN touch /opt/a/b", "none"],
    ["RUN chmod 755 /opt/a/b", "reads"],
    ["RUN rm -rf /srv/a", "reads"],
    ["RUN cat /opt/a", "reads"],
    ["RUN cat /opt", "none"],
    ["RUN mkdir /opt/a\nRUN cat /opt/a/b", "none"],
    ["RUN mkdir /opt/a/b\nRUN cat /opt/a", "none"],
    ["RUN chmod 755 /opt/a\nRUN cat /opt/a", "reads"],
    ["RUN cat /opt/a\nRUN mkdir /opt/a", "none"],
    ["WORKDIR /opt/a\nRUN cat /opt/a/b", "none"],
    ["COPY src /opt/a\nRUN cat /opt/a/b", "none"],
    ["COPY src /opt/b\nRUN cat /opt/a/b", "reads"],
    ["RUN cat /opt/a\nRUN curl https://e", "reads"],
  ])("%j: what lies in /opt and /srv may be a package's, unless it was made here: %s", (lines, expected) => {
    expect(system(lines)).toBe(expected);
  });

  test("what is made in another stage counts as well, what is made later does not", () => {
    const { facts, runs } = read(
      "FROM x AS a\nRUN mkdir /opt/a\nFROM x\nRUN cat /opt/a\nRUN cat /opt/b\nRUN mkdir /opt/b\n",
    );
    expect(runs.map((one) => facts.effects(one).system)).toEqual(["none", "none", "reads", "none"]);
  });

  test("links of all instructions up to it", () => {
    const { facts } = read(
      "ARG v\nFROM x AS a\nRUN ln -s /q /l\nCOPY src /etc/ld.so.conf.d/\nCOPY src /$V\nFROM x\nRUN ln /a /b\n",
    );
    expect(facts.document.instructions.map((one) => facts.links(one).length)).toEqual([0, 0, 2, 3, 3, 3, 5]);
    expect(facts.links(facts.document.instructions[3] as RunInstruction)[2]).toEqual({
      from: "/etc/ld.so.conf.d",
      to: "/",
    });
  });
});

test("facts are computed once; what stands before the first FROM has no state", () => {
  const { facts, last } = read("ARG v\nFROM x\nRUN a\n");
  expect(facts.commands(last)).toBe(facts.commands(last));
  expect(() => facts.state(facts.document.instructions[0] as RunInstruction)).toThrow("line 1: not in a stage");
});
