import { describe, expect, test } from "vitest";
import type { Context } from "../../src/context/context.js";
import { contextFromList } from "../../src/context/load-list.js";
import { prove, proveIgnored, type Verdict } from "../../src/engine/prove.js";
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
      "a directory that is always there, but for who takes it away",
      "RUN rm -rf /app && cd /srv | RUN ln -s /srv /l && rm -rf /srv",
      "RUN ln -s /srv /l && rm -rf /srv | RUN rm -rf /app && cd /srv",
    ],
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

describe("wrong rewrites that an audit found proved", () => {
  test.each([
    [
      "a standard directory is taken away before a last cd",
      "RUN rm -rf /x && cd /srv | RUN rm -rf /srv",
      "RUN rm -rf /srv | RUN rm -rf /x && cd /srv",
    ],
    [
      "a directory that both find is taken away before the work in it",
      "WORKDIR /w | RUN cd /w && touch /a | RUN rm -rf /w",
      "WORKDIR /w | RUN rm -rf /w | RUN cd /w && touch /a",
    ],
    ["a group's redirection", "RUN { echo a; echo b; } > /x | RUN cat /x", "RUN cat /x | RUN { echo a; echo b; } > /x"],
    ["a subshell's redirection", "RUN (echo a; echo b) > /x | RUN cat /x", "RUN cat /x | RUN (echo a; echo b) > /x"],
    [
      "a loop's redirection",
      "RUN for i in 1 2; do echo $i; done > /x | RUN cat /x",
      "RUN cat /x | RUN for i in 1 2; do echo $i; done > /x",
    ],
    [
      "a loop's input",
      "RUN while read l; do echo $l; done < /x | RUN rm /x",
      "RUN rm /x | RUN while read l; do echo $l; done < /x",
    ],
    [
      "a condition's redirection",
      "RUN if true; then echo a; fi > /x | RUN cat /x",
      "RUN cat /x | RUN if true; then echo a; fi > /x",
    ],
    ["HOME, by ~", "RUN touch ~/x | ENV HOME=/app", "ENV HOME=/app | RUN touch ~/x"],
    ["arithmetic reads a variable", "ENV A=1 | RUN echo $((A+1)) > /x", "RUN echo $((A+1)) > /x | ENV A=1"],
    ["a variable's length", "ENV A=1 | RUN echo ${#A} > /x", "RUN echo ${#A} > /x | ENV A=1"],
    ["the locale", "ENV LC_ALL=C | RUN sort /a > /b", "RUN sort /a > /b | ENV LC_ALL=C"],
    ["the time zone", "ENV TZ=UTC | RUN date -d @0 > /b", "RUN date -d @0 > /b | ENV TZ=UTC"],
    ["which program is found", "ENV PATH=/opt/b:$PATH | RUN cp /a /b", "RUN cp /a /b | ENV PATH=/opt/b:$PATH"],
    [
      "through a hard link",
      "RUN ln /srv/a /srv/b | RUN echo x >> /srv/a | RUN cp /srv/b /c",
      "RUN ln /srv/a /srv/b | RUN cp /srv/b /c | RUN echo x >> /srv/a",
    ],
    [
      "through a link to somewhere",
      "RUN ln -s $T /l | RUN touch /l/x | RUN rm -rf /srv",
      "RUN ln -s $T /l | RUN rm -rf /srv | RUN touch /l/x",
    ],
    [
      "through two links",
      "RUN ln -s /a /b && ln -s /b /c | RUN touch /c/x | RUN rm -rf /a",
      "RUN ln -s /a /b && ln -s /b /c | RUN rm -rf /a | RUN touch /c/x",
    ],
    [
      "through a link in a directory",
      "RUN ln -s /srv /data | RUN touch /data/srv/x | RUN rm -rf /srv/x",
      "RUN ln -s /srv /data | RUN rm -rf /srv/x | RUN touch /data/srv/x",
    ],
    [
      "through a link that cp makes",
      "RUN cp -s /srv/a /b | RUN echo x > /b | RUN cat /srv/a",
      "RUN cp -s /srv/a /b | RUN cat /srv/a | RUN echo x > /b",
    ],
    [
      "/bin is /usr/bin",
      "RUN curl -o /bin/x https://e | RUN rm /usr/bin/x",
      "RUN rm /usr/bin/x | RUN curl -o /bin/x https://e",
    ],
    [
      "a package brings the program",
      "RUN apt-get install -y unzip | RUN unzip /opt/a.zip -d /opt",
      "RUN unzip /opt/a.zip -d /opt | RUN apt-get install -y unzip",
    ],
    [
      "a package brings what tar calls",
      "RUN apt-get install -y xz-utils | RUN tar xJf /opt/a.tar.xz -C /opt",
      "RUN tar xJf /opt/a.tar.xz -C /opt | RUN apt-get install -y xz-utils",
    ],
    [
      "an archive with absolute names",
      "RUN tar -xPf /opt/a.tar -C /opt | RUN cat /data/x",
      "RUN cat /data/x | RUN tar -xPf /opt/a.tar -C /opt",
    ],
    [
      "sed's backup",
      "RUN sed -i.bak s/a/b/ /srv/x | RUN rm /srv/x.bak",
      "RUN rm /srv/x.bak | RUN sed -i.bak s/a/b/ /srv/x",
    ],
    [
      "a checksum of a file that a list names",
      "RUN curl -o /x https://e | RUN echo 'abc  /x' |sha256sum -c -",
      "RUN echo 'abc  /x' |sha256sum -c - | RUN curl -o /x https://e",
    ],
    [
      "where a COPY goes, behind a link",
      "RUN ln -s /q /l; ln -s /r /m | WORKDIR /l | COPY --from=nginx /x . | WORKDIR /m",
      "RUN ln -s /q /l; ln -s /r /m | WORKDIR /l | WORKDIR /m | COPY --from=nginx /x .",
    ],
    [
      "where a COPY goes by an argument",
      "ARG D=x | WORKDIR /a | COPY src $D | WORKDIR /b",
      "ARG D=x | WORKDIR /a | WORKDIR /b | COPY src $D",
    ],
    [
      "where a COPY goes by a variable in JSON form",
      'ENV D=/b | COPY ["src/a.js", "$D/x"] | RUN cat /b/x',
      'ENV D=/b | RUN cat /b/x | COPY ["src/a.js", "$D/x"]',
    ],
    ["touch -r", "RUN touch /y | RUN touch -r /y /x", "RUN touch -r /y /x | RUN touch /y"],
    [
      "an archive by --file=",
      "COPY src /d | RUN tar --extract --file=/d/x.tgz -C /q",
      "RUN tar --extract --file=/d/x.tgz -C /q | COPY src /d",
    ],
    ["sed -e writes a file", "RUN sed -e 'w /y' /x | RUN cat /y", "RUN cat /y | RUN sed -e 'w /y' /x"],
    ["sed writes a line to a file", "RUN sed '$w /y' /x | RUN cat /y", "RUN cat /y | RUN sed '$w /y' /x"],
    [
      "find's program takes another file",
      "RUN find /x -exec rm /y {} + | RUN cat /y",
      "RUN cat /y | RUN find /x -exec rm /y {} +",
    ],
    ["an account's home goes", "RUN userdel -r app | RUN cat /home/app/x", "RUN cat /home/app/x | RUN userdel -r app"],
    ["what gunzip leaves", "RUN gunzip /srv/x.gz | RUN cat /srv/x", "RUN cat /srv/x | RUN gunzip /srv/x.gz"],
    ["sort's output", "RUN sort -o /x /y | RUN cat /x", "RUN cat /x | RUN sort -o /x /y"],
    ["uniq's output", "RUN uniq /y /x | RUN cat /x", "RUN cat /x | RUN uniq /y /x"],
    ["ls of the working directory", "RUN ls > /x | COPY src/a.js b", "COPY src/a.js b | RUN ls > /x"],
    ["a test of two files", "RUN [ /a -nt /b ] | RUN touch /b", "RUN touch /b | RUN [ /a -nt /b ]"],
    [
      "the working directory in a file",
      "WORKDIR /a | RUN pwd > /x | WORKDIR /b",
      "RUN pwd > /x | WORKDIR /a | WORKDIR /b",
    ],
    [
      "cd from the working directory",
      "COPY src /a/sub | WORKDIR /a | RUN cd sub && touch /x",
      "COPY src /a/sub | RUN cd sub && touch /x | WORKDIR /a",
    ],
    [
      "umask on the way",
      "RUN umask 077 && mkdir -p /a/b | RUN mkdir -p /a/c",
      "RUN mkdir -p /a/c | RUN umask 077 && mkdir -p /a/b",
    ],
    ["rmdir of parents", "RUN rmdir -p /a/b/c | RUN ls /a/d", "RUN ls /a/d | RUN rmdir -p /a/b/c"],
    [
      "curl's second output",
      "RUN curl -o /a https://x -o /b https://y | RUN cat /b",
      "RUN cat /b | RUN curl -o /a https://x -o /b https://y",
    ],
    ["curl of a file", "RUN curl -o /a file:///b | RUN rm /b", "RUN rm /b | RUN curl -o /a file:///b"],
    ["curl sends a file", "RUN curl -d @/b -o /a https://x | RUN rm /b", "RUN rm /b | RUN curl -d @/b -o /a https://x"],
    [
      "curl sends a file by another option",
      "RUN curl --data-binary @/b -o /a https://x | RUN rm /b",
      "RUN rm /b | RUN curl --data-binary @/b -o /a https://x",
    ],
    ["curl's cookies", "RUN curl -c /b -o /a https://x | RUN rm /b", "RUN rm /b | RUN curl -c /b -o /a https://x"],
    ["curl's headers", "RUN curl -D /b -o /a https://x | RUN rm /b", "RUN rm /b | RUN curl -D /b -o /a https://x"],
    ["a package beside dpkg", "COPY foo.deb ./ | RUN dpkg -i foo.deb", "RUN dpkg -i foo.deb | COPY foo.deb ./"],
    [
      "a package by its path",
      "COPY foo.deb ./ | RUN apt-get install -y ./foo.deb",
      "RUN apt-get install -y ./foo.deb | COPY foo.deb ./",
    ],
    ["a wheel beside pip", "COPY foo.whl ./ | RUN pip install foo.whl", "RUN pip install foo.whl | COPY foo.whl ./"],
    ["an archive beside npm", "COPY foo.tgz ./ | RUN npm i -g foo.tgz", "RUN npm i -g foo.tgz | COPY foo.tgz ./"],
    ["npm installs the directory", "COPY . . | RUN npm i -g", "RUN npm i -g | COPY . ."],
    ["npm installs a directory by name", "COPY . . | RUN npm install -g .", "RUN npm install -g . | COPY . ."],
    ["a gem beside gem", "COPY foo.tgz ./ | RUN gem install foo.gem", "RUN gem install foo.gem | COPY foo.tgz ./"],
    ["a key", "COPY foo.tgz key.asc | RUN apt-key add key.asc", "RUN apt-key add key.asc | COPY foo.tgz key.asc"],
    ["rpm's key", "COPY foo.tgz key.asc | RUN rpm --import key.asc", "RUN rpm --import key.asc | COPY foo.tgz key.asc"],
    [
      "a package beside yum",
      "COPY foo.tgz x.rpm | RUN yum install -y x.rpm",
      "RUN yum install -y x.rpm | COPY foo.tgz x.rpm",
    ],
    [
      "a tool behind a link",
      "RUN ln -s /opt/node/bin/npm /usr/bin/npm | RUN tar -xf /n.tar -C /opt | RUN npm i -g x",
      "RUN ln -s /opt/node/bin/npm /usr/bin/npm | RUN npm i -g x | RUN tar -xf /n.tar -C /opt",
    ],
    [
      "the user that --chown names",
      "RUN useradd app | COPY --chown=app src /srv/a",
      "COPY --chown=app src /srv/a | RUN useradd app",
    ],
    [
      "the user that a package makes",
      "RUN apt-get install -y postgresql | COPY --chown=postgres src /srv/a",
      "COPY --chown=postgres src /srv/a | RUN apt-get install -y postgresql",
    ],
    [
      "a user changes its number",
      "COPY --chown=node src /srv/a | RUN usermod -u 5 node",
      "RUN usermod -u 5 node | COPY --chown=node src /srv/a",
    ],
    [
      "a user goes",
      "COPY --chown=node src /srv/a | RUN deluser node",
      "RUN deluser node | COPY --chown=node src /srv/a",
    ],
    [
      "into a directory, or as a file",
      "WORKDIR /conf | WORKDIR / | COPY src/a.js /conf",
      "COPY src/a.js /conf | WORKDIR /conf | WORKDIR /",
    ],
    [
      "told by an assignment",
      "RUN PIP_FIND_LINKS=/wheels pip install x | COPY src /wheels",
      "COPY src /wheels | RUN PIP_FIND_LINKS=/wheels pip install x",
    ],
    [
      "told by an export",
      "RUN export PIP_FIND_LINKS=/wheels && pip install x | COPY src /wheels",
      "COPY src /wheels | RUN export PIP_FIND_LINKS=/wheels && pip install x",
    ],
    [
      "a variable says where pip writes",
      "ENV PIP_TARGET=/opt/t | RUN pip install x | RUN ls /opt/t",
      "ENV PIP_TARGET=/opt/t | RUN ls /opt/t | RUN pip install x",
    ],
    [
      "a variable says where --user is",
      "ENV PYTHONUSERBASE=/opt/t | RUN pip install --user x | RUN ls /opt/t",
      "ENV PYTHONUSERBASE=/opt/t | RUN ls /opt/t | RUN pip install --user x",
    ],
    [
      "a shell variable hides ENV",
      "ENV X=/a | RUN X=/b && rm -rf $X | RUN ls /b",
      "ENV X=/a | RUN ls /b | RUN X=/b && rm -rf $X",
    ],
    [
      "a loop's variable hides ENV",
      "ENV X=/a | RUN for X in /b; do rm -rf $X; done | RUN ls /b",
      "ENV X=/a | RUN ls /b | RUN for X in /b; do rm -rf $X; done",
    ],
    [
      "an export hides ENV",
      "ENV X=/a | RUN export X=/b && rm -rf $X | RUN ls /b",
      "ENV X=/a | RUN ls /b | RUN export X=/b && rm -rf $X",
    ],
    [
      "a trap at every end",
      "RUN trap 'rm -rf /t' EXIT && a && b",
      "RUN trap 'rm -rf /t' EXIT && a | RUN trap 'rm -rf /t' EXIT && b",
    ],
    ["another user's home", "RUN cp /x ~app/y | RUN ls /home/app/y", "RUN ls /home/app/y | RUN cp /x ~app/y"],
    [
      "a tool called by its path",
      "COPY --from=b /opt/venv /opt/venv | RUN /opt/venv/bin/pip install x",
      "RUN /opt/venv/bin/pip install x | COPY --from=b /opt/venv /opt/venv",
    ],
    [
      "a tool called by a relative path",
      "COPY --from=b /v venv | RUN venv/bin/pip install x",
      "RUN venv/bin/pip install x | COPY --from=b /v venv",
    ],
    [
      "a directory that was taken away",
      "WORKDIR /d | RUN rm -rf /d | COPY src/a.js /d/ | RUN curl -o /d/y https://e | WORKDIR /",
      "WORKDIR /d | RUN rm -rf /d | RUN curl -o /d/y https://e | COPY src/a.js /d/ | WORKDIR /",
    ],
    [
      "a manifest that was changed between two copies",
      "COPY package.json package-lock.json ./ | RUN sed -i s/a/b/ package.json | COPY . . | RUN npm ci",
      "COPY package.json package-lock.json ./ | RUN sed -i s/a/b/ package.json | RUN npm ci | COPY . .",
    ],
    [
      "a download needs what the build needs",
      "COPY . . | RUN apt-get install -y git | RUN go build ./...",
      "COPY go.mod go.sum ./ | RUN go mod download | COPY . . | RUN apt-get install -y git | RUN go build ./...",
    ],
    ["env -C", "RUN env -C /srv touch x | RUN ls /srv/x", "RUN ls /srv/x | RUN env -C /srv touch x"],
    [
      "a prefix by npm's settings",
      "RUN npm config set prefix /opt/npm | RUN npm i -g x | RUN ls /opt/npm",
      "RUN npm config set prefix /opt/npm | RUN ls /opt/npm | RUN npm i -g x",
    ],
    [
      "a mount's relative target",
      "RUN --mount=type=cache,target=c apt-get update | WORKDIR /b",
      "WORKDIR /b | RUN --mount=type=cache,target=c apt-get update",
    ],
    ["all variables, by export", "RUN export > /x | ENV A=1", "ENV A=1 | RUN export > /x"],
    ["all variables, by set", "RUN set > /x | ENV A=1", "ENV A=1 | RUN set > /x"],
    ["apt-get download", "RUN apt-get download x | RUN ls", "RUN ls | RUN apt-get download x"],
    [
      "dpkg --root",
      "RUN dpkg --root=/opt/r -i /a.deb | RUN ls /opt/r",
      "RUN ls /opt/r | RUN dpkg --root=/opt/r -i /a.deb",
    ],
    [
      "npm --prefix=",
      "RUN npm i -g --prefix=/opt/npm x | RUN ls /opt/npm",
      "RUN ls /opt/npm | RUN npm i -g --prefix=/opt/npm x",
    ],
    ["find -newer", "RUN find /a -newer /b -delete | RUN touch /b", "RUN touch /b | RUN find /a -newer /b -delete"],
    ["wget's log", "RUN wget -a /log https://x | RUN cat /log", "RUN cat /log | RUN wget -a /log https://x"],
    [
      "git's other directory",
      "RUN git clone --separate-git-dir=/g https://x /y | RUN ls /g",
      "RUN ls /g | RUN git clone --separate-git-dir=/g https://x /y",
    ],
    [
      "gems beside those that are copied",
      "COPY --from=b /usr/local/bundle /usr/local/bundle | RUN gem install x",
      "RUN gem install x | COPY --from=b /usr/local/bundle /usr/local/bundle",
    ],
    [
      "a language in /opt",
      "COPY --from=b /opt/conda /opt/conda | RUN pip install x",
      "RUN pip install x | COPY --from=b /opt/conda /opt/conda",
    ],
    [
      "what a package keeps in /opt",
      "RUN apt-get install -y chrome | RUN chmod 4755 /opt/google/chrome/x",
      "RUN chmod 4755 /opt/google/chrome/x | RUN apt-get install -y chrome",
    ],
    [
      "what a package keeps in /srv",
      "RUN apt-get install -y tftpd | RUN cp -r /srv/tftp /data",
      "RUN cp -r /srv/tftp /data | RUN apt-get install -y tftpd",
    ],
    [
      "a home that useradd names",
      "RUN useradd -d /app -m app | USER app | RUN npm i -g x | RUN ls /app/.npm",
      "RUN useradd -d /app -m app | USER app | RUN ls /app/.npm | RUN npm i -g x",
    ],
    [
      "a variable that is set twice to the time",
      "RUN A=$(date) && echo $A > /x && echo $A > /y",
      "RUN A=$(date) && echo $A > /x | RUN A=$(date) && echo $A > /y",
    ],
    [
      "a variable that is set twice, from a file that is gone",
      "RUN A=$(cat /v) && rm /v && echo $A > /y",
      "RUN A=$(cat /v) && rm /v | RUN A=$(cat /v) && echo $A > /y",
    ],
    ["a random variable", "RUN X=$RANDOM && a && b", "RUN X=$RANDOM && a | RUN X=$RANDOM && b"],
    ["the number of the shell", "RUN cd /tmp/$$ && a && b", "RUN cd /tmp/$$ && a | RUN cd /tmp/$$ && b"],
    [
      "a mount that is not kept",
      "RUN --mount=type=tmpfs,target=/t curl -o /t/x https://e && cp /t/x /y",
      "RUN --mount=type=tmpfs,target=/t curl -o /t/x https://e | RUN --mount=type=tmpfs,target=/t cp /t/x /y",
    ],
    [
      "a file test of bash",
      'SHELL ["/bin/bash","-c"] | RUN [[ -f /x ]] && touch /y | RUN touch /x',
      'SHELL ["/bin/bash","-c"] | RUN touch /x | RUN [[ -f /x ]] && touch /y',
    ],
    [
      "libraries that a copied file names",
      "COPY conf /etc/ld.so.conf.d/ | COPY lib /opt/lib | RUN apt-get update",
      "COPY conf /etc/ld.so.conf.d/ | RUN apt-get update | COPY lib /opt/lib",
    ],
    [
      "libraries that a file names",
      "RUN echo /opt/lib > /etc/ld.so.conf.d/x.conf | COPY lib /opt/lib | RUN ldconfig",
      "RUN echo /opt/lib > /etc/ld.so.conf.d/x.conf | RUN ldconfig | COPY lib /opt/lib",
    ],
    [
      "a certificate for wget",
      "COPY src /app/s | RUN wget --ca-certificate=/app/s/a.js -O /x https://e",
      "RUN wget --ca-certificate=/app/s/a.js -O /x https://e | COPY src /app/s",
    ],
    ["npm installs file:", "COPY src /app/s | RUN npm i -g file:s", "RUN npm i -g file:s | COPY src /app/s"],
    [
      "npm's settings by an option",
      "COPY src /app/s | RUN npm i -g x --userconfig=s/a.js",
      "RUN npm i -g x --userconfig=s/a.js | COPY src /app/s",
    ],
    [
      "the user that a RUN works as",
      "RUN useradd a | USER a | RUN touch /tmp/x",
      "USER a | RUN touch /tmp/x | USER root | RUN useradd a | USER a",
    ],
    [
      "the user that makes a WORKDIR",
      "RUN useradd a | USER a | WORKDIR /y | USER root",
      "USER a | WORKDIR /y | USER root | RUN useradd a",
    ],
    [
      "a user is renumbered that a RUN works as",
      "USER node | RUN touch /tmp/x | USER root | RUN usermod -u 5 node",
      "USER root | RUN usermod -u 5 node | USER node | RUN touch /tmp/x | USER root",
    ],
    [
      "a file that is made before the build",
      "COPY . . | RUN curl -o /srv/x https://e/$(cat version)",
      "RUN curl -o /srv/x https://e/$(cat version) | COPY . .",
    ],
  ])("%s", (_, before, after) => {
    expect(verdict(file(before), file(after))).toMatchObject({ proved: false });
  });
});

