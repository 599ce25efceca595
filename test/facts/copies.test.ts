import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import {
  accountName,
  contextPathIn,
  contextPathOf,
  copiesOf,
  copyTouches,
  endsAsDirectory,
  owner,
  sameFlags,
  type Copy,
} from "../../src/facts/copies.js";
import { createFacts } from "../../src/facts/facts.js";
import { stepOf } from "../../src/facts/step.js";
import { parse } from "../../src/syntax/parse.js";

const CONTEXT = contextFromList(
  [
    "package.json",
    "src/a.js",
    "src/sub/b.js",
    "pkg/x.tgz",
    "pkg/plain",
    "pkg/.dots",
    "pkg/a.tar.md",
    "pkg/archive.TXZ",
    "pkg/v1.2",
  ].map((path) => ({ path, text: path === "pkg/plain" ? "a\0b" : "" })),
);

function copies(lines: string, context: typeof CONTEXT | "none" = CONTEXT): readonly Copy[] {
  const result = parse(`FROM x\nWORKDIR /w\nARG V=v\nARG D=/d\n${lines}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const facts = createFacts(result.document, context === "none" ? undefined : context);
  const state = (index: number) => {
    const one = result.document.instructions[index];
    if (one === undefined) throw new Error("no instruction");
    return facts.state(one);
  };
  return result.document.stages
    .slice(-1)
    .flatMap((stage) =>
      copiesOf(stage, stage.base === undefined ? [] : facts.copies(stage.base), result.document, facts.context, state),
    );
}

/** "dest: context -> image, ..." of the last copy; a directory ends with a slash. */
function told(lines: string): string {
  const copy = copies(lines).at(-1);
  if (copy === undefined) throw new Error("no copy");
  const placed = copy.placements.map((one) => `${one.context}${one.directory ? "/" : ""} -> ${one.image}`);
  return [
    copy.dest ?? "?",
    ...(copy.intoDirectory ? ["into"] : []),
    ...placed,
    ...(copy.unclear === undefined ? [] : [`unclear: ${copy.unclear}`]),
  ].join("; ");
}

describe("where files go", () => {
  test.each([
    ["COPY package.json /d", "/d; package.json -> /d"],
    ["COPY package.json /d/", "/d; into; package.json -> /d/package.json"],
    ["COPY package.json .", "/w; into; package.json -> /w/package.json"],
    ["COPY package.json ..", "/; into; package.json -> /package.json"],
    ["COPY package.json a..", "/w/a..; package.json -> /w/a.."],
    ["COPY package.json /", "/; into; package.json -> /package.json"],
    ["COPY src/a.js /etc", "/etc; into; src/a.js -> /etc/a.js"],
    ["COPY src /d", "/d; src/ -> /d"],
    ["COPY . /d", "/d; / -> /d"],
    ["COPY src package.json /d", "/d; into; src/ -> /d; package.json -> /d/package.json"],
    ["COPY src/*.js nope /d", "/d; into; src/a.js -> /d/a.js"],
    ["COPY nope /d", "/d"],
    ["COPY src /d\nCOPY package.json /d", "/d; into; package.json -> /d/package.json"],
    ["COPY src /d/e\nCOPY package.json /d", "/d; into; package.json -> /d/package.json"],
    ["COPY package.json /d/e\nCOPY src/a.js /d", "/d; into; src/a.js -> /d/a.js"],
    ["COPY package.json /d\nCOPY src/a.js /d", "/d; src/a.js -> /d"],
    ["COPY package.json /e\nCOPY src/a.js /d", "/d; src/a.js -> /d"],
    ["COPY --parents src/a.js package.json /d", "/d; into; src/a.js -> /d/src/a.js; package.json -> /d/package.json"],
    ["COPY --parents src /", "/; into; src/ -> /src"],
    ["COPY --parents . /d", "/d; into; / -> /d"],
    ["COPY --parents src/./a.js /d", "/d; into; unclear: src/./a.js"],
    ["COPY --parents src/**/*.js /d", "/d; into; unclear: src/**/*.js"],
    ["COPY --parents=false src/a.js /d", "/d; src/a.js -> /d"],
    ["COPY --exclude=*.md src /d", "/d; unclear: --exclude=*.md"],
    ["ADD --checksum=x src /d", "/d; unclear: --checksum=x"],
    ["COPY $V /d", "/d; unclear: $V"],
    ["COPY src $V/x", "/${ARG V}/x; src/ -> /${ARG V}/x"],
    ["COPY --from=y /src /d", "/d"],
    ["COPY <<E /d\nx\nE", "/d; unclear: a heredoc"],
    ["ADD https://e/x /d", "/d; unclear: a remote source"],
    ["ADD git@e:x /d", "/d; unclear: a remote source"],
    ["ADD src/a.js https://e/x /d/", "/d; unclear: a remote source"],
    ["ADD src /d", "/d; src/ -> /d"],
    ["ADD pkg/x.tgz /d", "/d; into; unclear: pkg/x.tgz"],
    ["COPY pkg/x.tgz /d", "/d; pkg/x.tgz -> /d"],
    ["ADD pkg/archive.TXZ /d", "/d; into; unclear: pkg/archive.TXZ"],
    ["ADD pkg/a.tar.md /d", "/d; pkg/a.tar.md -> /d"],
    ["ADD pkg/plain /d", "/d; into; unclear: pkg/plain"],
    ["ADD pkg/.dots /d", "/d; pkg/.dots -> /d"],
    ["ADD pkg/v1.2 /d", "/d; pkg/v1.2 -> /d"],
    ["ADD package.json pkg/x.tgz /d/", "/d; into; unclear: pkg/x.tgz"],
  ])("%s: %s", (lines, expected) => {
    expect(told(lines)).toBe(expected);
  });

  test("likely, with arguments at their defaults", () => {
    expect(copies("COPY src /$V/x\nARG N\nCOPY src /$N").map((one) => one.likelyDest)).toEqual(["/v/x", undefined]);
    expect(copies("WORKDIR $V\nCOPY src ../..").map((one) => [one.dest, one.likelyDest])).toEqual([
      [undefined, undefined],
    ]);
  });

  test("those of the stage that it is built on come first", () => {
    expect(copies("COPY src /a\nFROM x AS s\nCOPY src /b\nFROM s\nCOPY src /c").map((one) => one.dest)).toEqual([
      "/b",
      "/c",
    ]);
  });

  test("without a context nothing is known of the files", () => {
    expect(copies("COPY src /d", "none")).toMatchObject([{ dest: "/d", placements: [], unclear: undefined }]);
  });
});

describe("where a file comes from", () => {
  const from = (lines: string, path: string) => contextPathOf(path, copies(lines), CONTEXT);
  test.each([
    ["COPY src /d", "/d/a.js", "src/a.js"],
    ["COPY src /d", "/d", "src"],
    ["COPY src /d", "/d/new", "src/new"],
    ["COPY . /d", "/d/src/a.js", "src/a.js"],
    ["COPY package.json /p", "/p", "package.json"],
    ["COPY package.json /p", "/p/x", undefined],
    ["COPY src /d\nCOPY package.json /d/a.js", "/d/a.js", "package.json"],
    ["COPY package.json /d/a.js\nCOPY src /d", "/d/a.js", "src/a.js"],
    ["COPY src /d\nCOPY pkg /d", "/d/a.js", "src/a.js"],
    ["COPY src /d\nCOPY pkg /d", "/d/new", "pkg/new"],
    ["COPY src /d\nCOPY --from=y /x/a.js /d/", "/d/a.js", undefined],
    ["COPY src /d\nCOPY --from=y /x /d/a.js", "/d/a.js", undefined],
    ["COPY src /d\nCOPY --from=y /x/za.js /d/", "/d/a.js", "src/a.js"],
    ["COPY src /d\nCOPY --from=y /a.js /e/", "/d/a.js", "src/a.js"],
    ["COPY --from=y /x/a.js /d/\nCOPY src /d", "/d/a.js", "src/a.js"],
    ["COPY src /d", "/e", undefined],
  ])("%j: %s is %s", (lines, image, context) => {
    expect(from(lines, image)).toBe(context);
  });

  test("in one copy, its last source wins", () => {
    const [copy] = copies("COPY src pkg /d/");
    if (copy === undefined) throw new Error("no copy");
    expect(contextPathIn("/d/x", copy)).toBe("pkg/x");
    expect(contextPathIn("/e", copy)).toBeUndefined();
  });
});

describe("what a copy touches", () => {
  test.each([
    ["COPY src /d", "/d/a.js", true],
    ["COPY src /d", "/d/new", false],
    ["COPY src /d", "/d", true],
    ["COPY src /d", "/", true],
    ["COPY src /d", "/e", false],
    ["COPY src /d", "/d/${X}", false],
    ["COPY src /d", "/${X}", true],
    ["COPY package.json /d", "/d/x", true],
    ["COPY src package.json /d/", "/d/package.json", true],
    ["COPY --from=y /x /d", "/d/anything", true],
    ["COPY --from=y /x /d", "/", true],
    ["COPY --from=y /x /d", "/e", false],
    ["COPY src /$V", "/etc", false],
    ["COPY src /$V", "/q", true],
    ["COPY --from=y /x /$V", "/etc", false],
    ["COPY --from=y /x /$V", "/v", true],
    ["ARG W\nCOPY --from=y /x /$W", "/etc", true],
    ["WORKDIR $V\nCOPY --from=y /x ../..", "/q", true],
  ])("%s: %s is %s", (lines, path, touches) => {
    const copy = copies(lines).at(-1);
    expect(copy && copyTouches(copy, path, CONTEXT)).toBe(touches);
  });

  test("without a context, whatever is below", () => {
    const [copy] = copies("COPY src /d");
    expect(copy && copyTouches(copy, "/d/new", undefined)).toBe(false);
  });
});

describe("how it is written", () => {
  const flags = (a: string, b: string): boolean => {
    const [x, y] = copies(`${a} src /d\n${b} src /d`);
    return x !== undefined && y !== undefined && sameFlags(x, y);
  };
  test.each([
    ["COPY --link --chown=a", "COPY --chown=a --link", true],
    ["COPY --parents", "COPY", true],
    ["COPY --link", "COPY", false],
    ["COPY", "ADD", false],
    ["COPY --chown=a --chmod=1", "COPY --chmod=1", false],
  ])("%s, %s: the same way is %s", (a, b, same) => {
    expect(flags(a, b)).toBe(same);
  });

  test.each([
    ["COPY src /d", "root"],
    ["COPY --chown=root src /d", "root"],
    ["COPY --chown=0:0 src /d", "root"],
    ["COPY --chown=root:0 src /d", "root"],
    ["COPY --chown=a src /d", "a"],
    ["COPY --chown=0:a src /d", "0:a"],
    ["COPY --chown=10 src /d", "10"],
    ["COPY --chown=a:0 src /d", "a:0"],
  ])("%s belongs to %s", (line, who) => {
    expect(copies(line).map(owner)).toEqual([who]);
  });

  test.each([
    ["root", undefined],
    ["a", "a"],
    ["0", undefined],
    ["12:34", undefined],
    ["12:a", "12:a"],
    ["a:12", "a:12"],
    ["1a", "1a"],
    ["a1", "a1"],
  ])("the account of %s is %s", (user, name) => {
    expect(accountName(user)).toBe(name);
  });

  test.each([
    ["/d", false, false],
    ["d", true, false],
    ["$V/d", true, false],
    ["$D/d", false, false],
    ["./d/", true, true],
    [".", true, true],
    ["d/..", true, true],
    ["/d/.x", false, false],
    ["d$V", true, false],
  ])("to %s: relative is %s, surely a directory is %s", (dest, relative, directory) => {
    const [copy] = copies(`COPY src ${dest}`);
    expect(copy && [copy.relative, endsAsDirectory(copy)]).toEqual([relative, directory]);
  });
});

test("a step: what is known of a RUN, a COPY, a WORKDIR; a COPY through a link may go anywhere", () => {
  const result = parse(
    "FROM x\nRUN ln -s /q /l\nRUN touch /a\nCOPY src /d\nCOPY src /l/x\nCOPY package.json /\nWORKDIR /w\nLABEL a=b\n",
  );
  if (!result.ok) throw new Error("no document");
  const facts = createFacts(result.document, CONTEXT);
  const keys = result.document.instructions.map((one) => Object.keys(stepOf(one, facts)).slice(2).join());
  expect(keys).toEqual(["", "effects", "effects", "copy", "", "copy", "directory", ""]);
});
