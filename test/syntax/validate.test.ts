import { describe, expect, test } from "vitest";
import { parse } from "../../src/syntax/parse.js";
import { nearest } from "../../src/syntax/validate.js";

/** Problems of a line below `FROM a`. */
function problems(line: string): string[] {
  const result = parse(`FROM a\n${line}\n`);
  return result.ok ? [] : result.problems.map((one) => `${one.line}:${one.column}: ${one.message}`);
}

describe("flags", () => {
  test.each([
    ["RUN --mount=type=cache,target=/x --mount=type=ssh --network=none --security=insecure --device=a x"],
    ["RUN --network=default x"],
    ["RUN --network=host x"],
    ["RUN --network=$N --security=${S} x"],
    ["RUN --security=sandbox x"],
    ['RUN --mount=type=bind,"source=a,b",target=/x x'],
    ["RUN --mount=type=bind,from=a,source=$x,target=$y x"],
    ["COPY --from=b --chown=a:b --chmod=1 --link --parents=true --exclude=a --exclude=b x y"],
    ["COPY --link=TRUE x y"],
    ["COPY --link=false --parents= x y"],
    ["ADD --keep-git-dir --checksum=a --unpack=false --link --chown=a --chmod=1 --exclude=b x y"],
    ["HEALTHCHECK --interval=1s --timeout=1s --start-period=1s --start-interval=1s --retries=1 CMD x"],
    ["FROM --platform=$P b"],
  ])("BuildKit takes %s", (line) => {
    expect(problems(line)).toEqual([]);
  });

  test.each([
    ["COPY --chwon=a x y", "2:6: COPY has no flag --chwon. Did you mean --chown?"],
    ["COPY --nothinglikeit x y", "2:6: COPY has no flag --nothinglikeit."],
    ["CMD --x", "2:5: CMD has no flag --x."],
    ["RUN --constructor=a x", "2:5: RUN has no flag --constructor."],
    ["WORKDIR --mount=a x", "2:9: WORKDIR has no flag --mount."],
    ["COPY --From=b x y", "2:6: COPY has no flag --From. Did you mean --from?"],
    ["COPY --link --from=a --from=b x y", "2:22: --from is given twice. Keep one."],
    ["COPY --link --link x y", "2:13: --link is given twice. Keep one."],
    ["COPY --from x y", "2:6: --from needs a value: --from=..."],
    ["COPY --exclude x y", "2:6: --exclude needs a value: --exclude=..."],
    ["COPY --link=yes x y", "2:6: --link is `yes`. Use true or false."],
    ["COPY --link=truex x y", "2:6: --link is `truex`. Use true or false."],
    ["COPY --link=xfalse x y", "2:6: --link is `xfalse`. Use true or false."],
    ["RUN --network=x x", "2:5: --network is `x`. Use default, none or host."],
    ["RUN --security=x x", "2:5: --security is `x`. Use sandbox or insecure."],
    [`RUN --mount=type=a,b\\"c x`, '2:5: `b"c` in --mount has a stray quote.'],
    ["RUN --mount=[a] x", "2:5: `[a]` in --mount is no key=value pair."],
    [
      "RUN --mount=target=/x,From=$a x",
      "2:5: --mount's From=$a holds a variable. Name a stage for it with FROM ... AS.",
    ],
  ])("BuildKit refuses %s", (line, problem) => {
    expect(problems(line)).toEqual([problem]);
  });

  test.each([["RUN --mount=a[b x"], ["RUN --mount=xfrom=$a x"], ['COPY --chown="a b" x y']])(
    "and has nothing against %s",
    (line) => {
      expect(problems(line)).toEqual([]);
    },
  );
});

