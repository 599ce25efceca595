import { BuildFailure, digest, Image, parent } from "./image.js";

/** Seeded numbers, so that a failing case can be made again (Mulberry32, public domain). */
export type Random = (below: number) => number;

export function random(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000) * below);
  };
}

export interface ShellState {
  cwd: string;
  readonly env: Map<string, string>;
}

/** One operand of a RUN's chain. */
export interface Operand {
  readonly text: string;
  readonly run: (image: Image, shell: ShellState) => void;
}

export type Line =
  | {
      readonly kind: "RUN";
      readonly operands: readonly Operand[];
      /** Operands in a subshell, from..to. */ readonly groups?: readonly (readonly [number, number])[];
    }
  | { readonly kind: "OTHER"; readonly text: string; readonly run: (image: Image) => void };

export function textOf(lines: readonly Line[]): string {
  return ["FROM debian", ...lines.map(lineText), ""].join("\n");
}

function lineText(line: Line): string {
  if (line.kind === "OTHER") return line.text;
  const groups = line.groups ?? [];
  const parts = line.operands.map(({ text }, index) => {
    const open = groups.some(([from]) => from === index) ? "(" : "";
    const close = groups.some(([, to]) => to === index) ? ")" : "";
    return open + text + close;
  });
  return `RUN ${parts.join(" && ")}`;
}

/** The image that the lines build; undefined: the build fails. */
export function build(lines: readonly Line[]): string | undefined {
  const image = new Image();
  try {
    for (const line of lines) {
      if (line.kind === "OTHER") line.run(image);
      else runChain(line, image);
    }
  } catch (error) {
    if (error instanceof BuildFailure) return undefined;
    throw error;
  }
  return image.describe();
}

function runChain({ operands, groups = [] }: Extract<Line, { kind: "RUN" }>, image: Image): void {
  let shell: ShellState = { cwd: image.cwd, env: new Map([...image.args, ...image.env]) };
  let outer = shell;
  for (const [index, operand] of operands.entries()) {
    if (groups.some(([from]) => from === index)) {
      outer = shell;
      shell = { cwd: shell.cwd, env: new Map(shell.env) };
    }
    operand.run(image, shell);
    if (groups.some(([, to]) => to === index)) shell = outer;
  }
}

const CONTEXT: Readonly<Record<string, string>> = {
  "package.json": "{}",
  "package-lock.json": '{"lockfileVersion":3,"packages":{"":{}}}',
  "go.mod": "module a\n\ngo 1.22\n\nrequire b v1.0.0\n",
  "go.sum": "b v1.0.0 h1:x\n",
  "src/a.js": "a",
  "src/b.js": "b",
  "conf/x": "x",
  "note.txt": "note",
};

export const contextEntries = Object.entries(CONTEXT).map(([path, text]) => ({ path, text }));

/** COPY by the builder's rules: a directory's contents, parents made as the owner. */
export function copy(sources: readonly string[], dest: string, chown?: string): Line {
  const flag = chown === undefined ? "" : `--chown=${chown} `;
  return {
    kind: "OTHER",
    text: `COPY ${flag}${sources.join(" ")} ${dest}`,
    run(image) {
      const owner = chown ?? "root";
      // The builder looks a name up in the image; `node` is in the base image.
      const accounts = image.entries.get("/etc/passwd")?.content.split(";") ?? [];
      if (!["root", "node", ...accounts].includes(owner)) throw new BuildFailure(`no user ${owner}`);
      const target = image.resolve(absolute(dest, image.cwd));
      const into = dest.endsWith("/") || dest === "." || sources.length > 1 || image.isDirectory(target);
      for (const source of sources) {
        const whole = source === "." || !(source in CONTEXT);
        if (!whole) {
          const path = into ? `${target === "/" ? "" : target}/${source.slice(source.lastIndexOf("/") + 1)}` : target;
          bring(image, path, CONTEXT[source] ?? "", owner);
          continue;
        }
        image.makeDirectories(target, owner);
        for (const [name, text] of Object.entries(CONTEXT)) {
          if (source !== "." && !name.startsWith(`${source}/`)) continue;
          const rest = source === "." ? name : name.slice(source.length + 1);
          bring(image, `${target === "/" ? "" : target}/${rest}`, text, owner);
        }
      }
    },
  };
}

