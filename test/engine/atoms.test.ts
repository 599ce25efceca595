import { expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { atomsOf, type Atom } from "../../src/engine/atoms.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";

const CONTEXT = contextFromList([
  { path: "package.json", text: "{}" },
  { path: "package-lock.json", text: '{"lockfileVersion":3,"packages":{"":{}}}' },
  { path: "go.mod", text: "module a\n\ngo 1.22\n\nrequire b v1.0.0\n" },
  { path: "go.sum", text: "b v1.0.0 h1:x\n" },
  { path: "src/a.js", text: "" },
]);

/** Those of the last stage, the first one of which lies on line 3. */
function atoms(body: string): readonly Atom[] {
  const result = parse(`FROM golang AS b\nFROM node:20\n${body}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const facts = createFacts(result.document, CONTEXT);
  return result.document.stages.slice(-1).flatMap((stage) => atomsOf(stage, facts));
}

const keys = (body: string): readonly unknown[] =>
  atoms(body).map(({ key }): unknown => (key.startsWith("[") ? JSON.parse(key) : key));

test("a RUN: its flags, shell, user, directory if it matters, the variables that it may see, what stands before it", () => {
  const settings = "WORKDIR /app\nARG V=1\nARG GIT_SHA\nARG N\nENV A=2 PATH=/x:$PATH\n";
  const path = "PATH=/x:${PATH}";
  const [, ...rest] = keys(
    `${settings}RUN --network=none --mount=type=cache,target=/c cd /x && export B=$A && umask 077 && make $V && touch /y\nRUN echo $N > /z\nRUN apt-get update\nRUN touch q $A`,
  );
  const flags = ["--mount=type=cache,target=/c", "--network=none"];
  const setups = ["cd /x", "export B=$A", "umask 077"];
  const all = ["A=2", "GIT_SHA=${ARG GIT_SHA} or nothing", "N=${ARG N} or nothing", path, "V=${ARG V} or 1"];
  expect(rest).toEqual([
    ["RUN", flags, null, "root", "/app", all, setups, "make $V", ""],
    ["RUN", flags, null, "root", "", ["A=2", path], setups, "touch /y", ""],
    ["RUN", [], null, "root", "", ["N=${ARG N} or nothing", path], [], "echo $N > /z", ""],
    ["RUN", [], null, "root", "", all.filter((one) => !one.startsWith("GIT")), [], "apt-get update", ""],
    ["RUN", [], null, "root", "/app", ["A=2", path], [], "touch q $A", ""],
  ]);
  expect(keys('USER u\nWORKDIR /w\nSHELL ["/bin/bash", "-ec"]\nRUN a; b')).toEqual([
    "WORKDIR /w\nu",
    ["RUN", [], ["/bin/bash", "-ec"], "u", "/w", [], [], "a; b", "last"],
  ]);
});

test("a COPY: where its files go; what is asked for, if that is not known", () => {
  const copies = [
    ["COPY src/a.js /e", ["COPY", [], "", ["src/a.js -> /e"], []]],
    ["ADD src /s", ["COPY", [], "", ["src -> /s"], []]],
    ["COPY src $A ./d/", ["COPY", [], "", ["src", "2", "/app/d", "directory"], ["A=2"]]],
    ["COPY --link --chown=$A --from=B /x /y", ["COPY", ["--chown=$A", "--link"], "0", ["/x", "/y", ""], ["A=2"]]],
    ["COPY --from=0 /x /y/", ["COPY", [], "0", ["/x", "/y", "directory"], []]],
    ["COPY --from=nginx /x .", ["COPY", [], "nginx", ["/x", "/app", "directory"], []]],
    ["COPY --from=nginx /x a/..", ["COPY", [], "nginx", ["/x", "/app", "directory"], []]],
    ["COPY --from=nginx /x a.", ["COPY", [], "nginx", ["/x", "/app/a.", ""], []]],
    ["COPY --from=nginx /x .a", ["COPY", [], "nginx", ["/x", "/app/.a", ""], []]],
    ["COPY --from=nginx /x a/.b", ["COPY", [], "nginx", ["/x", "/app/a/.b", ""], []]],
    ["COPY --from=nginx /x $V", ["COPY", [], "nginx", ["/x", "/${ARG V}", ""], [], "/app"]],
    ["COPY --from=nginx /x /$V", ["COPY", [], "nginx", ["/x", "/${ARG V}", ""], []]],
    ["ADD https://e/$V x", ["ADD", [], "", ["https://e/${ARG V}", "/app/x", ""], ["V=${ARG V} or 1"]]],
    [
      "COPY <<E <<'F' /h\n$A\nE\n$V\nF",
      ["COPY", [], "", ["/h", "", "E true\n$A\n", "F false\n$V\n", "A=2", "V=${ARG V} or 1"], []],
    ],
    ["COPY --chown=$V:$A src /s", ["COPY", ["--chown=$V:$A"], "", ["src -> /s"], ["A=2", "V=${ARG V} or 1"]]],
  ] as const;
  for (const [copy, key] of copies) expect(keys(`WORKDIR /app\nARG V=1\nENV A=2\n${copy}`)[1]).toEqual(key);
  expect(keys("COPY --from=nginx /x ..")[0]).toEqual(["COPY", [], "nginx", ["/x", "/", "directory"], []]);
});

test("directories and volumes; nothing else touches files", () => {
  expect(keys('ENV A=2\nVOLUME /v $A  \nVOLUME ["/w", "$A"]\nWORKDIR /a\nWORKDIR b\nLABEL a=b\nCMD x\nUSER v')).toEqual(
    ["VOLUME /v 2", 'VOLUME ["/w","$A"]', "WORKDIR /a\nroot", "WORKDIR /a/b\nroot"],
  );
});

test("what people read of them", () => {
  expect(atoms("WORKDIR /a\nRUN x && \\\n  y\nCOPY src /s\nVOLUME /v").map(({ label }) => label)).toEqual([
    "line 3: `WORKDIR /a`",
    "line 4: `x`",
    "line 4: `y`",
    "line 6: `COPY src /s`",
    "line 7: `VOLUME /v`",
  ]);
});

test("downloads that a build would do by itself, where it runs and with its variables", () => {
  const downloads = (body: string): unknown[] =>
    atoms(`WORKDIR /app\nCOPY . .\n${body}`)
      .slice(2)
      .map((atom) => atom.downloads().map((one) => ({ ...one, env: [...one.env] })));
  const download = { text: "go mod download", directory: "/app", cacheOnly: true };
  expect(downloads("RUN GOFLAGS=-x go build ./...")).toEqual([[{ ...download, env: [["GOFLAGS", "-x"]] }]]);
  expect(downloads("RUN true || go build")).toEqual([[{ ...download, env: [] }]]);
  expect(downloads("RUN npm ci && true")).toEqual([[], []]);
  expect(downloads("RUN cd /nowhere && go build")).toEqual([[]]);
  expect(downloads("WORKDIR /app")).toEqual([[]]);
});
