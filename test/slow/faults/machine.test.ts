import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeRepository, NODE } from "../../migrate/repositories.js";
import { BIN, world } from "./world.js";

const { root, put, read, files, dockopt, faulty, environment } = world();

const PROJECT = {
  Dockerfile: NODE["Dockerfile"] ?? "",
  "package.json": NODE["package.json"] ?? "",
  "package-lock.json": NODE["package-lock.json"] ?? "",
};

/** What --write makes of the project. */
function written(): { readonly Dockerfile: string; readonly ".dockerignore": string } {
  put(PROJECT);
  expect(dockopt(["--write", "Dockerfile"]).status).toBe(0);
  const made = { Dockerfile: read("Dockerfile"), ".dockerignore": read(".dockerignore") };
  rmSync(join(root(), ".dockerignore"));
  put(PROJECT);
  return made;
}

const inBash = (script: string): { readonly status: number | null; readonly out: string } => {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script.replaceAll("dockopt", `"$NODE" ${BIN}`)], {
    cwd: root(),
    encoding: "utf8",
    env: environment({ NODE: process.execPath }),
  });
  return { status, out: stdout + stderr };
};

describe("a full disk", () => {
  test("at any write leaves the files as they were, and says so", () => {
    const made = written();
    for (let from = 1; from <= 2; from++) {
      const { status, stderr } = faulty(["--write", "Dockerfile"], { do: "ENOSPC", from });
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/cannot be written \(ENOSPC.*\)\. It is as it was\./),
      ]);
      expect(read("Dockerfile")).toBe(PROJECT.Dockerfile);
      expect(files().filter((name) => name.startsWith("."))).toEqual([]);
    }
    expect(dockopt(["--write", "Dockerfile"]).status).toBe(0);
    expect(read("Dockerfile")).toBe(made.Dockerfile);
  });

  test("stops a report and a migration with a message", () => {
    put(PROJECT);
    const report = faulty(["--output", "json:report.json", "Dockerfile"], { do: "ENOSPC", from: 1 });
    expect([report.status, report.stderr]).toEqual([2, expect.stringMatching(/the report cannot be written \(ENOSPC/)]);
    expect(files().filter((name) => name.includes("report"))).toEqual([]);
    makeRepository(join(root(), "git"), "acme/web", NODE);
    for (let from = 1; from <= 4; from++) {
      const { status, stderr } = faulty(["migrate", "plan", "git/acme/web.git"], { do: "ENOSPC", from });
      expect([status, stderr], `from ${from}`).toEqual([2, expect.stringMatching(/^dockopt: .*ENOSPC.*\n$/)]);
    }
    expect(dockopt(["migrate", "plan", "git/acme/web.git"]).status).toBe(0);
  });

  test.skipIf(process.platform !== "linux")("behind stdout is told of", () => {
    put(PROJECT);
    const { status, out } = inBash("dockopt --check Dockerfile > /dev/full");
    expect([status, out]).toEqual([2, expect.stringMatching(/^dockopt: the output cannot be written \(.*\)\.\n$/)]);
  });
});

describe("a folder that cannot be written", () => {
  const NOBODY = 65534;
  // Root may write anywhere: then it is somebody else who tries.
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

  test("is told of; the file is as it was", () => {
    put(PROJECT);
    chmodSync(root(), 0o555);
    if (process.getuid?.() === 0) chownSync(join(root(), "Dockerfile"), NOBODY, NOBODY);
    const { status, stderr } = spawnSync(process.execPath, [BIN, "--write", "Dockerfile"], {
      cwd: root(),
      encoding: "utf8",
      env: environment({}),
      ...asNobody,
    });
    chmodSync(root(), 0o755);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^dockopt: .*: it cannot be written \(EACCES.*was\.\n$/),
    ]);
    expect(read("Dockerfile")).toBe(PROJECT.Dockerfile);
  });

  test("leaves no half: a .dockerignore that cannot be made keeps the Dockerfile as it is", () => {
    put({ ...PROJECT, "sub/Dockerfile": PROJECT.Dockerfile });
    for (const name of ["Dockerfile", "sub"])
      if (process.getuid?.() === 0) chownSync(join(root(), name), NOBODY, NOBODY);
    chmodSync(root(), 0o555);
    const { status } = spawnSync(process.execPath, [BIN, "--write", "--context", ".", "sub/Dockerfile"], {
      cwd: root(),
      encoding: "utf8",
      env: environment({}),
      ...asNobody,
    });
    chmodSync(root(), 0o755);
    expect([status, read("sub/Dockerfile")]).toEqual([2, PROJECT.Dockerfile]);
  });
});

describe("a pipe that is closed early", () => {
  test("is quiet, and what was asked for is done, with its exit code", () => {
    const count = 60;
    const all = Array.from({ length: count }, (_, i) =>
      Object.entries(PROJECT).map(([name, text]) => [`d${i}/${name}`, text]),
    );
    put(Object.fromEntries(all.flat()) as Record<string, string>);
    const { out } = inBash('dockopt --write -f json . | head -c 1 > /dev/null; echo "${PIPESTATUS[0]}"');
    expect(out).toBe("0\n");
    const left = files().filter((name) => name.endsWith("/Dockerfile") && read(name) === PROJECT.Dockerfile);
    expect(left).toEqual([]);
    expect(files().filter((name) => name.endsWith(".dockerignore"))).toHaveLength(count);
  });
});

