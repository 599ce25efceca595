import { describe, expect, test } from "vitest";
import { configurationOf } from "../../src/engine/configuration.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";

function configuration(body: string, stage = 0): string {
  const result = parse(`FROM a\n${body.split(" | ").join("\n")}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const one = result.document.stages[stage];
  if (one === undefined) throw new Error("no stage");
  return configurationOf(one, createFacts(result.document, undefined));
}

test("what a stage leaves: settings, variables, arguments, directory, user, shell", () => {
  const [settings, env, args, cwd, user, shell] = JSON.parse(
    configuration(
      'ARG V=1 | ENV B=$V A=x | LABEL l=$A "k"=\'$B\' | EXPOSE $A/tcp 80 | USER u | WORKDIR /w | SHELL ["/bin/bash","-c"] | STOPSIGNAL $A | MAINTAINER me | ONBUILD RUN a | ONBUILD RUN b | CMD c $A | ENTRYPOINT ["e"] | HEALTHCHECK --timeout=2s --interval=1s CMD h',
    ),
  ) as unknown[];
  expect(settings).toEqual([
    ["CMD", '[[],[["/bin/bash","-c"],"c $A"]]'],
    ["ENTRYPOINT", '[[],["e"]]'],
    ["EXPOSE 80", ""],
    ["EXPOSE x/tcp", ""],
    ["HEALTHCHECK", '[["--interval=1s","--timeout=2s"],[["/bin/bash","-c"],"CMD h"]]'],
    ["LABEL k", "$B"],
    ["LABEL l", "x"],
    ["MAINTAINER", "me"],
    ["ONBUILD", "\nRUN a\nRUN b"],
    ["STOPSIGNAL", "x"],
  ]);
  expect(env).toEqual([
    ["A", "x"],
    ["B", "${ARG V}"],
    ["V", "${ARG V}"],
  ]);
  expect(args).toEqual([["V", "1"]]);
  expect([cwd, user, shell]).toEqual(["/w", "u", ["/bin/bash", "-c"]]);
});

describe("is the same", () => {
  test.each([
    ["LABEL a=1 b=2", "LABEL b=2 | LABEL a=1"],
    ["EXPOSE 1 2", "EXPOSE 2 | EXPOSE 1"],
    ["CMD a | CMD b", "CMD b"],
    ["LABEL a=1 | LABEL a=2", "LABEL a=2"],
    ["ENV A=1 B=2", "ENV B=2 | ENV A=1"],
    ["ARG A=1 | ARG B=2", "ARG B=2 | ARG A=1"],
    ["HEALTHCHECK --timeout=2s --interval=1s CMD h", "HEALTHCHECK --interval=1s --timeout=2s CMD h"],
    ["RUN x | COPY a b | VOLUME v", "RUN y"],
  ])("%s: %s", (one, other) => {
    expect(configuration(one)).toBe(configuration(other));
  });
});

describe("is another", () => {
  test.each([
    ["CMD a", 'CMD ["a"]'],
    ["CMD a", "CMD b"],
    ["CMD a", "ENTRYPOINT a"],
    ["CMD a", 'SHELL ["s"] | CMD a | SHELL ["/bin/sh","-c"]'],
    ["LABEL a=1", "LABEL a=2"],
    ["EXPOSE 1", "EXPOSE 2"],
    ["ONBUILD RUN a | ONBUILD RUN b", "ONBUILD RUN b | ONBUILD RUN a"],
    ["HEALTHCHECK --timeout=2s CMD h", "HEALTHCHECK CMD h"],
    ["HEALTHCHECK NONE", "HEALTHCHECK CMD NONE"],
    ["STOPSIGNAL 1", "STOPSIGNAL 2"],
    ["MAINTAINER a", "MAINTAINER b"],
    ["ENV A=1", "ENV A=2"],
    ["ARG A=1", "ARG A=2"],
    ["USER a", "USER b"],
    ["WORKDIR /a", "WORKDIR /b"],
    ['SHELL ["a"]', 'SHELL ["b"]'],
    ["# escape | LABEL a=$B", "ENV B=1 | LABEL a=$B"],
  ])("%s: %s", (one, other) => {
    expect(configuration(one)).not.toBe(configuration(other));
  });
});