test("without a context, what a COPY brings is judged by where it goes", () => {
  const move = (copy: string): Verdict =>
    verdict(file(`${copy} | RUN apt-get update`), file(`RUN apt-get update | ${copy}`), undefined);
  expect(move("COPY . .")).toEqual({ proved: true });
  expect(move("COPY . /etc")).toMatchObject({ proved: false });
});

describe("why it is not proved", () => {
  test.each([
    ["# escape=`\nFROM a\n", "FROM a\n", "a directive has changed"],
    ["ARG V=1\nFROM a:$V\n", "ARG V=2\nFROM a:$V\n", "what stands before the first FROM has changed"],
    ["ARG V\nARG W\nFROM a:$V\n", "ARG V W\nFROM a:$V\n", "what stands before the first FROM has changed"],
    ["FROM a AS b\nFROM c\n", "FROM c\n", "the number of stages has changed"],
    ["FROM c\n", "FROM c\nFROM a AS b\n", "the number of stages has changed"],
    ["FROM a\nFROM --platform=x a\n", "FROM a\nFROM --platform=y a\n", "line 2: FROM has changed"],
    ["FROM a\nRUN x\n", "FROM ab\nRUN x\n", "line 1: FROM has changed"],
    [
      "FROM a\nENV A=1\n",
      "FROM a\nENV A=2\n",
      "line 1: the stage leaves another configuration (variables, directory, user, labels, command)",
    ],
    ["FROM a\nRUN b && c\n", "FROM a\nRUN b\n", "line 2: `c` is gone, or runs under other settings"],
    ["FROM a\nRUN b\n", "FROM a\nRUN b && touch /b\n", "line 2: `touch /b` is new, and not known to change nothing"],
    [
      "FROM a\nRUN touch /a && cat /a\n",
      "FROM a\nRUN cat /a && touch /a\n",
      "line 2: `cat /a` cannot change places with line 2: `touch /a`: line 2: this and line 2 both touch /a",
    ],
    [
      "FROM a AS x\nRUN b\nFROM x\nRUN c\n",
      "FROM a AS x\nRUN d\nFROM x\nRUN c\n",
      "line 2: `b` is gone, or runs under other settings",
    ],
  ])("%j, %j", (before, after, reason) => {
    expect(verdict(before, after)).toEqual({ proved: false, reason });
  });

  test("blanks around what stands before the first FROM do not count", () => {
    expect(verdict("ARG V=1  \nFROM  a:$V\n", "ARG  V=1\nFROM a:$V\n")).toEqual({ proved: true });
  });

  const ignoring = (text: string): Context =>
    contextFromList([
      { path: ".dockerignore", text },
      { path: "src/a.js", text: "" },
      { path: "src/b.js", text: "" },
    ]);
  const facts = (source: string, context: Context) => {
    const result = parse(source);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return createFacts(result.document, context);
  };

  test("the same text from another context is another image", () => {
    const source = "FROM a\nCOPY src/a.js src/b.js /x\n";
    const [one, other] = [facts(source, ignoring("z\n")), facts(source, ignoring("src/a.js\n"))];
    expect(prove(one, other)).toMatchObject({ proved: false });
    expect(prove(one, facts(source, ignoring("z\n")))).toEqual({ proved: true });
    expect(prove(one, one)).toEqual({ proved: true });
  });

  test("what runs in vain in both is the same", () => {
    expect(
      verdict("FROM a\nRUN --mount=type=secret,id=x make\n", "FROM a\nRUN --mount=type=secret,id=x make\n"),
    ).toEqual({
      proved: true,
    });
  });
});