describe("Ctrl-C", () => {
  test("ends a run at any time as signals do; each file is old or new, nothing else is left", async () => {
    const made = written();
    const names = Array.from({ length: 150 }, (_, i) => `d${i}`);
    const fill = (): void => {
      for (const name of names) {
        rmSync(join(root(), name, ".dockerignore"), { force: true });
        put(Object.fromEntries(Object.entries(PROJECT).map(([file, text]) => [`${name}/${file}`, text])));
      }
    };
    const ends: (string | null)[] = [];
    let halves = 0;
    for (let round = 0; round < 12; round++) {
      fill();
      const child = spawn(process.execPath, [BIN, "--write", "--output", "json:report.json", "."], {
        cwd: root(),
        env: environment({}),
        stdio: "ignore",
      });
      const timer = setTimeout(() => child.kill("SIGINT"), 150 + round * 120);
      ends.push(
        await new Promise((done) =>
          child.on("close", (_, signal) => {
            done(signal);
          }),
        ),
      );
      clearTimeout(timer);
      const changed = names.filter((name) => {
        const text = read(`${name}/Dockerfile`);
        expect([PROJECT.Dockerfile, made.Dockerfile]).toContain(text);
        return text === made.Dockerfile;
      });
      if (changed.length > 0 && changed.length < names.length) halves++;
      expect(files().filter((name) => name.includes("dockopt-"))).toEqual([]);
    }
    expect(ends).toContain("SIGINT");
    expect(halves).toBeGreaterThan(0);
  });

  test("is exit code 130 in a shell", () => {
    put({ Dockerfile: "FROM a\n" });
    const { out } = inBash('timeout --preserve-status -s INT 0.5 dockopt - < <(sleep 3); echo "$?"');
    expect(out).toBe("130\n");
  });
});

test("runs on one file at once: each does all or nothing, and the file is right", async () => {
  const made = written();
  for (let round = 0; round < 8; round++) {
    rmSync(join(root(), ".dockerignore"), { force: true });
    put(PROJECT);
    const runs = Array.from({ length: 3 }, () => {
      const child = spawn(process.execPath, [BIN, "--write", "Dockerfile"], { cwd: root(), env: environment({}) });
      let stderr = "";
      child.stderr.on("data", (text: Buffer) => (stderr += text.toString("utf8")));
      return new Promise<string>((done) =>
        child.on("close", (code) => {
          done(`${code ?? ""} ${stderr}`);
        }),
      );
    });
    for (const how of await Promise.all(runs))
      expect(how).toMatch(/^(?:0 |2 dockopt: .*has changed since it was read)/);
    expect([read("Dockerfile"), read(".dockerignore")]).toEqual([made.Dockerfile, made[".dockerignore"]]);
    expect(files().filter((name) => name.includes("dockopt-"))).toEqual([]);
  }
});

describe("a clock that is wrong", () => {
  test("files from the past and the future are files", () => {
    const made = written();
    for (const time of [new Date(0), new Date("2199-01-01")]) {
      put(PROJECT);
      for (const name of Object.keys(PROJECT)) utimesSync(join(root(), name), time, time);
      expect(dockopt(["--write", "Dockerfile"]).status).toBe(0);
      expect(read("Dockerfile")).toBe(made.Dockerfile);
    }
  });

  test("one that jumps while dockopt runs holds nothing up", () => {
    const made = written();
    expect(faulty(["--write", "Dockerfile"], { do: "clock" }).status).toBe(0);
    expect(read("Dockerfile")).toBe(made.Dockerfile);
    makeRepository(join(root(), "git"), "acme/web", NODE);
    for (const args of [["plan", "git/acme/web.git"], ["apply"], ["status"], ["review"]])
      expect(faulty(["migrate", ...args], { do: "clock" }).status, args[0]).toBe(0);
  });
});

describe.skipIf(process.platform !== "linux")("in place of a Dockerfile", () => {
  const PLACES = ["folder", "pipe", "socket", "device", "loop"] as const;
  const make: Readonly<Record<(typeof PLACES)[number], (path: string) => unknown>> = {
    folder: (path) => {
      mkdirSync(path);
    },
    pipe: (path) => execFileSync("mkfifo", [path]),
    socket: (path) =>
      new Promise((done) =>
        createServer().listen(path, () => {
          done(undefined);
        }),
      ),
    device: (path) => {
      symlinkSync("/dev/zero", path);
    },
    loop: (path) => {
      symlinkSync(path, path);
    },
  };
  test.each(PLACES)("a %s is told of, and nothing waits for it", async (what) => {
    await make[what](join(root(), "Dockerfile"));
    await make[what](join(root(), ".dockerignore"));
    put({ "real/Dockerfile": PROJECT.Dockerfile });
    await make[what](join(root(), "real/package.json"));
    await make[what](join(root(), "real/.dockerignore"));
    await make[what](join(root(), "compose.yaml"));
    const named = dockopt(["Dockerfile"]);
    expect(named.status).toBe(what === "folder" ? 3 : 4);
    if (what !== "folder") expect(named.stderr).toMatch(/^(?:dockopt: )?Dockerfile: .*\.\n$/m);
    const searched = dockopt(["."]);
    expect([searched.status, searched.stdout]).toEqual([0, expect.stringContaining("real/Dockerfile")]);
  });

  test("a shell's pipe is read", () => {
    put(PROJECT);
    expect(inBash("dockopt <(cat Dockerfile)").out).toMatch(/Dockerfile|\/dev\/fd/);
    expect(inBash("cat Dockerfile | dockopt /dev/stdin").status).toBe(0);
  });

  test("one that is too large is not read", () => {
    execFileSync("truncate", ["-s", "65M", join(root(), "Dockerfile")]);
    const { status, stderr } = dockopt(["Dockerfile"]);
    expect([status, stderr]).toEqual([4, expect.stringMatching(/it has 68157440 bytes, and a Dockerfile at most/)]);
    expect(readFileSync(join(root(), "Dockerfile")).length).toBe(68_157_440);
  });
});
