import { describe, expect, test } from "vitest";
import type { Context } from "../../src/context/context.js";
import { contextFromList } from "../../src/context/load-list.js";
import { prove, type Verdict } from "../../src/engine/prove.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";

const CONTEXT = contextFromList([
  { path: "package.json", text: "{}" },
  { path: "package-lock.json", text: '{"lockfileVersion":3,"packages":{"":{}}}' },
  { path: "go.mod", text: "module a\n\ngo 1.22\n\nrequire b v1.0.0\n" },
  { path: "go.sum", text: "b v1.0.0 h1:x\n" },
  { path: "src/a.js", text: "" },
  { path: "conf/nginx.conf", text: "" },
]);

function verdict(before: string, after: string, context: Context | undefined = CONTEXT): Verdict {
  const facts = (source: string) => {
    const result = parse(source);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return createFacts(result.document, context);
  };
  return prove(facts(before), facts(after));
}

/** Lines behind a usual beginning; " | " ends a line. */
const file = (body: string): string => `FROM node:20\nWORKDIR /app\n${body.split(" | ").join("\n")}\n`;

describe("the same image is proved", () => {
  test.each([
    ["the same text", "RUN make", "RUN make"],
    ["blanks, comments, keyword case", "RUN make", "# c | run   make"],
    [
      "system packages above the source",
      "COPY . . | RUN apt-get update && apt-get install -y git",
      "RUN apt-get update && apt-get install -y git | COPY . .",
    ],
    ["a global tool above the source", "COPY . . | RUN npm i -g pnpm", "RUN npm i -g pnpm | COPY . ."],
    [
      "with the variable it mentions",
      "COPY . . | ENV V=9 | RUN npm i -g pnpm@$V",
      "ENV V=9 | RUN npm i -g pnpm@$V | COPY . .",
    ],
    ["manifests first", "COPY . . | RUN npm ci", "COPY package.json package-lock.json ./ | RUN npm ci | COPY . ."],
    [
      "manifests first, install and build apart",
      "COPY . . | RUN npm ci && npm run build",
      "COPY package.json package-lock.json ./ | RUN npm ci | COPY . . | RUN npm run build",
    ],
    [
      "a download of its own",
      "COPY . . | RUN go build ./...",
      "COPY go.mod go.sum ./ | RUN go mod download | COPY . . | RUN go build ./...",
    ],
    ["RUNs joined", "RUN a | RUN b && c", "RUN a && b && c"],
    ["RUNs split", "RUN a && b | RUN c", "RUN a | RUN b && c"],
    ["joined behind a subshell", "RUN cd /x && a | RUN b", "RUN (cd /x && a) && b"],
    ["cd said again", "RUN cd /x && a && b", "RUN cd /x && a | RUN cd /x && b"],
    ["a list kept apart by braces", "RUN a || true | RUN b", "RUN { a || true; } && b"],
    ["a list kept apart by a subshell", "RUN a; b | RUN c", "RUN (a; b) && c"],
    [
      "build metadata below what does not mention it",
      "ARG GIT_SHA | RUN npm i -g pnpm | RUN echo $GIT_SHA > v",
      "RUN npm i -g pnpm | ARG GIT_SHA | RUN echo $GIT_SHA > v",
    ],
    ["labels anywhere", "LABEL a=b | RUN make", "RUN make | LABEL a=b"],
    [
      "a full destination behind another WORKDIR",
      "COPY src ./src | WORKDIR /other",
      "WORKDIR /other | COPY src /app/src",
    ],
    ["independent directories", "RUN mkdir -p /a | RUN mkdir -p /b", "RUN mkdir -p /b | RUN mkdir -p /a"],
    ["ENV in one line", "ENV A=1 | ENV B=2 | RUN make", "ENV A=1 B=2 | RUN make"],
    ["a user that nothing in between asks for", "USER node | COPY . .", "COPY . . | USER node"],
    ["files of different places", "COPY src /a | COPY conf /b", "COPY conf /b | COPY src /a"],
    ["a stage by name or number", "RUN x", "RUN x"],
  ])("%s", (_, before, after) => {
    expect(verdict(file(before), file(after))).toEqual({ proved: true });
  });
});