function bring(image: Image, path: string, content: string, owner: string): void {
  image.makeDirectories(parent(path), owner);
  if (image.isDirectory(path)) throw new BuildFailure(`${path} is a directory`);
  image.entries.set(image.resolve(path), { kind: "file", content, owner, mode: "644" });
}

export const absolute = (path: string, cwd: string): string =>
  path === "." || path === "./"
    ? cwd
    : (path.startsWith("/") ? path : `${cwd === "/" ? "" : cwd}/${path}`).replace(/(?<=.)\/$/, "");

const METADATA = new Set(["GIT_SHA"]);
const environment = (shell: ShellState): string =>
  [...shell.env]
    .filter(([name]) => !METADATA.has(name))
    .sort()
    .join(";");
const SYSTEM = ["/etc", "/usr", "/var", "/root/.npmrc", "/root/.npm"];

const FILES = [
  "/app/f",
  "/app/src/a.js",
  "/srv/f",
  "/data/f",
  "/data/sub/g",
  "/etc/conf",
  "f",
  "src/f",
  "/app/package.json",
  "/l/f",
  "/root/.npmrc",
];
const DIRECTORIES = ["/app", "/app/src", "/srv", "/data", "/data/sub", "/etc/x", "sub", "/home/node"];

/** A random operand of a RUN. */
export function randomOperand(pick: Random): Operand {
  const file = (): string => FILES[pick(FILES.length)] ?? "/f";
  const directory = (): string => DIRECTORIES[pick(DIRECTORIES.length)] ?? "/d";
  const at = (shell: ShellState, path: string): string => absolute(path, shell.cwd);
  const [a, b, d] = [file(), file(), directory()];
  const name = "xyz".charAt(pick(3));
  const quietly = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof BuildFailure)) throw error;
    }
  };
  const choices: readonly Operand[] = [
    {
      text: `echo ${name} > ${a}`,
      run: (i, s) => {
        i.write(at(s, a), name);
      },
    },
    {
      text: `{ echo ${name}; echo b; } > ${a}`,
      run: (i, s) => {
        i.write(at(s, a), `${name}b`);
      },
    },
    {
      text: `echo $((A + 1)) > ${a}`,
      run: (i, s) => {
        i.write(at(s, a), String(Number(s.env.get("A") ?? 0) + 1));
      },
    },
    {
      text: "echo home > ~/f",
      run: (i, s) => {
        i.write(`${s.env.get("HOME") ?? (i.user === "root" ? "/root" : "/home/node")}/f`, "home");
      },
    },
    {
      text: `echo $A$B > ${a}`,
      run: (i, s) => {
        i.write(at(s, a), `${s.env.get("A") ?? ""}${s.env.get("B") ?? ""}`);
      },
    },
    {
      text: `echo $GIT_SHA > ${a}`,
      run: (i, s) => {
        i.write(at(s, a), s.env.get("GIT_SHA") ?? "");
      },
    },
    {
      text: `cat ${a} >> ${b} || true`,
      run: (i, s) => {
        quietly(() => {
          i.write(at(s, b), i.read(at(s, a)));
        });
      },
    },
    {
      text: `cp ${a} ${b}`,
      run: (i, s) => {
        i.write(at(s, b), i.read(at(s, a)));
      },
    },
    {
      text: `mv ${a} ${b}`,
      run: (i, s) => {
        i.write(at(s, b), i.read(at(s, a)));
        if (at(s, a) !== at(s, b)) i.remove(at(s, a));
      },
    },
    {
      text: `rm -f ${a}`,
      run: (i, s) => {
        i.remove(at(s, a));
      },
    },
    {
      text: `rm -rf ${d}`,
      run: (i, s) => {
        i.remove(at(s, d));
      },
    },
    {
      text: `mkdir -p ${d}`,
      run: (i, s) => {
        i.makeDirectories(at(s, d), i.user);
      },
    },
    {
      text: `mkdir ${d}`,
      run: (i, s) => {
        mkdir(i, at(s, d));
      },
    },
    {
      text: `touch ${a}`,
      run: (i, s) => {
        if (!i.entries.has(i.resolve(at(s, a)))) i.write(at(s, a), "");
      },
    },
    {
      text: `chmod 600 ${a}`,
      run: (i, s) => {
        attributes(i, at(s, a), { mode: "600" });
      },
    },
    {
      text: `chown node ${a}`,
      run: (i, s) => {
        attributes(i, at(s, a), { owner: "node" });
      },
    },
    {
      text: "ln -s /srv /l",
      run: (i) => {
        if (i.entries.has("/l")) throw new BuildFailure("exists");
        i.entries.set("/l", { kind: "link", content: "/srv", owner: i.user, mode: "777" });
      },
    },
    {
      text: `cd ${d}`,
      run: (i, s) => {
        if (!i.isDirectory(at(s, d))) throw new BuildFailure("cd");
        s.cwd = at(s, d);
      },
    },
    {
      text: `export A=${name}`,
      run: (_, s) => {
        s.env.set("A", name);
      },
    },
    {
      text: `apt-get install -y ${name}`,
      run: (i, s) => {
        i.write(`/usr/bin/${name}`, digest(i.snapshot(...SYSTEM) + environment(s)));
      },
    },
    {
      text: `pip install ${name}`,
      run: (i, s) => {
        i.write(`/usr/local/lib/${name}`, digest(`${i.snapshot(...SYSTEM)}pip${environment(s)}`));
      },
    },
    {
      text: `npm i -g ${name}`,
      run: (i, s) => {
        i.write(`/usr/local/lib/npm-${name}`, digest(`${i.snapshot(...SYSTEM)}npm${environment(s)}`));
      },
    },
    {
      text: `useradd -m ${name}`,
      run: (i) => {
        const home = `/home/${name}`;
        if (!i.entries.has(home)) {
          i.makeDirectories(home, name);
          i.write(`${home}/.bashrc`, "skel", name);
        }
        i.write("/etc/passwd", `${i.entries.get("/etc/passwd")?.content ?? ""}${name};`);
      },
    },
    { text: "npm ci", run: npmCi },
    { text: "npm ci", run: npmCi },
    { text: "go mod download", run: goDownload },
    { text: "go build ./...", run: goBuild },
    {
      text: "make",
      run: (i, s) => {
        i.write(absolute("out", s.cwd), digest(everything(i) + environmentOfAll(s) + s.cwd));
      },
    },
    {
      text: `sed -i s/x/y/ ${a}`,
      run: (i, s) => {
        i.write(at(s, a), i.read(at(s, a)).replace("x", "y"));
      },
    },
  ];
  return choices[pick(choices.length)] ?? { text: "true", run: () => undefined };
}

