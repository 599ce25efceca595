import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import type { Copy } from "../../src/facts/copies.js";
import { createFacts } from "../../src/facts/facts.js";
import { areThere, fileConflict, mayBring, mayWrite, touchesSystem, worksBelow } from "../../src/facts/file-order.js";
import { stepOf, type Step } from "../../src/facts/step.js";
import { parse } from "../../src/syntax/parse.js";

const CONTEXT = contextFromList(
  ["src/a.js", "src/b.js", "package.json", "root/etc/x", "root/app/y", "plain/app/y"].map((path) => ({
    path,
    text: "",
  })),
);

function steps(lines: string): readonly Step[] {
  const result = parse(`FROM x\nUSER root\n${lines.split(" | ").join("\n")}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const facts = createFacts(result.document, CONTEXT);
  return result.document.instructions.slice(2).map((one) => stepOf(one, facts));
}

function copyOf(line: string): Copy {
  const copy = steps(line).at(-1)?.copy;
  if (copy === undefined) throw new Error("no copy");
  return copy;
}

describe("are directories there behind what came before?", () => {
  const there = (lines: string, ...unlessMade: string[]): boolean => areThere({ reason: "", unlessMade }, steps(lines));

  test.each([
    ["WORKDIR /d", ["/d"], true],
    ["WORKDIR /d/e", ["/d"], true],
    ["WORKDIR /e", ["/d"], false],
    ["WORKDIR /d", ["/d", "/e"], false],
    ["WORKDIR /d | WORKDIR /e", ["/d", "/e"], true],
    ["COPY src /d", ["/d"], true],
    ["COPY package.json /d", ["/d"], false],
    ["COPY package.json /d/", ["/d"], true],
    ["COPY package.json /d/x", ["/d"], true],
    ["COPY src package.json /d/", ["/d"], true],
    ["COPY --from=y /x /d", ["/d"], false],
    ["COPY --from=y /x /d/e", ["/d"], true],
    ["COPY --from=y /x /e", ["/d"], false],
    ["RUN mkdir /d", ["/d"], false],
    ["WORKDIR /d | RUN rm -rf /d", ["/d"], false],
    ["WORKDIR /d/e | RUN rm -rf /d", ["/d/e"], false],
    ["WORKDIR /d | RUN rm -rf /d/e", ["/d"], true],
    ["WORKDIR /d | RUN rm -rf /e", ["/d"], true],
    ["WORKDIR /d | RUN touch /d", ["/d"], true],
    ["RUN rm -rf /d | WORKDIR /d", ["/d"], true],
    ["WORKDIR /d | RUN rm -rf /d | WORKDIR /d", ["/d"], true],
    ["WORKDIR /d | LABEL a=b", ["/d"], true],
    ["LABEL a=b", ["/d"], false],
  ])("%s: %j is %s", (lines, directories, expected) => {
    expect(there(lines, ...directories)).toBe(expected);
  });

  test("what else is at stake, no directory makes good", () => {
    expect(areThere({ reason: "" }, steps("WORKDIR /d"))).toBe(false);
    expect(areThere(undefined, steps("WORKDIR /d"))).toBe(false);
  });
});

describe("may a step leave something else there?", () => {
  test.each([
    ["RUN touch /d/x /e", "/d", true],
    ["RUN touch /e /f", "/d", false],
    ["RUN cat /d", "/d", false],
    ["RUN make", "/d", true],
    ["COPY src /d", "/d/a.js", false],
    ["COPY package.json /d", "/d", true],
    ["COPY package.json /e", "/d", false],
    ["ADD https://e/x /d", "/d", true],
    ["RUN ln -s /q /l | COPY src /l", "/d", true],
    ["WORKDIR /d", "/d", false],
    ["LABEL a=b", "/d", false],
    ["VOLUME /d", "/d", false],
  ])("%s: %s is %s", (lines, path, expected) => {
    const step = steps(lines).at(-1);
    expect(step && mayWrite(step, path)).toBe(expected);
  });
});

test("what a copy may bring on another day lies below its directories", () => {
  expect(mayBring(copyOf("COPY src /d"), "/d/new")).toBe(true);
  expect(mayBring(copyOf("COPY src package.json /d/"), "/d/new")).toBe(true);
  expect(mayBring(copyOf("COPY package.json /d"), "/d")).toBe(false);
  expect(mayBring(copyOf("COPY src /d"), "/e")).toBe(false);
});

test.each([
  ["COPY package.json /etc/", true],
  ["COPY package.json /app/", false],
  ["COPY package.json /app/ | COPY package.json src /etc/x/", true],
  ["COPY src /etc", true],
  ["COPY src /app", false],
  ["COPY root /", true],
  ["COPY plain /", false],
  ["COPY plain /usr", true],
  ["COPY --from=y /x /usr/bin/x", true],
  ["COPY --from=y /x /srv/x", false],
  ["ARG N | COPY --from=y /x /$N", true],
  ["ARG N=srv | COPY --from=y /x /$N", false],
])("%s touches the system: %s", (lines, expected) => {
  expect(touchesSystem(copyOf(lines), CONTEXT)).toBe(expected);
});

test("work below what is copied is about it, whether the context has it or not", () => {
  const below = (run: string, copy = "COPY src /d"): boolean => {
    const { effects } = steps(run)[0] ?? {};
    return effects !== undefined && worksBelow(effects, copyOf(copy));
  };
  expect([below("RUN touch /d/new"), below("RUN cat /d"), below("RUN touch /e"), below("RUN cat /")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(below("RUN touch /d", "ARG N | WORKDIR /$N | COPY src ../..")).toBe(false);
});

describe("why files forbid that two steps change places", () => {
  const why = (lines: string): string => {
    const [a, b] = steps(lines).slice(-2);
    if (a === undefined || b === undefined) throw new Error("no pair");
    const found = fileConflict(a, b, CONTEXT);
    return found === undefined
      ? "free"
      : `${found.reason}${found.unlessMade === undefined ? "" : ` (unless ${found.unlessMade.join(", ")})`}`;
  };

  test.each([
    ["WORKDIR /a | WORKDIR /a/b", "free"],
    ["VOLUME /a | ADD src /b", "line 3: VOLUME may hold what a step writes"],
    ["VOLUME /a | WORKDIR /a", "free"],
    ["WORKDIR /a | RUN make", "line 4: `make` may read or write anything"],
    ["WORKDIR /a/b | RUN cd /a && touch /q", "line 3: /a has to be there, which this or line 4 may make (unless /a)"],
    ["WORKDIR /a/b | RUN touch /c/q", "free"],
    ["RUN ln -s /q /l | COPY src /l | RUN touch /x", "line 4: not known what it brings"],
    ["RUN touch /x | ADD package.json /x", "line 3: touches /x, which line 4 copies"],
    ["RUN curl -o /q https://e | RUN apt-get update", "line 3: both this and line 4 work on the system"],
    ["RUN touch /srv/q | RUN touch /b/q /srv/r", "free"],
    ["RUN touch /x/y/q | RUN mkdir /x/y /x/z", "line 3: this and line 4 both touch /x/y/q"],
    [
      "RUN cd /a && cd /b && touch /q | RUN mkdir -p /a/x /b/x",
      "line 3: /a, /b has to be there, which this or line 4 may make (unless /a, /b)",
    ],
    [
      "RUN cd /d && cd /d/e && touch /q | COPY --from=y /x /d/e/f",
      "line 3: /d, /d/e may be made by this or by line 4 (unless /d, /d/e)",
    ],
    ["COPY --chown=u src /a/b | COPY package.json /a/bc", "free"],
    ["COPY --chown=u src /a/b | COPY --from=y /x /a", "line 3: this and line 4 copy to the same place"],
    ["COPY src package.json /d/ | COPY --from=y /x /d/package.json", "line 3: this and line 4 copy to the same place"],
    ["COPY package.json src/a.js /d/ | COPY src /d", "free"],
    ["COPY package.json src/b.js /d/ | COPY root /d", "free"],
    ["ARG N | WORKDIR /$N | COPY src ../.. | COPY package.json /x", "line 5: this and line 6 copy to the same place"],
  ])("%s: %s", (lines, expected) => {
    expect(why(lines)).toBe(expected);
  });

  test("as different users, who makes a directory on the way owns it", () => {
    const [first, , second] = steps("RUN touch /a/b/q | USER 5 | RUN touch /a/c/q");
    const [, other] = steps("USER 5 | RUN touch /z/q");
    const [one, , two] = steps("WORKDIR /a/b | USER 5 | WORKDIR /a");
    if (first === undefined || second === undefined || other === undefined || one === undefined || two === undefined)
      throw new Error("steps");
    expect(fileConflict(first, second, CONTEXT)?.reason).toBe(
      "line 3: this and line 5 write beside each other as different users",
    );
    expect(fileConflict(first, other, CONTEXT)).toBeUndefined();
    expect(fileConflict(one, two, CONTEXT)).toEqual({
      reason: "line 3: /a/b may be made by another owner than by line 5",
      unlessMade: ["/a/b"],
    });
    const [far] = steps("WORKDIR /z").slice(-1);
    expect(far && fileConflict(two, far, CONTEXT)).toBeUndefined();
  });

  test("a COPY makes its directories as its owner, a RUN as its user", () => {
    expect(why("USER 5 | RUN mkdir /d/e/f | COPY src /d/e")).toBe(
      "line 4: /d/e may be made by this or by line 5 (unless /d/e)",
    );
    expect(why("USER 5 | RUN mkdir /d/e/f/g | COPY src /d/e")).toBe(
      "line 4: /d/e may be made by this or by line 5 (unless /d/e)",
    );
    expect(why("RUN mkdir /d/e/f/g | COPY src /d/e")).toBe("free");
  });
});
