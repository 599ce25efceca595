import { contextFromFiles, contextFromList } from "../../src/context/load-list.js";
import type { Context } from "../../src/context/context.js";

/** Something that a Dockerfile or its context may have much of. */
export interface Dimension {
  readonly name: string;
  /** An input of about so many bytes, of the Dockerfile or of what grows in its stead. */
  readonly make: (bytes: number) => Input;
}

export interface Input {
  readonly text: string;
  readonly context?: Context;
}

/** As many lines as the bytes take, each with its number. */
function lines(bytes: number, line: (index: number) => string, separator = "\n"): string {
  const count = Math.max(1, Math.round(bytes / (line(1000).length + separator.length)));
  return Array.from({ length: count }, (_, index) => line(index)).join(separator);
}

const text = (name: string, make: (bytes: number) => string): Dimension => ({
  name,
  make: (bytes) => ({ text: make(bytes) }),
});

/** A Node project whose Dockerfile asks to be split, and what grows in its context. */
const project = (name: string, files: (bytes: number) => Readonly<Record<string, string>>): Dimension => ({
  name,
  make: (bytes) => ({
    text: "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD node .\n",
    context: contextFromFiles({ "package.json": "{}", "package-lock.json": "{}", "index.js": "", ...files(bytes) }),
  }),
});

const object = (bytes: number, value: (index: number) => string): string =>
  `{${lines(bytes, (index) => `"package-${index}": ${value(index)}`, ",\n")}}`;

const NPM: Readonly<Record<string, string>> = { "package.json": "{}", "package-lock.json": "{}", "index.js": "" };

export const dimensions: readonly Dimension[] = [
  text("RUNs", (bytes) => `FROM a\n${lines(bytes, (index) => `RUN build step${index}`)}\n`),
  text("RUNs that may be merged", (bytes) => `FROM a\n${lines(bytes, (index) => `RUN mkdir -p /opt/a${index}`)}\n`),
  text(
    "RUNs of packages",
    (bytes) => `FROM debian:12\n${lines(bytes, (index) => `RUN apt-get install -y p${index}`)}\n`,
  ),
  text("stages", (bytes) => lines(bytes, (index) => `FROM a AS s${index}\nRUN x`)),
  text(
    "stages upon one another",
    (bytes) => `FROM a AS s-1\n${lines(bytes, (index) => `FROM s${index - 1} AS s${index}\nENV A${index}=1`)}\n`,
  ),
  text(
    "stages that take from one another",
    (bytes) => `FROM a AS s-1\n${lines(bytes, (index) => `FROM a AS s${index}\nCOPY --from=s${index - 1} /x /x`)}\n`,
  ),
  {
    name: "stages that are split",
    make: (bytes) => ({
      text: lines(bytes, () => "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci"),
      context: contextFromFiles(NPM),
    }),
  },
  text(
    "heredoc of a RUN",
    (bytes) => `FROM a\nRUN <<EOF\n${lines(bytes, (index) => `mkdir -p /opt/a${index}`)}\nEOF\n`,
  ),
  text("heredoc of a COPY", (bytes) => `FROM a\nCOPY <<EOF /x\n${lines(bytes, (index) => `line ${index}`)}\nEOF\n`),
  text("one long line", (bytes) => `FROM a\nRUN echo ${"x".repeat(bytes)}\n`),
  text("comments", (bytes) => `FROM a\n${lines(bytes, (index) => `# comment ${index}`)}\nRUN x\n`),
  text(
    "comments within a RUN",
    (bytes) => `FROM a\nRUN x \\\n${lines(bytes, (index) => `# comment ${index}`)}\n  && y\n`,
  ),
  text("words of a RUN", (bytes) => `FROM a\nRUN echo ${lines(bytes, (index) => `w${index}`, " ")}\n`),
  text(
    "packages of a RUN",
    (bytes) =>
      `FROM debian:12\nRUN apt-get update && apt-get install -y ${lines(bytes, (index) => `p${index}`, " \\\n  ")}\n`,
  ),
  text(
    "commands of a RUN",
    (bytes) => `FROM a\nRUN ${lines(bytes, (index) => `mkdir -p /opt/a${index}`, " \\\n && ")}\n`,
  ),
  text(
    "commands behind COPY",
    (bytes) => `FROM a\nCOPY . .\nRUN ${lines(bytes, (index) => `curl -o /opt/a${index} http://x`, " \\\n && ")}\n`,
  ),
  text(
    "ENV pairs",
    (bytes) => `FROM a\nENV ${lines(bytes, (index) => `A${index}=${index}`, " \\\n  ")}\nRUN echo $A1\n`,
  ),
  text(
    "ENV instructions",
    (bytes) => `FROM a\n${lines(bytes, (index) => `ENV A${index}=$A${index - 1}`)}\nRUN echo $A1\n`,
  ),
  text("ARG instructions", (bytes) => `FROM a\n${lines(bytes, (index) => `ARG A${index}=1`)}\nRUN echo $A1\n`),
  text("LABEL instructions", (bytes) => `FROM a\n${lines(bytes, (index) => `LABEL a${index}=1`)}\nRUN x\n`),
  text("WORKDIRs", (bytes) => `FROM a\n${lines(bytes, (index) => `WORKDIR /a${index}`)}\nRUN x\n`),
  {
    name: "COPYs",
    make: (bytes) => {
      const copies = lines(bytes, (index) => `COPY f${index} /app/`);
      const files = copies.split("\n").map((copy) => [copy.split(" ")[1] ?? "", ""] as const);
      return {
        text: `FROM node:20\n${copies}\nCOPY package.json /app/\nWORKDIR /app\nRUN npm ci\n`,
        context: contextFromFiles({ ...NPM, ...Object.fromEntries(files) }),
      };
    },
  },
  project(".dockerignore lines x 1,000 files", (bytes) => ({
    ".dockerignore": lines(bytes, (index) => `**/d${index}`),
    ...Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`src/${index % 30}/f${index}.js`, ""])),
  })),
  project("package.json", (bytes) => ({ "package.json": `{"dependencies": ${object(bytes, () => '"1.0.0"')}}` })),
  project("package-lock.json", (bytes) => ({
    "package-lock.json": `{"lockfileVersion": 3, "packages": ${object(bytes, () => '{"version": "1.0.0"}')}}`,
  })),
  {
    name: "requirements.txt",
    make: (bytes) => ({
      text: "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
      context: contextFromFiles({ "requirements.txt": lines(bytes, (index) => `package-${index}==1.0`), "a.py": "" }),
    }),
  },
];

/** Files of a context, 1,000 to 1,000,000: bytes are paths here, 16 each. */
export const filesDimension: Dimension = {
  name: "files of the context, x 100 .dockerignore lines",
  make(bytes) {
    const ignore = lines(1000, (index) => `**/d${index}`);
    const entries = function* () {
      yield* Object.entries({ ...NPM, ".dockerignore": ignore }).map(([path, content]) => ({ path, text: content }));
      for (let index = 0; index < bytes / 16; index++) yield { path: `src/${index % 1000}/f${index}.js` };
    };
    return {
      text: "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD node .\n",
      context: contextFromList(entries()),
    };
  },
};