describe("what may be added", () => {
  const go = (added: string, build = "RUN go build ./...", before = ""): Verdict =>
    verdict(
      `FROM golang\nWORKDIR /app\n${before}COPY . .\n${build}\n`,
      `FROM golang\nWORKDIR /app\n${before}COPY go.mod go.sum ./\n${added}\nCOPY . .\n${build}\n`,
    );

  test.each([
    ["a download before its build", "RUN go mod download", "RUN go build ./..."],
    ["in whatever way new files may be read", "RUN go mod download", "RUN umask 077 && go build"],
    ["with the flags of the build", "RUN --network=host go mod download", "RUN --network=host go build"],
    ["with its variables", "RUN GOFLAGS=-x go mod download", "RUN export GOFLAGS=-x && go build"],
  ])("%s", (what, added, build) => {
    expect(go(added, build)).toMatchObject({ proved: what !== "with its variables" });
  });

  test.each([
    ["another download", "RUN go mod download x", "RUN go build ./..."],
    ["in another directory", "RUN cd /x && go mod download", "RUN go build ./..."],
    ["with other flags", "RUN --network=none go mod download", "RUN go build"],
    ["with one flag of two", "RUN --network=host go mod download", "RUN --network=host --security=insecure go build"],
    ["with another variable", "RUN GOFLAGS=-y go mod download", "RUN GOFLAGS=-x go build"],
    ["in another shell", 'SHELL ["/bin/bash", "-c"]\nRUN go mod download\nSHELL ["/bin/sh", "-c"]', "RUN go build"],
    ["a file beside", "RUN go mod download && touch /x", "RUN go build"],
  ])("but not %s", (_, added, build) => {
    expect(go(added, build)).toMatchObject({ proved: false });
  });

  test.each([
    ["RUN curl -o /srv/x https://e\nRUN go build", true],
    ["RUN make && go build", true],
    ["RUN make\nRUN go build", false],
    ["RUN apt-get update && go build", false],
    ["RUN apt-get update\nRUN go build", false],
    ["RUN go build\nRUN make", true],
    ["RUN touch /go/pkg/x\nRUN go build", true],
  ])("a download crosses what cannot tell whether it has run: %j is %s", (build, proved) => {
    expect(go("RUN go mod download", build).proved).toBe(proved);
  });

  test("build metadata need not be there, unless it is mentioned", () => {
    const build = "ARG GIT_SHA\nRUN go build";
    expect(go("RUN go mod download", build)).toEqual({ proved: true });
    expect(go("RUN go mod download", "ARG GOFLAGS\nRUN go build")).toMatchObject({ proved: false });
  });
});

