import fc from "fast-check";
import { expect, test } from "vitest";
import { createFacts } from "../../src/facts/facts.js";
import type { LeadingSteps } from "../../src/migrate/events.js";
import { leadingSteps } from "../../src/migrate/report/leading.js";
import { shareGroups, type ShareFile } from "../../src/migrate/report/share.js";
import { parse } from "../../src/syntax/parse.js";

function read(source: string): LeadingSteps | null {
  const parsed = parse(source);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  return leadingSteps(parsed.document, createFacts(parsed.document, undefined));
}

const commons = (source: string): readonly string[] => read(source)?.steps.map(({ common }) => common) ?? [];

const fileOf = (repository: string, source: string): ShareFile[] => {
  const leading = read(source);
  return leading === null ? [] : [{ repository, path: "Dockerfile", leading }];
};

test.each([
  [
    "RUN apt-get update && apt-get install -y curl git",
    "run  apt-get update \\\n # tools\n && apt-get -y install git 'curl'",
  ],
  [
    "RUN apt-get install -yq --no-install-recommends curl",
    "RUN apt-get install --no-install-recommends -y -q curl curl",
  ],
  ["RUN apk add --no-cache -t .deps gcc make", "RUN apk --no-cache add make gcc --virtual=.deps"],
  ["RUN dnf install -y git tar", "RUN dnf -y install tar git"],
  ["ENV A=1 B=2", 'ENV B="2" A=1'],
  ["ENV A b", "ENV A=b"],
  ["WORKDIR /srv/app", "WORKDIR /srv\nWORKDIR app"],
  ['RUN ["echo", "a"]', 'RUN [ "echo" , "a" ]'],
  ["ARG V=1\nRUN curl -fsSL https://x.example/$V -o /x", 'ARG V="1"\nRUN curl -fsSL  https://x.example/$V  -o /x'],
])("%j and %j are one step", (one, other) => {
  expect(commons(`FROM debian:12\n${one}\n`).at(-1)).toBe(commons(`FROM debian:12\n${other}\n`).at(-1));
});

test.each([
  ["RUN apt-get install -y curl", "RUN apt-get install -y curl git"],
  ["RUN apt-get install -y $A b", "RUN apt-get install -y b $A"],
  ["RUN apt-get install -y curl=1", "RUN apt-get install -y curl=2"],
  ["RUN apt-get install -o A=1 -o A=2 x", "RUN apt-get install -o A=2 -o A=1 x"],
  ["RUN echo 'a  b'", "RUN echo 'a b'"],
  ["RUN echo '*'", "RUN echo *"],
  ["RUN echo '~'", "RUN echo ~"],
  ["RUN (cd /x && make)", "RUN cd /x && make"],
  ["RUN sudo make", "RUN make"],
  ["RUN python -m pip install x", "RUN python -m  venv install x"],
  ["RUN make > /log", "RUN make"],
  ["RUN A=1 make", "RUN make"],
  ["RUN a && b", "RUN a ; b"],
  ["RUN a & b", "RUN a && b"],
  ["RUN make", "WORKDIR /x\nRUN make"],
  ["RUN make", "USER app\nRUN make"],
  ["RUN make", "ENV CFLAGS=-O2\nRUN make"],
  ["ARG V=1\nRUN echo $V", "ARG V=2\nRUN echo $V"],
  ["RUN a", 'SHELL ["/bin/bash", "-c"]\nRUN a'],
  ["RUN --network=none a", "RUN a"],
  ["ENV A='$B'", "ENV A=$B"],
])("%j and %j are two", (one, other) => {
  expect(commons(`FROM debian:12\n${one}\n`).at(-1)).not.toBe(commons(`FROM debian:12\n${other}\n`).at(-1));
});

test("the steps end at the context, at another stage's files and at arguments without a default", () => {
  const first = "FROM debian:12\nRUN apt-get install -y git\n";
  const end = (rest: string): number => commons(`${first}${rest}\nRUN make\n`).length - 1;
  expect(end("COPY . .")).toBe(0);
  expect(end("ADD x.tgz /")).toBe(0);
  expect(end("RUN --mount=target=/src make")).toBe(0);
  expect(end("ARG V\nRUN echo $V")).toBe(0);
  expect(end("ARG V\nENV W=$V")).toBe(0);
  expect(end("ARG V\nARG W=$V\nENV X=$W")).toBe(0);
  expect(end("ARG VERSION\nRUN apt-get install -y jq")).toBe(2);
  expect(end("RUN --mount=type=cache,target=/c echo")).toBe(2);
  expect(end("COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/")).toBe(2);
  expect(commons("FROM a AS b\nFROM debian:12\nCOPY --from=b /x /x\nRUN make\n")).toEqual([]);
});