const environmentOfAll = (shell: ShellState): string => [...shell.env].sort().join(";");

function mkdir(image: Image, path: string): void {
  const real = image.resolve(path);
  if (image.entries.has(real) || !image.isDirectory(parent(real))) throw new BuildFailure("mkdir");
  image.makeDirectories(real, image.user);
}

function attributes(image: Image, path: string, change: { readonly mode?: string; readonly owner?: string }): void {
  const real = image.resolve(path);
  const entry = image.entries.get(real);
  if (entry === undefined) throw new BuildFailure("no file");
  image.entries.set(real, { ...entry, ...change });
}

/** The module cache is addressed by content: what looks there finds what it would have fetched. */
function everything(image: Image): string {
  const directories = [...image.entries.keys()].filter(
    (path) => path !== "/" && path !== "/go" && !path.startsWith("/go/pkg"),
  );
  return digest(
    directories
      .map((path) => JSON.stringify([path, image.entries.get(path)]))
      .sort()
      .join(""),
  );
}

function npmCi(image: Image, shell: ShellState): void {
  const at = (name: string): string => absolute(name, shell.cwd);
  const inputs = [image.read(at("package.json")), image.read(at("package-lock.json"))];
  const settings = image.entries.get(image.resolve(at(".npmrc")))?.content ?? "";
  image.remove(at("node_modules"));
  image.makeDirectories(at("node_modules"), image.user);
  image.write(
    at("node_modules/dep"),
    digest([...inputs, settings, image.snapshot(...SYSTEM), environment(shell)].join("\n")),
  );
  image.makeDirectories("/root/.npm", image.user);
  image.write("/root/.npm/log", digest(`${image.entries.get("/root/.npm/log")?.content ?? ""}${shell.cwd}`));
}