describe("arguments", () => {
  test.each([
    ["FROM b", []],
    ["FROM b AS c", []],
    ["FROM b As c.d-e_1", []],
    ["FROM", ["2:1: FROM takes an image, or an image AS a name."]],
    ["FROM b c", ["2:1: FROM takes an image, or an image AS a name."]],
    ["FROM b IS c", ["2:1: FROM takes an image, or an image AS a name."]],
    ["FROM b AS c d", ["2:1: FROM takes an image, or an image AS a name."]],
    ["FROM b AS 1c", ["2:11: `1c` is no stage name. Begin with a letter; use letters, digits, -, _ and ."]],
    ["FROM b AS c$", ["2:11: `c$` is no stage name. Begin with a letter; use letters, digits, -, _ and ."]],
    ["FROM b AS C", []],
    ["ADD x", ["2:1: ADD needs a source and a destination."]],
    ["ADD x y", []],
    ["ENV", ["2:1: ENV needs a name."]],
    ["LABEL", ["2:1: LABEL needs a name."]],
    ["ARG", ["2:1: ARG needs a name."]],
    ["ARG a", []],
    ["ARG a b=1", []],
    ["ARG a =b", ["2:7: `=b` has no name before the =."]],
    ["ARG =b", ["2:5: `=b` has no name before the =."]],
    ["LABEL a", ["2:1: LABEL a has no value. Write LABEL a=value."]],
    ["LABEL a b", []],
    ["LABEL a =b", []],
    ["LABEL a=b c", ["2:11: `c` has no =. Write name=value, and quote values with blanks."]],
    ["LABEL a=b =c", ["2:11: `=c` has no name before the =."]],
    ["ENV =c", ["2:5: `=c` has no name before the =."]],
    ["HEALTHCHECK", ["2:1: HEALTHCHECK needs CMD or NONE."]],
    ["HEALTHCHECK none", []],
    ["HEALTHCHECK NONE x", ["2:18: HEALTHCHECK NONE takes no arguments."]],
    ["HEALTHCHECK curl x", ["2:13: HEALTHCHECK takes CMD or NONE, not `curl`."]],
    ["HEALTHCHECK CMD", ["2:1: HEALTHCHECK CMD needs a command."]],
    ["HEALTHCHECK cmd x", []],
    ["HEALTHCHECK CMD []", []],
    ["SHELL bash", ['2:1: SHELL takes a JSON array: ["/bin/bash", "-c"].']],
    ["SHELL []", ['2:1: SHELL takes a JSON array: ["/bin/bash", "-c"].']],
    ["SHELL", ['2:1: SHELL takes a JSON array: ["/bin/bash", "-c"].']],
    ['SHELL ["a"]', []],
    ["ONBUILD", ["2:1: ONBUILD needs an instruction."]],
    ["ONBUILD ONBUILD RUN x", ["2:9: ONBUILD ONBUILD is not allowed."]],
    ["ONBUILD from a", ["2:9: ONBUILD FROM is not allowed."]],
    ["ONBUILD MAINTAINER a", ["2:9: ONBUILD MAINTAINER is not allowed."]],
    ["ONBUILD COPY x", []],
    ["VOLUME", ["2:1: VOLUME needs a path."]],
    ['VOLUME ["/x", " "]', ["2:1: VOLUME needs a path."]],
    ['VOLUME ["/x", "/y"]', []],
    ["VOLUME /x", []],
    ["EXPOSE", ["2:1: EXPOSE needs an argument."]],
    ["MAINTAINER", ["2:1: MAINTAINER needs an argument."]],
    ["STOPSIGNAL", ["2:1: STOPSIGNAL needs an argument."]],
    ["USER", ["2:1: USER needs an argument."]],
    ["WORKDIR", ["2:1: WORKDIR needs an argument."]],
    ["WORKDIR x", []],
    ["RUN", []],
    ["CMD", []],
    ["CMD [1]", ["2:5: the JSON array of CMD holds more than strings. Quote every item."]],
    ["CMD [1", []],
  ])("%s", (line, expected) => {
    expect(problems(line)).toEqual(expected);
  });
});

describe("instructions", () => {
  test.each([
    ["RNU x", "2:1: `RNU` is no instruction. Did you mean RUN?"],
    ["copi x", "2:1: `copi` is no instruction. Did you mean COPY?"],
    ["apt-get install x", "2:1: `apt-get` is no instruction. Is a line continuation missing above?"],
    ["{{x}} y", "2:1: `{{x}}` belongs to a template, not to a Dockerfile. Give the rendered file."],
    ["{% x", "2:1: `{%` belongs to a template, not to a Dockerfile. Give the rendered file."],
    ["<% x", "2:1: `<%` belongs to a template, not to a Dockerfile. Give the rendered file."],
    ["%%x%%", "2:1: `%%x%%` belongs to a template, not to a Dockerfile. Give the rendered file."],
    ["x{{y}}", "2:1: `x{{y}}` is no instruction. Is a line continuation missing above?"],
  ])("%s", (line, problem) => {
    expect(problems(line)).toEqual([problem]);
  });

  test("before the first FROM, only ARG; every instruction tells its first problem, in the order of the file", () => {
    const result = parse("ARG a\nRUN x\nrun --x y\nFROM b\nRUN z\nCOPY x\n");
    expect(result.ok ? [] : result.problems.map((one) => [one.line, one.column, one.offset, one.message])).toEqual([
      [2, 1, 6, "RUN stands before the first FROM. Begin the stage with FROM."],
      [3, 5, 16, "RUN has no flag --x."],
      [6, 1, 35, "COPY needs a source and a destination."],
    ]);
  });
});

test.each([
  ["FORM", "FROM"],
  ["RUNN", "RUN"],
  ["UN", "RUN"],
  ["AD", "ADD"],
  ["RU", "RUN"],
  ["R", undefined],
  ["XX", undefined],
  ["EVN", "ENV"],
  ["WROKDIR", "WORKDIR"],
  ["WORKDIRXX", "WORKDIR"],
  ["WORKDIRXXX", undefined],
  ["OCYP", "COPY"],
  ["x".repeat(31), undefined],
])("the keyword nearest to %s is %s", (word, expected) => {
  const keywords = ["ADD", "ARG", "COPY", "ENV", "FROM", "RUN", "WORKDIR"];
  expect(nearest(word, keywords)).toBe(expected);
});

test("what is nearest may be two edits away, and never as far as the word is long", () => {
  const long = "y".repeat(30);
  expect(nearest(long, [`${long}z`])).toBe(`${long}z`);
  expect(nearest("ab", ["ba"])).toBe("ba");
  expect(nearest("abc", ["abc"])).toBe("abc");
  expect(nearest("abcd", ["badc"])).toBe("badc");
  expect(nearest("abcd", ["dcba"])).toBeUndefined();
  expect(nearest("abc", ["xbz", "xbc"])).toBe("xbc");
  expect(nearest("abcd", [])).toBeUndefined();
});
