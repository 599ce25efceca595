import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { createFacts } from "../../src/facts/facts.js";
import { conflict } from "../../src/facts/order.js";
import { stepOf, type Conflict } from "../../src/facts/step.js";
import { parse } from "../../src/syntax/parse.js";

const CONTEXT = contextFromList(
  ["src/a.js", "nginx.conf", "package.json", "etc/hosts"].map((path) => ({ path, text: "" })),
);

/** Both orders of the steps on lines 4 and 5. */
function conflicts(first: string, second: string, before = "WORKDIR /app"): readonly [string, string] {
  const result = parse(`FROM node AS other\nFROM node\n${before}\n${first}\n${second}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const facts = createFacts(result.document, CONTEXT);
  const [a, b] = result.document.instructions.slice(-2);
  if (a === undefined || b === undefined) throw new Error("no pair");
  const told = (found: Conflict | undefined): string =>
    found === undefined
      ? "free"
      : `${found.reason}${found.unlessMade === undefined ? "" : ` (unless ${found.unlessMade.join(", ")})`}`;
  return [
    told(conflict(stepOf(a, facts), stepOf(b, facts), facts.context)),
    told(conflict(stepOf(b, facts), stepOf(a, facts), facts.context)),
  ];
}

describe("why two steps cannot change places", () => {
  test.each([
    ["FROM a", "RUN x", "line 4: FROM begins a stage"],
    ["ENV A=1", "RUN echo $A", "line 4: A is used on line 5"],
    ["ENV A=1", "RUN echo B", "free"],
    ["ENV A=1", "RUN make", "line 4: ENV A is in force for line 5"],
    ["ENV PATH=/x:$PATH", "RUN touch /y", "line 4: ENV PATH is in force for line 5"],
    ["ENV HOME=/x", "COPY a /b", "free"],
    ["ENV A=1", "RUN apt-get update", "line 4: ENV A is in force for line 5"],
    ["ENV GIT_SHA=1", "RUN apt-get update", "free"],
    ["ARG GIT_SHA", "RUN make", "line 4: ARG GIT_SHA is in force for line 5"],
    ["ARG A", "RUN pip install x", "line 4: ARG A is in force for line 5"],
    ["ENV A=1", "ENV A=2", "line 4: A is used on line 5"],
    ["ENV A=$B", "ENV B=2", "line 4: B is used on line 5"],
    ["ENV A=$B", "ARG C=$A", "line 4: A is used on line 5"],
    ["ENV A=1", "COPY --chown=$A a /b", "line 4: A is used on line 5"],
    ["ENV A=1", "COPY <<E /b\n$A\nE", "line 4: A is used on line 5"],
    ["ENV A=1", "COPY <<E /b\n$B\nE", "free"],
    ["ENV A=$C", "ENV B=$C", "free"],
    ["ENV A=1 B=2", "LABEL l=$B", "line 4: B is used on line 5"],
    ["USER u", "RUN x", "line 4: USER decides how line 5 runs"],
    ["USER u", "WORKDIR /x", "line 4: USER decides how line 5 runs"],
    ["USER u", "COPY a /b", "free"],
    ["USER u", "USER v", "line 4: USER decides how line 5 runs"],
    ["USER u", "CMD x", "free"],
    ['SHELL ["s"]', "CMD x", "line 4: SHELL decides how line 5 runs"],
    ['SHELL ["s"]', "ENTRYPOINT x", "line 4: SHELL decides how line 5 runs"],
    ['SHELL ["s"]', "HEALTHCHECK CMD x", "line 4: SHELL decides how line 5 runs"],
    ['SHELL ["s"]', "WORKDIR /x", "free"],
    ['SHELL ["s"]', 'SHELL ["t"]', "line 4: SHELL decides how line 5 runs"],
    ['SHELL ["s"]', "RUN touch /x", "line 4: SHELL decides how line 5 runs"],
    ['SHELL ["s"]', "COPY a /b", "free"],
    ["USER u", "LABEL a=b", "free"],
    ["WORKDIR /x", "WORKDIR y", "line 4: WORKDIR follows WORKDIR"],
    ["WORKDIR /x", "RUN make", "line 4: WORKDIR decides where line 5 runs"],
    ["WORKDIR /x", "RUN touch a", "line 4: WORKDIR decides where line 5 runs"],
    ["WORKDIR /x", "RUN touch /a", "free"],
    ["WORKDIR /x", "RUN touch /x/a", "line 4: line 5 touches /x"],
    ["WORKDIR /x", "RUN --mount=type=cache,target=c touch /a", "line 4: WORKDIR decides where line 5 runs"],
    ["WORKDIR /x", "RUN pwd", "line 4: WORKDIR decides where line 5 runs"],
    ["WORKDIR /x", "COPY src .", "line 4: WORKDIR decides where line 5 copies to"],
    ["WORKDIR /x", "COPY src /x/y", "free"],
    [
      "WORKDIR /x",
      "COPY --chown=u src /x/y",
      "line 4: WORKDIR /x may be made by another owner than by line 5 (unless /x)",
    ],
    ["WORKDIR /x", "COPY --chown=u src /z", "free"],
    ["WORKDIR /x", "RUN cd /x/y && touch /q", "free"],
    ["WORKDIR /x", "RUN mkdir /x/y", "line 4: line 5 touches /x"],
    ["WORKDIR /x", "LABEL a=b", "free"],
    ["WORKDIR /x", "VOLUME /x", "free"],
    ["WORKDIR /conf", "COPY src/a.js /conf/", "free"],
    ["WORKDIR /conf", "COPY src /conf", "free"],
    ["WORKDIR /other", "COPY src/a.js /conf", "free"],
    ["LABEL a=1", "LABEL b=2", "line 4: the last LABEL wins"],
    ["EXPOSE 1", "EXPOSE 2", "free"],
    ["CMD a", "CMD b", "line 4: the last CMD wins"],
    ["CMD a", "ENTRYPOINT b", "free"],
    ["STOPSIGNAL 1", "STOPSIGNAL 2", "line 4: the last STOPSIGNAL wins"],
    ["VOLUME /a", "VOLUME /b", "line 4: the last VOLUME wins"],
    ["VOLUME /a", "RUN touch /b", "line 4: VOLUME may hold what a step writes"],
    ["VOLUME /a", "COPY src /a", "line 4: VOLUME may hold what a step writes"],
    ["VOLUME /a", "LABEL a=b", "free"],
    ["ONBUILD RUN a", "ONBUILD RUN b", "line 4: the last ONBUILD wins"],
    ["RUN make", "RUN touch /x", "line 4: `make` may read or write anything"],
    ["RUN touch /x", "RUN make", "line 5: `make` may read or write anything"],
    ["RUN apt-get update", "RUN apt-get install -y x", "line 4: both this and line 5 work on the system"],
    ["RUN apt-get update", "RUN curl -o /x https://e", "line 4: both this and line 5 work on the system"],
    ["RUN curl -o /x https://e", "RUN curl -o /y https://e", "free"],
    ["RUN apt-get update", "RUN touch /x", "free"],
    ["RUN touch /x", "RUN cat /x", "line 4: this and line 5 both touch /x"],
    ["RUN cat /x", "RUN touch /x", "line 4: this and line 5 both touch /x"],
    ["RUN touch /x/y", "RUN cat /x", "line 4: this and line 5 both touch /x/y"],
    ["RUN cat /x", "RUN cat /x", "free"],
    ["RUN touch /usr/bin/x", "RUN curl -o /y https://e", "line 4: touches the system that line 5 uses"],
    ["RUN apt-get update", "RUN cat /etc/x", "line 4: touches the system that line 5 uses"],
    ["RUN curl -o /y https://e", "RUN cat /etc/x", "free"],
    ["RUN curl -o /y https://e", "RUN touch /etc/x", "line 4: touches the system that line 5 uses"],
    ["RUN mkdir /a", "RUN curl -o /a/b/c https://e", "line 4: this and line 5 both touch /a"],
    ["RUN rm -rf /a", "RUN cd /a/b && touch /x", "line 4: /a/b has to be there, which this or line 5 takes away"],
    [
      "RUN mkdir -p /a/b",
      "RUN cd /a && touch /x",
      "line 4: /a has to be there, which this or line 5 may make (unless /a)",
    ],
    ["RUN mkdir -p /srv/x", "RUN cd /srv && touch /x", "free"],
    ["RUN touch /x", "RUN touch /y", "free"],
    ["RUN useradd u", "COPY --chown=u src /d", "line 4: changes accounts, of which line 5 names u"],
    ["RUN useradd u", "COPY --chown=1:1 src /d", "free"],
    ["RUN useradd u", "COPY src /d", "free"],
    ["RUN usermod -u 5 u", "COPY --chown=u src /d", "line 4: changes accounts, of which line 5 names u"],
    ["RUN deluser u", "COPY --chown=u src /d", "line 4: changes accounts, of which line 5 names u"],
    ["RUN touch /etc/passwd", "COPY --chown=u src /d", "line 4: changes accounts, of which line 5 names u"],
    ["RUN touch /etc/group", "COPY --chown=u src /d", "line 4: changes accounts, of which line 5 names u"],
    ["RUN touch /etc/shadow", "COPY --chown=u src /d", "free"],
    ["RUN make", "COPY src /d", "line 4: `make` may read or write anything"],
    ["RUN touch /d/x", "COPY src /d", "line 4: /d may be made by this or by line 5 (unless /d)"],
    ["RUN touch /d/a.js", "COPY src /d", "line 4: touches /d/a.js, which line 5 copies"],
    ["RUN cat /d/a.js", "COPY src /d", "line 4: touches /d/a.js, which line 5 copies"],
    ["RUN cat /d/zzz", "COPY src /d", "line 4: touches /d/zzz, which line 5 copies"],
    ["RUN [ -f /d/zzz ]", "COPY src /d", "line 4: touches /d/zzz, which line 5 copies"],
    ["RUN cat /q", "COPY src /d", "free"],
    ["RUN touch /d", "COPY src /d", "line 4: touches /d, which line 5 copies"],
    ["RUN cd /d && touch /q", "COPY src /d", "line 4: /d may be made by this or by line 5 (unless /d)"],
    ["RUN cd /d/e && touch /q", "COPY src /d", "free"],
    ["RUN cd /e && touch /q", "COPY src /d", "free"],
    ["RUN mkdir /d", "COPY --chown=u src /d/e", "line 4: touches /d, which line 5 copies"],
    ["RUN mkdir /d/e/f", "COPY --chown=u src /d/e", "line 4: /d/e may be made by this or by line 5 (unless /d/e)"],
    ["RUN mkdir /d/e/f", "COPY src /d/e", "line 4: /d/e may be made by this or by line 5 (unless /d/e)"],
    ["RUN apt-get update", "COPY nginx.conf /etc/", "line 4: uses the system, where line 5 copies to (/etc)"],
    ["RUN apt-get update", "COPY etc /etc", "line 4: uses the system, where line 5 copies to (/etc)"],
    ["RUN apt-get update", "COPY . /", "line 4: uses the system, where line 5 copies to (/)"],
    ["RUN apt-get update", "COPY src /", "free"],
    ["RUN curl -o /q https://e", "COPY src /usr/lib/x", "line 4: uses the system, where line 5 copies to (/usr/lib/x)"],
    [
      "RUN apt-get update",
      "COPY --from=other /x /usr/bin/x",
      "line 4: uses the system, where line 5 copies to (/usr/bin/x)",
    ],
    ["RUN apt-get update", "COPY --from=other /x /srv/x", "free"],
    ["RUN apt-get update", "COPY --from=other /x $X", "line 4: uses the system, where line 5 copies to (/${X})"],
    ["RUN touch /q", "COPY --from=other /x $X", "line 4: touches /q, which line 5 copies"],
    ["RUN touch /q", "COPY --from=other /x $X/y", "line 4: touches /q, which line 5 copies"],
    ["RUN touch /z", "COPY nope /d", "free"],
    ["COPY src /a", "COPY package.json /b", "free"],
    ["COPY src /a", "COPY src/a.js /a/a.js", "free"],
    ["COPY src /a", "COPY package.json /a/a.js", "line 4: this and line 5 copy to the same place"],
    ["COPY src /a", "COPY package.json /a/b", "free"],
    ["COPY src /a", "COPY --chmod=7 src/a.js /a/a.js", "line 4: this and line 5 copy to the same place"],
    [
      "COPY --chown=u src /a",
      "COPY package.json /a/b",
      "line 4: makes directories with another owner than line 5 (unless /a)",
    ],
    [
      "COPY --chown=u src /a/b",
      "COPY package.json /a/",
      "line 4: makes directories with another owner than line 5 (unless /a)",
    ],
    ["COPY --chown=u src /a", "COPY package.json /b/c", "free"],
    ["COPY --from=other /x /a", "COPY src /a", "line 4: this and line 5 copy to the same place"],
    ["COPY --from=other /x /a", "COPY src /b", "free"],
    ["COPY --from=other /x /a", "COPY --from=other /y /a", "line 4: this and line 5 copy to the same place"],
    ["COPY --from=other /x $X", "COPY src /b", "line 4: this and line 5 copy to the same place"],
    ["ADD https://e/x /a", "COPY src /a", "line 4: this and line 5 copy to the same place"],
    ["ADD https://e/x /a", "COPY src /b", "free"],
    ["ADD src /a", "RUN cat /a/a.js", "line 5: touches /a/a.js, which line 4 copies"],
    ["COPY nope /d", "COPY src /e", "free"],
  ])("%s | %s: %s", (first, second, why) => {
    const [forwards, backwards] = conflicts(first, second);
    expect(forwards).toBe(why);
    expect(backwards === "free").toBe(why === "free");
  });

  test.each([
    ["WORKDIR /conf", "COPY src/a.js /conf", "line 4: line 5 copies into /conf, if that is there"],
    ["WORKDIR /conf/a", "COPY src/a.js /conf", "line 4: line 5 copies into /conf, if that is there"],
    ["RUN apt-get update", "COPY --chown=u src /d", "line 4: may make the account that line 5 names, u"],
  ])("only in this order, where the first makes what the second needs: %s | %s: %s", (first, second, why) => {
    expect(conflicts(first, second)).toEqual([why, "free"]);
  });

  test.each([
    ["RUN ln -s /a /l", "WORKDIR /l", "COPY src /l", "line 4: WORKDIR decides where line 5 copies to"],
    ["RUN ln -s /a /l", "WORKDIR /x", "COPY src /y", "free"],
    ["RUN ln -s /a /l", "RUN touch /q", "COPY src /l", "line 5: not known what it brings"],
    ["RUN ln -s /a /l", "COPY src /l", "COPY src /x", "line 4: not known what it brings"],
    ["RUN ln -s /a /l", "COPY src /x", "COPY src /l", "line 4: not known what it brings"],
    ["USER u", "RUN touch /d/x", "COPY --chown=u src /d", "line 4: /d may be made by this or by line 5 (unless /d)"],
    ["USER u", "RUN touch /d/x", "COPY src /d/e", "line 4: /d may be made by this or by line 5 (unless /d)"],
    ["USER u", "RUN touch /d/e/x", "COPY src /d/e", "line 4: /d/e may be made by this or by line 5 (unless /d/e)"],
    ["USER u", "RUN touch /srv/x", "COPY src /srv", "free"],
    ["USER 1:1", "RUN touch /q", "RUN useradd v", "free"],
    ["USER u", "RUN touch /q", "RUN useradd v", "line 5: changes accounts, of which line 4 names u"],
    ["USER u", "WORKDIR /x", "RUN userdel v", "line 5: changes accounts, of which line 4 names u"],
    ["USER u", "LABEL a=b", "RUN userdel v", "free"],
    ["USER u", "RUN apt-get update", "WORKDIR /x", "line 4: may make the account that line 5 names, u"],
  ])("behind %s: %s | %s: %s", (before, first, second, why) => {
    expect(conflicts(first, second, before)[0]).toBe(why);
  });
});