describe("what a COPY may bring again", () => {
  const copies = (before: string, after: string): Verdict => verdict(file(before), file(after));

  test.each([
    ["COPY . . | RUN npm ci", "COPY package.json ./ | COPY package-lock.json ./ | RUN npm ci | COPY . ."],
    ["COPY . . | RUN make", "COPY package.json ./ | COPY . . | RUN make"],
    ["COPY . . | RUN make", "COPY . . | COPY package.json ./ | RUN make"],
    ["COPY --link . . | RUN make", "COPY --link package.json ./ | COPY --link . . | RUN make"],
  ])("%s: %s", (before, after) => {
    expect(copies(before, after)).toEqual({ proved: true });
  });

  test.each([
    ["COPY . . | RUN make", "COPY package.json src/a.js /app/x/ | COPY . . | RUN make"],
    ["COPY . . | RUN make", "COPY package.json nope ./ | COPY conf/nginx.conf ./ | COPY . . | RUN make"],
    ["COPY . . | RUN make", "COPY nope ./ | COPY . . | RUN make"],
    ["COPY . . | RUN make", "COPY --chown=5 package.json ./ | COPY . . | RUN make"],
    ["COPY . . | RUN make", "COPY --from=y /package.json ./ | COPY . . | RUN make"],
  ])("but not %s: %s", (before, after) => {
    expect(copies(before, after)).toMatchObject({ proved: false });
  });

  test("next to the first or the last that brings it", () => {
    expect(
      copies(
        "COPY src /a | RUN cat /a/a.js | COPY src /a",
        "COPY src/a.js /a/ | COPY src /a | RUN cat /a/a.js | COPY src /a",
      ),
    ).toEqual({ proved: true });
    expect(
      copies(
        "COPY src /a | RUN touch /a/a.js | COPY src /a",
        "COPY src /a | RUN touch /a/a.js | COPY src/a.js /a/ | COPY src /a",
      ),
    ).toEqual({ proved: true });
  });
});

