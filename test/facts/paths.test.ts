import { describe, expect, test } from "vitest";
import { environmentPaths, HOME_FILES, isReadByAll } from "../../src/facts/environment-paths.js";
import { expand, variablesIn } from "../../src/facts/expand.js";
import {
  cleanPath,
  imageWorkdir,
  isAddOn,
  isOpaque,
  isStandardDirectory,
  isSystemPath,
  isWithin,
  mayOverlap,
  parentOf,
  readable,
  relativeTo,
  resolvePath,
} from "../../src/facts/paths.js";
import { isPlaceholder, isVolatile, isVolatileName } from "../../src/facts/volatile.js";
import { parse } from "../../src/syntax/parse.js";

describe("paths", () => {
  test.each([
    ["/a/b/..", "/a"],
    ["/a//b/./c/", "/a/b/c"],
    ["/..", "/"],
    ["/../../a", "/a"],
    ["/${A}", "/${A}"],
    ["/${A}/..", undefined],
    ["/a/${A}/b/..", "/a/${A}"],
    ["", "/"],
  ])("%s is %s", (path, clean) => {
    expect(cleanPath(path)).toBe(clean);
  });

  test.each([
    ["/a", "b", "/a/b"],
    ["/a", "/b", "/b"],
    ["/a", "../b", "/b"],
    ["/a", "${B}/c", "/${B}/c"],
    ["/a", ".", "/a"],
    ["/${A}", "..", undefined],
  ])("in %s, %s is %s", (cwd, path, resolved) => {
    expect(resolvePath(cwd, path)).toBe(resolved);
  });

  test.each([
    ["/a/b", "/a", true, "b"],
    ["/a", "/a", true, ""],
    ["/a", "/", true, "a"],
    ["/ab", "/a", false, undefined],
    ["/a", "/a/b", false, undefined],
  ])("%s within %s: %s", (path, directory, within, rest) => {
    expect(isWithin(path, directory)).toBe(within);
    if (rest !== undefined) expect(relativeTo(path, directory)).toBe(rest);
  });

  test.each([
    ["/a", "/a/b", true],
    ["/a/b", "/a", true],
    ["/a/b", "/a/c", false],
    ["/a/${X}", "/a/c", true],
    ["/a/${X}", "/b/c", false],
    ["/a/c", "/a/${X}", true],
    ["/b/c", "/a/${X}", false],
    ["/${X}/a", "/${Y}/b", true],
    ["/a/b/${X}", "/a/c/d", false],
    ["/a/b/c/${X}", "/a/b/d", false],
    ["/a/b/d", "/a/b/c/${X}", false],
  ])("%s and %s may share a file: %s", (a, b, may) => {
    expect(mayOverlap(a, b)).toBe(may);
  });

  test("above and in between", () => {
    expect([parentOf("/a/b"), parentOf("/a"), parentOf("/")]).toEqual(["/a", "/", "/"]);
    expect([isOpaque("/a/${X}"), isOpaque("/a/$X"), isOpaque("/a{")]).toEqual([true, false, false]);
    expect([isStandardDirectory("/usr/local"), isStandardDirectory("/app"), isStandardDirectory("/")]).toEqual([
      true,
      false,
      true,
    ]);
    expect([isAddOn("/opt/a"), isAddOn("/srv/a"), isAddOn("/opt"), isAddOn("/a/opt/b"), isAddOn("/opt/")]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test.each([
    ["/", true],
    ["/${X}", true],
    ["/${X}/a", true],
    ["/etc", true],
    ["/etc/x/y", true],
    ["/usr", true],
    ["/usr/bin/x", true],
    ["/usr/app", false],
    ["/usr/src", true],
    ["/usr/src/app", false],
    ["/usr/local", true],
    ["/usr/local/lib", true],
    ["/usr/local/app", false],
    ["/usr/lib/local/x", true],
    ["/var", true],
    ["/var/lib/x", true],
    ["/var/www", true],
    ["/var/www/html", true],
    ["/var/www/html/x", false],
    ["/var/www/x", false],
    ["/var/local/app", true],
    ["/root", true],
    ["/root/app", false],
    ["/root/.npmrc", true],
    ["/home", false],
    ["/home/a", false],
    ["/home/a/.cache", true],
    ["/home/a/b", false],
    ["/home/.x", false],
    ["/opt", false],
    ["/opt/conda", true],
    ["/opt/pypy/x", true],
    ["/opt/app", false],
    ["/app", false],
    ["/srv", false],
    ["/tmp/x", false],
    ["/app/.cache", false],
    ["/a/root/.x", false],
  ])("%s is the system's: %s", (path, system) => {
    expect(isSystemPath(path)).toBe(system);
  });

  test.each([
    ["/${ARG A}/x", "$A/x"],
    ["a /${ARG A}", "a $A"],
    ["/b/${ARG A}", "/b/$A"],
    ["/${ARG A}/${ARG BC}", "$A/$BC"],
    ["x${ARG A}", "x$A"],
    [imageWorkdir("node:20"), "the working directory of node:20"],
    [imageWorkdir("a.io/b/c:1") + "/x", "the working directory of a.io/b/c:1/x"],
    [imageWorkdir("a.io/b/c"), "the working directory of a.io/b:c"],
    ["/${after line 12}/x", "the directory after line 12/x"],
    ["/${RUN mkdir x}/y", "the directory of `RUN mkdir x`/y"],
    ["/a/${X}", "/a/${X}"],
  ])("people read %s as %s", (text, told) => {
    expect(readable(text)).toBe(told);
  });
});

describe("expansion", () => {
  const values = new Map([
    ["A", "1"],
    ["E", ""],
    ["U", "${U}"],
    ["N", "x y"],
  ]);
  test.each([
    ["'$A'$A", "$A1"],
    ["\"'$A'\"", "'1'"],
    ["'a\"b'", 'a"b'],
    ["\"a'b\"c'd'", "a'bcd"],
    ["\\$A\\\\", "$A\\"],
    ["a\\", "a\\"],
    ["$", "$"],
    ["$.x", "$.x"],
    ["a$A.b", "a1.b"],
    ["$1x", "${1}x"],
    ["$@", "${@}"],
    ["${A}}", "1}"],
    ["${E:-$A}", "1"],
    ["${E:-a${A}b}c", "a1bc"],
    ["${A:-x}", "1"],
    ["${A-x}", "1"],
    ["${E-x}", ""],
    ["${A:+$N}", "x y"],
    ["${E:+x}", ""],
    ["${E+x}", "x"],
    ["${A+x}", "x"],
    ["${Z:-x}", "${Z:-x}"],
    ["${A:?x}", "${A:?x}"],
    ["${A##x}", "${A##x}"],
    ["${A/x/y}", "${A/x/y}"],
    ["${U:-x}", "${U:-x}"],
    ["${U}y", "${U}y"],
    ["${}", "${}"],
    ["${A", "1"],
    ["$A$A", "11"],
    ["${9}", "${9}"],
  ])("%s is %s", (word, result) => {
    expect(expand(word, values, "\\")).toBe(result);
  });

  test("with another escape character", () => {
    expect(expand("`$A\\$A", values, "`")).toBe("$A\\1");
  });

  test.each([
    ["$A ${B} ${#C} ${!D} x", ["A", "B", "C", "D"]],
    ["[ -v A ] && x -v  B", ["A", "B"]],
    ["$((A + b_1 * 2)) $[C]", ["A", "b_1", "C"]],
    ["x-v A", []],
    ["$1 $$ a", []],
  ])("%s mentions %j", (text, names) => {
    expect(variablesIn(text)).toEqual(names);
  });
});

describe("variables", () => {
  const paths = (env: Record<string, string | undefined>, program = "npm"): readonly string[] =>
    environmentPaths(new Map(Object.entries(env)), program);

  test("which name a place that a tool reads", () => {
    expect(
      paths({ PIP_FIND_LINKS: "/wheels", APP_HOME: "/app", GOPROXY: "file:///proxy,direct", B: "file:///b;x" }),
    ).toEqual(["/wheels", "/proxy", "/b"]);
    expect(paths({ NPM_CONFIG_USERCONFIG: "/a/./b/../c" })).toEqual(["/a/c"]);
    expect(paths({ PIP_A: "/a:/b,/c;/d|/e /f=/g" })).toEqual(["/a", "/b", "/c", "/d", "/e", "/f=/g"]);
    expect(
      paths({
        PIP_A: "x/y",
        PIP_B: "/",
        PIP_C: "/etc/x",
        PIP_D: undefined,
        PIP_E: "/a",
        PIP_F: "/a",
        PIP_G: "/${X}/..",
      }),
    ).toEqual(["/a"]);
    expect(paths({ GOX1: "/a", BUNDLE_GEMFILE: "/a", BUNDLE_WITHOUT: "/b" })).toEqual(["/b"]);
  });

  test("PATH, HOME, PYTHONPATH, GOPATH", () => {
    expect(paths({ PATH: "/opt/x:/usr/bin" }, "npm")).toEqual(
      ["npm", "node", "python", "python3", "sh", "git", "go"].map((one) => `/opt/x/${one}`),
    );
    expect(paths({ HOME: "/h" })).toEqual(HOME_FILES.map((file) => `/h/${file}`));
    expect(paths({ PYTHONPATH: "/p" })).toEqual(["/p/sitecustomize.py", "/p/usercustomize.py", "/p/pip"]);
    expect(paths({ GOPATH: "/g" })).toEqual(["/g/pkg", "/g/bin"]);
  });

  test.each(["PATH", "HOME", "LC_ALL", "TZ", "LD_PRELOAD", "IFS"])("%s is heeded by all", (name) => {
    expect(isReadByAll(name)).toBe(true);
  });
  test.each(["PATHS", "MYPATH", "LC_", "A"])("%s is not", (name) => {
    expect(isReadByAll(name)).toBe(false);
  });

  test.each([
    "VERSION",
    "APP_VERSION",
    "GIT_SHA",
    "GIT_SHORT_SHA",
    "GITHUB_REF_NAME",
    "VCS_REF",
    "BUILD_DATE",
    "COMMIT_X",
    "CI_JOB_ID",
    "REV",
  ])("%s changes with every build", (name) => {
    expect(isVolatileName(name)).toBe(true);
  });
  test.each(["NODE_VERSION", "GIT_SSL_NO_VERIFY", "GITHUB_TOKEN", "SOURCE_DATE_EPOCH", "BUILD", "A"])(
    "%s does not",
    (name) => {
      expect(isVolatileName(name)).toBe(false);
    },
  );

  test.each([
    undefined,
    "",
    "''",
    '"dev"',
    "unknown",
    "development",
    "devel",
    "Local",
    "n/a",
    "na",
    "0",
    "0.0.0",
    "0.0.0-dev",
    "main",
    "SNAPSHOT",
    "test",
  ])("%s says nothing", (value) => {
    expect(isPlaceholder(value)).toBe(true);
  });
  test.each(["1", "1.0", "devils", "x-main", "0.1", "0.0.0-", "mainx", "xtest"])("%s pins a value", (value) => {
    expect(isPlaceholder(value)).toBe(false);
  });

  test("an ARG or ENV of nothing else", () => {
    const result = parse("FROM a\nARG GIT_SHA VERSION=1\nENV GIT_SHA=1 A=2\nLABEL VERSION=1\nENV VERSION=1\n");
    expect(result.ok && result.document.instructions.map(isVolatile)).toEqual([false, true, false, false, true]);
  });
});
