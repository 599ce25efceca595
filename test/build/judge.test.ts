import { describe, expect, test } from "vitest";
import type { Report } from "../../src/engine/run.js";
import { hasImage, inFolder, judge } from "./harness.js";

const ready = await hasImage("debian:bookworm-slim");

const FILES = { "a.txt": "a\n", "b.txt": "b\n", "dir/c.txt": "c\n", "run.sh": "echo x\n" };
const file = (body: string): string => `FROM debian:bookworm-slim\n${body.split(" | ").join("\n")}\n`;

/** A rewrite by nobody: the judge must not care who made it. */
const reportOf = (before: string, after: string): Report => ({
  before: file(before),
  after: file(after),
  applied: [],
  refused: [],
  companions: [],
  ignored: [],
  left: [],
  problems: [],
});

describe.skipIf(!ready).concurrent("planted wrong rewrites are reported as different", () => {
  test.each([
    ["a lost file", "COPY a.txt b.txt /x/", "COPY a.txt /x/", "missing", "x/b.txt"],
    ["an added file", "COPY a.txt /x/", "COPY a.txt b.txt /x/", "added", "x/b.txt"],
    ["other content", "RUN echo 1 > /y", "RUN echo 2 > /y", "content", "y"],
    [
      "an older file on top",
      "RUN mkdir /x && echo new > /x/a.txt | COPY b.txt /x/b.txt",
      "COPY b.txt /x/b.txt | RUN echo other > /x/a.txt",
      "content",
      "x/a.txt",
    ],
    ["a lost owner", "COPY --chown=12:34 a.txt /x/", "COPY a.txt /x/", "owner", "x/a.txt"],
    ["another mode", "RUN touch /y && chmod 600 /y", "RUN touch /y", "mode", "y"],
    [
      "a leaking umask",
      "RUN umask 077 && touch /y | RUN touch /z",
      "RUN umask 077 && touch /y && touch /z",
      "mode",
      "z",
    ],
    [
      "who made a directory",
      "RUN useradd -m u | USER u | WORKDIR /home/u/w",
      "RUN useradd -m u | WORKDIR /home/u/w | USER u",
      "owner",
      "home/u/w",
    ],
    ["another link", "RUN ln -s /a /y", "RUN ln -s /b /y", "link", "y"],
    ["another type", "RUN mkdir /y", "RUN touch /y", "type", "y"],
    ["a variable", "ENV A=1", "ENV A=2", "configuration", "Env"],
    ["a lost variable", "ENV A=1 | RUN touch /y", "RUN touch /y", "configuration", "Env"],
    ["the user", "RUN touch /y | USER 12", "RUN touch /y", "configuration", "User"],
    ["the command", 'CMD ["a"]', 'CMD ["b"]', "configuration", "Cmd"],
    ["a label", "LABEL a=b", "LABEL a=c", "configuration", "Labels"],
    ["a port", "EXPOSE 80", "EXPOSE 81", "configuration", "ExposedPorts"],
    ["the directory", "WORKDIR /x | WORKDIR /y", "WORKDIR /y | WORKDIR /x", "configuration", "WorkingDir"],
    [
      "a lost attribute of a file",
      "RUN touch /y | RUN apt-get update && apt-get install -y --no-install-recommends libcap2-bin >/dev/null && setcap cap_net_raw+ep /y",
      "RUN touch /y | RUN apt-get update && apt-get install -y --no-install-recommends libcap2-bin >/dev/null",
      "attributes",
      "y",
    ],
  ])("%s", async (_, before, after, kind, path) => {
    await inFolder(FILES, async (folder) => {
      const verdict = await judge(folder, reportOf(before, after), 0);
      expect(verdict.outcome, verdict.log).toBe("different");
      expect(verdict.differences.map((one) => `${one.kind} ${one.path}`)).toContain(`${kind} ${path}`);
    });
  });
});

describe.skipIf(!ready).concurrent("what fails is named by whose fault it is", () => {
  test.each([
    ["original fails", "RUN false", "RUN true"],
    ["rewrite fails", "RUN true", "RUN false"],
    ["same", "RUN true", "RUN true # the same"],
    ["same", "RUN date +%N > /now", "RUN date +%N > /now "],
  ])("%s", async (outcome, before, after) => {
    await inFolder(FILES, async (folder) => {
      expect(await judge(folder, reportOf(before, after), 0)).toMatchObject({ outcome });
    });
  });
});