function goDownload(image: Image, shell: ShellState): void {
  const module = digest(image.read(absolute("go.mod", shell.cwd)) + image.read(absolute("go.sum", shell.cwd)));
  image.makeDirectories("/go/pkg/mod", "root");
  image.write(`/go/pkg/mod/${module}`, module, "root");
}

function goBuild(image: Image, shell: ShellState): void {
  goDownload(image, shell);
  image.write(absolute("bin", shell.cwd), digest(image.snapshot(shell.cwd, ...SYSTEM) + environment(shell)));
}

/** A random instruction. */
export function randomLine(pick: Random): Line {
  const choose = <T>(...values: readonly T[]): T => values[pick(values.length)] as T;
  const other = (text: string, run: (image: Image) => void): Line => ({ kind: "OTHER", text, run });
  switch (pick(13)) {
    case 0:
    case 1:
      return copy(["."], choose(".", "./", "/app", "/srv/"), choose(undefined, undefined, undefined, "node"));
    case 2:
      return copy(["src"], choose("src", "/app/src", "/data", "./"), choose(undefined, undefined, "node", "x", "y"));
    case 3:
      return copy(
        choose(["package.json", "package-lock.json"], ["go.mod", "go.sum"]),
        choose("./", "/app/"),
        choose(undefined, undefined, "node"),
      );
    case 4:
      return copy(
        [choose("note.txt", "conf/x", "package.json")],
        choose("/data/", "/etc/conf", "./", "/root/.npmrc", "/usr/bin/x"),
      );
    case 5: {
      if (pick(6) === 0) return other("ENV HOME=/srv", (image) => void image.env.set("HOME", "/srv"));
      const [name, value] = [choose("A", "B", "NODE_ENV"), choose("1", "2", "$A")];
      return other(`ENV ${name}=${value}`, (image) => {
        image.env.set(name, value === "$A" ? (image.env.get("A") ?? image.args.get("A") ?? "") : value);
      });
    }
    case 6: {
      const name = choose("A", "GIT_SHA", "GIT_SHA");
      return other(`ARG ${name}=given`, (image) => {
        image.args.set(name, "given");
      });
    }
    case 7: {
      const path = choose("/app", "/srv", "/app/src", "sub");
      return other(`WORKDIR ${path}`, (image) => {
        image.cwd = absolute(path, image.cwd);
        image.makeDirectories(image.cwd, image.user);
      });
    }
    case 8: {
      if (pick(2) === 0)
        return other(
          "LABEL a=$A",
          (image) => void image.labels.set("a", image.env.get("A") ?? image.args.get("A") ?? ""),
        );
      const user = choose("root", "node");
      return other(`USER ${user}`, (image) => {
        image.user = user;
      });
    }
    default:
      return { kind: "RUN", operands: Array.from({ length: 1 + pick(3) }, () => randomOperand(pick)) };
  }
}
