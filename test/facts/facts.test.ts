import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { expand } from "../../src/facts/expand.js";
import { createFacts, type Facts } from "../../src/facts/facts.js";
import { conflict } from "../../src/facts/order.js";
import { stepOf } from "../../src/facts/step.js";
import { cleanPath, isSystemPath, mayOverlap, resolvePath } from "../../src/facts/paths.js";
import { parse } from "../../src/syntax/parse.js";

function factsOf(source: string, files: readonly string[] = []): Facts {
  const result = parse(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return createFacts(result.document, contextFromList(files.map((path) => ({ path, text: "" }))));
}

describe("expansion, by BuildKit's rules", () => {
  const values = new Map([
    ["A", "1"],
    ["E", ""],
    ["U", "${U}"],
  ]);
  test.each([
    ["$A/x", "1/x"],
    ["${A}b", "1b"],
    ["'$A'", "$A"],
    ['"$A b"', "1 b"],
    ["\\$A", "$A"],
    ["${E:-x}", "x"],
    ["${E-x}", ""],
    ["${A:+y}", "y"],
    ["${E:+y}", ""],
    ["${U}/x", "${U}/x"],
    ["$NONE/x", "${NONE}/x"],
    ["${A#1}", "${A#1}"],
    ["a$", "a$"],
  ])("%s", (word, expected) => {
    expect(expand(word, values, "\\")).toBe(expected);
  });
});

describe("paths", () => {
  test("are cleaned; what climbs out of the unknown is unknown", () => {
    expect(cleanPath("/a/./b//../c/")).toBe("/a/c");
    expect(cleanPath("/../a")).toBe("/a");
    expect(cleanPath("/${X}/../a")).toBeUndefined();
    expect(resolvePath("/app", "./x")).toBe("/app/x");
    expect(resolvePath("/app", "${HOME}/x")).toBe("/${HOME}/x");
  });

  test.each([
    ["/app", "/app/x", true],
    ["/app", "/application", false],
    ["/", "/x", true],
    ["/${A}", "/b", true],
    ["/a/${X}", "/a/b", true],
    ["/a/${X}", "/b", false],
  ])("%s and %s may share files: %s", (a, b, expected) => {
    expect(mayOverlap(a, b)).toBe(expected);
  });

  test.each([
    ["/app", false],
    ["/usr/src/app", false],
    ["/var/www/html/site", false],
    ["/root/app", false],
    ["/usr/local/lib/x", true],
    ["/etc/nginx", true],
    ["/", true],
    ["/${X}", true],
  ])("%s belongs to the system: %s", (path, expected) => {
    expect(isSystemPath(path)).toBe(expected);
  });
});

describe("state", () => {
  const at = (source: string, line: number) => {
    const facts = factsOf(source);
    const instruction = facts.document.instructions.find((one) => one.startLine === line);
    if (instruction === undefined) throw new Error("line");
    return facts.state(instruction);
  };

  test("WORKDIR is relative to the one before, and inherited by stages", () => {
    expect(at("FROM node AS a\nWORKDIR /x\nWORKDIR y\nFROM a\nRUN z", 5).cwd).toBe("/x/y");
  });

  test("an ENV has its value, an ARG may have any", () => {
    const state = at("FROM node\nARG A=1\nENV B=2 C=$A\nWORKDIR /$A/$B\nRUN x", 5);
    expect(state.cwd).toBe("/${ARG A}/2");
    expect([...state.env]).toEqual([
      ["A", "${ARG A}"],
      ["B", "2"],
      ["C", "${ARG A}"],
    ]);
  });

  test("within one ENV, the old values count", () => {
    expect(at("FROM node\nENV A=1\nENV A=2 B=$A\nRUN x", 4).env.get("B")).toBe("1");
  });

  test("ENV wins over an ARG of the same name; a global ARG is not seen without its own line", () => {
    expect(at("ARG G=1\nFROM node\nENV A=1\nARG A=2\nRUN x", 5).env.get("A")).toBe("1");
    expect(at("ARG G=1\nFROM node\nRUN x", 3).env.has("G")).toBe(false);
    expect(at("ARG G=1\nFROM node\nARG G\nRUN x", 4).args.get("G")).toBe("1");
  });

  test("known base images tell user and directory, others do not", () => {
    expect(at("FROM golang:1.22\nRUN x", 2)).toMatchObject({ cwd: "/go", user: "root" });
    expect(at("FROM team/golang\nRUN x", 2)).toMatchObject({ user: undefined });
    expect(at("ARG V=20\nFROM node:$V\nRUN x", 3)).toMatchObject({ cwd: "/", image: "node:20" });
  });
});

describe("where files come from", () => {
  const source = "FROM node\nWORKDIR /app\nCOPY . .\nCOPY web/package.json ./\nCOPY web /web\nRUN cd /web && npm ci";
  const facts = factsOf(source, ["package.json", "web/package.json", "src/a.js"]);
  const run = facts.document.instructions.at(-1);
  if (run?.kind !== "RUN") throw new Error("RUN");
  const [, install] = facts.commands(run);

  test.each([
    ["/app/package.json", "web/package.json"],
    ["/app/src/a.js", "src/a.js"],
    ["/web/package.json", "web/package.json"],
    ["package.json", "web/package.json"],
    ["/elsewhere", undefined],
  ])("%s is %s", (image, context) => {
    expect(install?.site.toContext(image)).toBe(context);
  });

  test("cd and export act on what follows", () => {
    expect(install).toMatchObject({ site: { cwd: "/web" }, install: { call: { label: "npm ci", directory: "/web" } } });
  });
});

describe("what may change places", () => {
  const pair = (
    first: string,
    second: string,
    files: readonly string[] = ["src/a.js", "nginx.conf", "package.json"],
  ) => {
    const facts = factsOf(`FROM node AS other\nFROM node\nWORKDIR /app\n${first}\n${second}\n`, files);
    const [a, b] = facts.document.instructions.slice(-2);
    if (a === undefined || b === undefined) throw new Error("pair");
    const found = conflict(stepOf(a, facts), stepOf(b, facts), facts.context);
    return found === undefined ? "free" : found.unlessMade !== undefined ? "owner" : "bound";
  };

  test.each([
    ["COPY . .", "RUN apt-get update && apt-get install -y git", "free"],
    ["COPY . .", "RUN apt-get install -y ./x.deb", "owner"],
    ["COPY . .", "RUN apt-get install -y ./src/a.js", "bound"],
    ["COPY nginx.conf /etc/nginx/", "RUN apt-get install -y nginx", "bound"],
    ["COPY . .", "RUN npm install -g pnpm", "free"],
    ["COPY . .", "RUN npm install pnpm", "bound"],
    ["COPY . .", "RUN make", "bound"],
    ["COPY . .", "RUN ./configure", "bound"],
    ["COPY . .", "RUN $TOOL x", "bound"],
    ["COPY . .", "RUN mkdir -p /data && chmod 777 /data", "free"],
    ["COPY . .", "RUN chown -R node /app", "bound"],
    ["COPY . .", "RUN echo x > src/a.js", "bound"],
    ["COPY . .", "RUN echo x > /tmp/y", "free"],
    ["COPY . .", "RUN pip install flask==3.0", "free"],
    ["COPY . .", "RUN pip install -r requirements.txt", "bound"],
    ["COPY . .", "RUN pip install ./src", "bound"],
    ["COPY . .", "RUN curl -fsSL https://x | sh", "bound"],
    ["COPY . .", "RUN curl -o /usr/bin/x https://x", "free"],
    ["COPY . .", "ENV A=1", "free"],
    ["COPY . $A", "ENV A=1", "bound"],
    ["COPY . .", "WORKDIR /other", "bound"],
    ["COPY . /app", "WORKDIR /app/sub", "free"],
    ["COPY --chown=node . /app", "WORKDIR /app/sub", "owner"],
    ["COPY . .", "USER node", "free"],
    ["RUN id", "USER node", "bound"],
    ["RUN x", "ENV A=1", "bound"],
    ["RUN mkdir /x", "ENV A=1", "free"],
    ["ENV A=1", "ENV B=$A", "bound"],
    ["ENV A=1", "ENV B=2", "free"],
    ['CMD ["a"]', 'SHELL ["bash", "-c"]', "bound"],
    ["COPY . .", "LABEL a=b", "free"],
    ["LABEL a=$A", "ARG A=1", "bound"],
    ["COPY src src", "COPY package.json .", "free"],
    ["COPY . .", "COPY package.json .", "free"],
    ["COPY . .", "COPY --chown=node package.json .", "bound"],
    ["COPY . .", "COPY nginx.conf package.json", "bound"],
    ["COPY . .", "COPY --from=other /dist ./dist", "free"],
    ["COPY . .", "COPY --from=other /dist ./src", "bound"],
    ["COPY . .", "VOLUME /app", "bound"],
    ["RUN apt-get update", "RUN apk add git", "bound"],
    ["RUN mkdir /x", "RUN mkdir /y", "free"],
    ["RUN mkdir /x", "RUN touch /x/y", "bound"],
  ])("%s | %s: %s", (first, second, expected) => {
    expect(pair(first, second)).toBe(expected);
    expect(pair(second, first)).toBe(expected);
  });
});