describe("planted wrong rewrites are caught", () => {
  test.each([
    [
      "a download without the variable of its build",
      "COPY . . | ENV GOPROXY=https://proxy.example.com | RUN go build ./...",
      "COPY go.mod go.sum ./ | RUN go mod download | COPY . . | ENV GOPROXY=https://proxy.example.com | RUN go build ./...",
    ],
    [
      "a download without the export before its build",
      "COPY . . | RUN export GOPROXY=https://proxy.example.com && go build ./...",
      "COPY go.mod go.sum ./ | RUN go mod download | COPY . . | RUN export GOPROXY=https://proxy.example.com && go build ./...",
    ],
    [
      "a download as another user",
      "COPY . . | USER node | RUN go build ./...",
      "COPY go.mod go.sum ./ | RUN go mod download | COPY . . | USER node | RUN go build ./...",
    ],
    ["moves past a dependency: the source", "COPY . . | RUN make", "RUN make | COPY . ."],
    ["moves past a dependency: a file", "RUN echo a > /x | RUN cat /x", "RUN cat /x | RUN echo a > /x"],
    [
      "moves past a dependency: a directory",
      "RUN mkdir /x | RUN curl -o /x/y https://e",
      "RUN curl -o /x/y https://e | RUN mkdir /x",
    ],
    [
      "moves past a dependency: cd",
      "COPY . /site | RUN cd /site && apt-get update",
      "RUN cd /site && apt-get update | COPY . /site",
    ],
    [
      "moves past a dependency: packages",
      "RUN apt-get install -y gcc | RUN pip install x",
      "RUN pip install x | RUN apt-get install -y gcc",
    ],
    [
      "moves past a dependency: settings",
      "COPY conf /etc/apt | RUN apt-get update",
      "RUN apt-get update | COPY conf /etc/apt",
    ],
    [
      "moves past a dependency: a user's settings",
      "COPY package.json /root/.npmrc | RUN npm i -g pnpm",
      "RUN npm i -g pnpm | COPY package.json /root/.npmrc",
    ],
    [
      "moves past a dependency: a home directory",
      "WORKDIR /home/app | RUN useradd -m app",
      "RUN useradd -m app | WORKDIR /home/app",
    ],
    ["moves above a variable", "ENV A=1 | RUN make", "RUN make | ENV A=1"],
    [
      "moves above a variable that a known program may read",
      "ENV NODE_ENV=production | RUN npm i -g x",
      "RUN npm i -g x | ENV NODE_ENV=production",
    ],
    ["moves above an ARG it mentions", "ARG V | RUN npm i -g x@$V", "RUN npm i -g x@$V | ARG V"],
    ["build metadata below an unknown program", "ARG GIT_SHA | RUN make", "RUN make | ARG GIT_SHA"],
    ["ENV above the ARG it uses", "ARG V | ENV W=$V", "ENV W=$V | ARG V"],
    ["ENV chain in another order", "ENV A=1 | ENV A=2 B=$A", "ENV A=2 B=$A | ENV A=1"],
    ["drops a file", "COPY package.json src/a.js ./", "COPY package.json ./"],
    ["drops a step", "RUN a && b", "RUN a"],
    ["drops an instruction", "COPY src /src | RUN a", "RUN a"],
    ["drops a directory", "WORKDIR /app/sub | WORKDIR /app", "WORKDIR /app"],
    ["adds a step", "RUN a", "RUN a && rm -rf /tmp/x"],
    ["loses a flag: --chown", "COPY --chown=node src /src", "COPY src /src"],
    ["loses a flag: --mount", "RUN --mount=type=secret,id=x a", "RUN a"],
    ["widens a flag", "RUN --network=none a | RUN b", "RUN --network=none a && b"],
    ["loses a flag: --from", "COPY --from=nginx /x /x", "COPY /x /x"],
    ["merges across USER", "RUN a | USER node | RUN b", "USER node | RUN a && b"],
    ["merges across WORKDIR", "RUN a | WORKDIR /x | RUN b", "RUN a && b | WORKDIR /x"],
    ["merges across ENV", "RUN a | ENV X=1 | RUN b", "ENV X=1 | RUN a && b"],
    ["merges across SHELL", 'RUN a | SHELL ["/bin/bash", "-c"] | RUN b', 'SHELL ["/bin/bash", "-c"] | RUN a && b'],
    ["cd leaks", "RUN cd /x && a | RUN b", "RUN cd /x && a && b"],
    ["export leaks", "RUN export A=1 && a | RUN b", "RUN export A=1 && a && b"],
    ["a shell variable leaks", "RUN A=1 && a | RUN b", "RUN A=1 && a && b"],
    ["cd leaks out of braces", "RUN cd /x; a | RUN b", "RUN { cd /x; a; } && b"],
    ["umask leaks", "RUN umask 077 && touch /x | RUN touch /y", "RUN umask 077 && touch /x && touch /y"],
    ["|| swallows", "RUN a | RUN b || true", "RUN a && b || true"],
    ["; swallows", "RUN a | RUN b", "RUN a; b"],
    ["exit cuts off", "RUN a && exit 0 | RUN b", "RUN a && exit 0 && b"],
    ["set -e loses its force", "RUN set -e; a; b | RUN c", "RUN (set -e; a; b) && c"],
    [
      "set -e in a loop loses its force",
      "RUN set -e && for i in 1 2; do a; done | RUN c",
      "RUN (set -e && for i in 1 2; do a; done) && c",
    ],
    [
      "set -e gains force",
      "RUN set -eu && for i in 1 2; do a; done && c",
      "RUN set -eu && for i in 1 2; do a; done | RUN set -eu && c",
    ],
    ["a SHELL with -e", 'SHELL ["/bin/sh", "-ec"] | RUN a; b | RUN c', 'SHELL ["/bin/sh", "-ec"] | RUN (a; b) && c'],
    ["exec form", 'RUN ["a"] | RUN b', "RUN a && b"],
    [
      "the copy comes over what the install made",
      "COPY . . | RUN npm ci && rm src/a.js",
      "COPY package.json package-lock.json ./ | RUN npm ci && rm src/a.js | COPY . .",
    ],
    ["an input of the install is missing", "COPY . . | RUN npm ci", "COPY package.json ./ | RUN npm ci | COPY . ."],
    [
      "the manifest goes elsewhere",
      "COPY . . | RUN npm ci",
      "COPY package.json package-lock.json /srv/ | RUN npm ci | COPY . .",
    ],
    ["another file is added", "COPY src/a.js /a.js | RUN make", "COPY src/a.js /a.js | COPY package.json / | RUN make"],
    [
      "the copy changes its place",
      "COPY src/a.js /x | COPY package.json /x",
      "COPY package.json /x | COPY src/a.js /x",
    ],
    [
      "the owner of a directory",
      "COPY --chown=node src /srv/a | WORKDIR /srv/a/b",
      "WORKDIR /srv/a/b | COPY --chown=node src /srv/a",
    ],
    ["as another user", "RUN touch /x | USER node", "USER node | RUN touch /x"],
    ["the command", 'CMD ["a"]', 'CMD ["b"]'],
    ["the last command", "CMD a | CMD b", "CMD b | CMD a"],
    ["a label", "LABEL a=b", "LABEL a=c"],
    ["a label above its ARG", "ARG V | LABEL a=$V", "LABEL a=$V | ARG V"],
    ["the environment", "ENV A=1", "ENV A=2"],
    ["the final user", "RUN a | USER node", "RUN a"],
    ["ONBUILD order", "ONBUILD RUN a | ONBUILD RUN b", "ONBUILD RUN b | ONBUILD RUN a"],
    ["what a VOLUME holds", "RUN touch /v/x | VOLUME /v", "VOLUME /v | RUN touch /v/x"],
    [
      "through a link",
      "RUN ln -s /srv /l | RUN touch /l/x | RUN rm -rf /srv",
      "RUN ln -s /srv /l | RUN rm -rf /srv | RUN touch /l/x",
    ],
    [
      "words behind xargs",
      "RUN touch /x | RUN ls / | xargs rm".replace("ls / | ", "ls / |"),
      "RUN ls / |xargs rm | RUN touch /x",
    ],
    [
      "the order of packages",
      "RUN apt-get install -y a | RUN apt-get install -y b",
      "RUN apt-get install -y b | RUN apt-get install -y a",
    ],
    ["a heredoc's text", "COPY <<E /x | a | E", "COPY <<E /x | b | E"],
  ])("%s", (_, before, after) => {
    expect(verdict(file(before), file(after))).toMatchObject({ proved: false });
  });

  test.each([
    ["the base", "FROM a\nRUN x\n", "FROM b\nRUN x\n"],
    ["a global argument", "ARG V=1\nFROM a:$V\n", "ARG V=2\nFROM a:$V\n"],
    ["a stage", "FROM a AS b\nFROM c\n", "FROM c\n"],
    ["across stages", "FROM a AS b\nRUN x\nFROM c\n", "FROM a AS b\nFROM c\nRUN x\n"],
    [
      "what a later stage is built on",
      "FROM a AS b\nENV X=1\nFROM b\nRUN x\n",
      "FROM a AS b\nENV X=2\nFROM b\nRUN x\n",
    ],
    ["the escape character", "# escape=`\nFROM a\n", "FROM a\n"],
  ])("%s", (_, before, after) => {
    expect(verdict(before, after)).toMatchObject({ proved: false });
  });
});

test("without a context, what a COPY brings is judged by where it goes", () => {
  const move = (copy: string): Verdict =>
    verdict(file(`${copy} | RUN apt-get update`), file(`RUN apt-get update | ${copy}`), undefined);
  expect(move("COPY . .")).toEqual({ proved: true });
  expect(move("COPY . /etc")).toMatchObject({ proved: false });
});