describe("what stands before both", () => {
  test.each([
    [
      "WORKDIR /d | RUN cd /d && touch /x | RUN mkdir /d/e",
      "WORKDIR /d | RUN mkdir /d/e | RUN cd /d && touch /x",
      true,
    ],
    [
      "RUN cd /d && touch /x | RUN mkdir /d/e | WORKDIR /d",
      "RUN mkdir /d/e | RUN cd /d && touch /x | WORKDIR /d",
      false,
    ],
    [
      "WORKDIR /d | RUN cd /d && touch /x | RUN mkdir /d/e",
      "RUN mkdir /d/e | RUN cd /d && touch /x | WORKDIR /d",
      false,
    ],
    ["RUN cat /a | RUN cat /b | RUN cat /a", "RUN cat /a | RUN cat /a | RUN cat /b", true],
    ["RUN touch /a | RUN cat /a | RUN touch /a", "RUN touch /a | RUN touch /a | RUN cat /a", false],
  ])("%s: %s is %s", (before, after, proved) => {
    expect(verdict(file(before), file(after)).proved).toBe(proved);
  });
});

describe("lines added to an ignore file", () => {
  const ignored = (source: string, before: string | undefined, after: string): Verdict => {
    const result = parse(source);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return proveIgnored({ path: ".dockerignore", before, after }, createFacts(result.document, CONTEXT));
  };
  const install = "FROM node\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";

  test.each([
    [undefined, "node_modules\n"],
    ["x\n", "x\nnode_modules\n"],
    ["x\n", "x\n\nnode_modules\n"],
    ["x\r\n", "x\r\nnode_modules\r\n"],
    ["x\n", "x\n"],
  ])("%j, %j: what the install makes", (before, after) => {
    expect(ignored(install, before, after)).toEqual({ proved: true });
  });

  test.each([
    [install, "x\n", "y\nnode_modules\n", ".dockerignore changes in more than added lines"],
    [install, "", "node_modules\nsrc\n", ".dockerignore: `src` is not known to be made by an install"],
    [
      "FROM node\nRUN make\n",
      "",
      "node_modules\n",
      ".dockerignore: `node_modules` is not known to be made by an install",
    ],
    [
      `${install.replace("node", "node AS a")}FROM node\nCOPY node_modules /n\n`,
      "",
      "node_modules\n",
      ".dockerignore keeps out node_modules, which line 6 copies",
    ],
  ])("%j, %j, %j: anything else", (source, before, after, reason) => {
    expect(ignored(source, before, after)).toEqual({ proved: false, reason });
  });
});
