import { expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { createFacts } from "../../src/facts/facts.js";
import { partition } from "../../src/facts/partition.js";
import { stepOf } from "../../src/facts/step.js";
import type { Instruction } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";

const CONTEXT = contextFromList(["package.json", "src/a.js"].map((path) => ({ path, text: "" })));

/** "before // after", and what else there is to know; or why it cannot be done. The first COPY is a wide one, the last line the install. */
function told(before: string, lines: string): string {
  const result = parse(`FROM node AS s\nFROM node\n${before}\n${lines.split(" | ").join("\n")}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const facts = createFacts(result.document, CONTEXT);
  const all = result.document.stages.at(-1)?.instructions ?? [];
  const wide = all.filter(
    (one) => one.kind === "COPY" && one.from === undefined && one.sources.some(({ text }) => /^(?:\.|src)$/.test(text)),
  );
  const [first] = wide;
  const install = all.at(-1);
  if (first === undefined || install === undefined) throw new Error("nothing to divide");
  const found = partition(all.slice(all.indexOf(first), -1), new Set(wide), stepOf(install, facts), facts);
  if ("reason" in found) return found.reason;
  const text = (one: Instruction): string => result.document.source.slice(one.start, one.end);
  return [
    found.before.map(text).join(" | "),
    found.after.map(text).join(" | "),
    ...(found.needsAnchor ? ["anchor"] : []),
    ...[...found.rebased].map((one) => `rebased ${text(one)}`),
  ].join(" // ");
}

test.each([
  ["WORKDIR /app", "COPY . . | RUN npm i -g x", " // COPY . ."],
  ["WORKDIR /app", "COPY . . | ENV A=1 | RUN npm i -g x", "ENV A=1 // COPY . ."],
  ["WORKDIR /app", "COPY . . | LABEL a=b | RUN npm i -g x", "LABEL a=b // COPY . ."],
  ["WORKDIR /app", "COPY . . | ARG GIT_SHA | RUN npm i -g x", " // COPY . . | ARG GIT_SHA"],
  ["WORKDIR /app", "COPY . . | ARG GIT_SHA | RUN npm i -g x$GIT_SHA", "ARG GIT_SHA // COPY . ."],
  [
    "WORKDIR /app",
    "COPY . . | ENV GIT_SHA=1 | LABEL v=$GIT_SHA | RUN npm i -g x",
    " // COPY . . | ENV GIT_SHA=1 | LABEL v=$GIT_SHA",
  ],
  ["WORKDIR /app", "COPY . . | COPY --from=s /x /srv/x | RUN npm i -g x", " // COPY . . | COPY --from=s /x /srv/x"],
  [
    "WORKDIR /app",
    "COPY . . | COPY --from=s /x /usr/bin/x | RUN npm i -g x",
    "COPY --from=s /x /usr/bin/x // COPY . .",
  ],
  ["WORKDIR /app", "COPY . . | WORKDIR /other | RUN npm i -g x", "WORKDIR /other // COPY . . // rebased COPY . ."],
  ["WORKDIR /app", "COPY . . | WORKDIR /app/sub | RUN npm i -g x", "WORKDIR /app/sub // COPY . . // rebased COPY . ."],
  ["WORKDIR /app", "COPY --chown=u . . | WORKDIR /other | RUN npm i -g x", " // COPY --chown=u . . | WORKDIR /other"],
  ["WORKDIR /app", 'COPY [".", "."] | WORKDIR /other | RUN npm i -g x', ' // COPY [".", "."] | WORKDIR /other'],
  ["USER u\nWORKDIR /app", "COPY . . | WORKDIR /other | RUN npm i -g x", " // COPY . . | WORKDIR /other"],
  ["WORKDIR /app", "COPY . $D | WORKDIR /other | RUN npm i -g x", " // COPY . $D | WORKDIR /other"],
  ["WORKDIR /app", "COPY . /app | WORKDIR /app/sub | RUN npm i -g x", "WORKDIR /app/sub // COPY . /app"],
  [
    "WORKDIR /app",
    "COPY --chown=u . /a | WORKDIR /a/sub | RUN npm i -g x",
    "WORKDIR /a/sub // COPY --chown=u . /a // anchor",
  ],
  [
    "WORKDIR /app",
    "COPY --chown=u . /app | WORKDIR /app/sub | RUN npm i -g x",
    "WORKDIR /app/sub // COPY --chown=u . /app // anchor",
  ],
  ["WORKDIR /app", "COPY . . | RUN make | RUN npm i -g x", "line 5: `make` may read or write anything"],
  ["WORKDIR /app", "COPY . . | RUN apt-get update | RUN npm i -g x", "RUN apt-get update // COPY . ."],
  ["WORKDIR /app", "COPY . . | RUN touch /srv/x | RUN npm i -g x", "RUN touch /srv/x // COPY . ."],
  ["WORKDIR /app", "COPY . . | RUN touch /app/x | RUN npm i -g x", " // COPY . . | RUN touch /app/x"],
  [
    "WORKDIR /app",
    "COPY . . | RUN touch /app/x | LABEL a=b | RUN npm i -g x",
    " // COPY . . | RUN touch /app/x | LABEL a=b",
  ],
  ["WORKDIR /app", "COPY . . | USER u | RUN npm i -g x", "USER u // COPY . ."],
  [
    "WORKDIR /app",
    "COPY . . | RUN touch /app/src/a.js | USER u | RUN npm i -g x",
    "line 6: USER decides how line 5 runs",
  ],
  [
    "WORKDIR /app",
    "COPY . . | RUN chmod 755 /app/src/a.js | RUN npm i -g x",
    " // COPY . . | RUN chmod 755 /app/src/a.js",
  ],
  ["WORKDIR /app", "COPY . . | RUN cat /app/x > /y | RUN npm i -g x", " // COPY . . | RUN cat /app/x > /y"],
  ["WORKDIR /app", "COPY . . | COPY package.json /srv/ | RUN npm i -g x", "COPY package.json /srv/ // COPY . ."],
  ["WORKDIR /app", "COPY . . | COPY src /z | RUN npm i -g x", " // COPY . . | COPY src /z"],
  [
    "WORKDIR /app",
    "COPY . . | ENV A=1 | RUN touch /app/x$A | RUN npm i -g x",
    "ENV A=1 // COPY . . | RUN touch /app/x$A",
  ],
  ["WORKDIR /app", "COPY . . | RUN make | ENV A=1 | RUN npm i -g x", "line 5: `make` may read or write anything"],
  [
    "WORKDIR /app",
    "COPY . . | ARG VERSION | RUN echo $VERSION > /app/v | RUN npm i -g x",
    " // COPY . . | ARG VERSION | RUN echo $VERSION > /app/v",
  ],
  [
    "WORKDIR /app",
    "COPY . . | ARG VERSION | RUN echo $VERSION > /srv/v | RUN npm i -g x",
    " // COPY . . | ARG VERSION | RUN echo $VERSION > /srv/v",
  ],
  [
    "RUN mkdir -p /a",
    "COPY --chown=u . /a | RUN mkdir /a/b | RUN npm i -g x",
    " // COPY --chown=u . /a | RUN mkdir /a/b",
  ],
  ["WORKDIR /a", "COPY --chown=u . /a/c | WORKDIR /a | RUN npm i -g x", "WORKDIR /a // COPY --chown=u . /a/c"],
])("behind %s: %s", (before, lines, expected) => {
  expect(told(before, lines)).toBe(expected);
});