test("the last stage counts, through the stages it is built on; labels and ports make no layer", () => {
  const leading = read(
    "ARG V=12\nFROM debian:$V AS base\nLABEL a=b\nRUN apt-get update && apt-get install -y git curl && rm -rf /var/lib/apt/lists/*\n" +
      "FROM node AS other\nFROM base\nEXPOSE 80\nRUN apt-get update\nCOPY . .\n",
  );
  expect(leading?.image).toBe("debian:12");
  expect(leading?.steps.map(({ bytes }) => bytes)).toEqual([16e6, 19e6]);
  expect(read("FROM scratch\nENV A=1\n")).toBeNull();
  expect(read("ARG BASE\nFROM $BASE\nENV A=1\n")).toBeNull();
  expect(read("ARG V\nFROM debian:$V\nENV A=1\n")).toBeNull();
  expect(read("FROM --platform=linux/arm64 docker.io/library/node\n")?.image).toBe("--platform=linux/arm64 node");
});

const STEPS = [
  ["RUN apt-get update && apt-get install -y git jq", "RUN apt-get update && \\\n    apt-get -y install jq git"],
  ["RUN curl -o /opt/x https://x.example/x", "RUN  curl  -o '/opt/x' https://x.example/x"],
  ["RUN wget -O /opt/y https://y.example/y", 'RUN wget -O "/opt/y"  https://y.example/y'],
  ["RUN apk add bash make", "RUN apk add make bash"],
] as const;

test("prefixes in another order or spelling are found as one group, whatever the order of files", () => {
  const file = fc.record({
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    spelling: fc.array(fc.nat(1), { minLength: 4, maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(file, { minLength: 2, maxLength: 6 }), fc.boolean(), (files, reversed) => {
      const texts = files.map(
        ({ order, spelling }) =>
          `FROM debian:12\n${order.map((step) => STEPS[step]?.[spelling[step] ?? 0] ?? "").join("\n")}\nCOPY . .\n`,
      );
      const shared = texts.flatMap((text, index) => fileOf(`r${index}`, text));
      const groups = shareGroups(reversed ? [...shared].reverse() : shared);
      const layers = new Set(texts.flatMap((text) => layersOf(text)));
      const bytes = [...layers].reduce((sum, layer) => sum + sizeOf(layer), 0) - (16 + 10 + 10 + 6) * 1e6 - 19e6;
      if (bytes === 0) return groups.length === 0;
      expect(groups).toHaveLength(1);
      expect(groups[0]).toMatchObject({ image: "debian:12", files: files.length, bytes });
      expect(groups[0]?.steps).toHaveLength(4);
      expect(groups[0]?.variants).toBe(new Set(texts).size);
      return true;
    }),
    { numRuns: 60 },
  );
});

/** Every layer of a text as all that leads up to it. */
const layersOf = (text: string): readonly string[] => {
  const steps = read(text)?.steps ?? [];
  return steps.map((_, index) =>
    steps
      .slice(0, index + 1)
      .map((step) => step.text)
      .join("\0"),
  );
};

const sizeOf = (layer: string): number => {
  const last = layer.slice(layer.lastIndexOf("\0") + 1);
  return (last.includes("apt-get") ? 16 + 19 : last.includes("apk") ? 6 : 10) * 1e6;
};

test("what is identical today, or stands in one repository alone, is no group", () => {
  const [git, curl] = [STEPS[0][0], STEPS[1][0]];
  const one = `FROM debian:12\n${git}\n${curl}\n`;
  const other = `FROM debian:12\n${curl}\n${git}\n`;
  expect(shareGroups([...fileOf("a", one), ...fileOf("b", one)])).toEqual([]);
  expect(shareGroups([...fileOf("a", one), ...fileOf("a", other)])).toEqual([]);
  expect(shareGroups([...fileOf("a", one), ...fileOf("b", other.replace("12", "11"))])).toEqual([]);
  const [group] = shareGroups([...fileOf("a", one), ...fileOf("b", one), ...fileOf("c", other)]);
  expect(group).toEqual({
    image: "debian:12",
    steps: [git, curl],
    repositories: ["a", "b", "c"],
    files: 3,
    variants: 2,
    bytes: 45e6,
  });
});

test("the branches of a tree share more than its trunk where that is longer", () => {
  const text = (...steps: readonly string[]): string => ["FROM debian:12", ...steps, ""].join("\n");
  const [git, curl, wget] = [STEPS[0][0], STEPS[1][0], STEPS[2][0]];
  const groups = shareGroups(
    [text(git, curl), text(curl, git), text(git, wget), text(wget, git)].flatMap((source, index) =>
      fileOf(`r${index}`, source),
    ),
  );
  // All four have git in three places: 70 MB; the two pairs would save 45 MB each.
  expect(groups.map(({ files, bytes }) => [files, bytes])).toEqual([
    [2, 45e6],
    [2, 45e6],
  ]);
});
