import { spawn } from "@lydell/node-pty";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { CASES, completionFolder, has, titled } from "../cli/completion-cases.js";

const folder = completionFolder();
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.skipIf(!has("bash"))(`${titled("bash")}, at a terminal`, () => {
  const typed = (line: string, whole: string): Promise<string> =>
    interact("bash", ["--norc", "--noprofile"], `source ${folder}/bash`, `${line}\t`, whole);

  test.each([
    ["dockopt --timings a", "dockopt --timings a\\ b\\$\\(x\\).Dockerfile"],
    ["dockopt a", "dockopt a\\ b\\$\\(x\\).Dockerfile"],
    ["dockopt --context ", "dockopt --context services/"],
    ["dockopt --only=hoi", "dockopt --only=hoist-stable-instructions"],
  ])("%s becomes %s", async (line, whole) => {
    expect(await typed(line, whole)).toContain(whole);
  });
});

describe.skipIf(!has("fish"))(titled("fish"), () => {
  const offered = (line: string): readonly string[] => {
    const script = `source ${folder}/fish; cd ${folder}/in; complete -C ${JSON.stringify(line).replaceAll("$", "\\$")}`;
    const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", script], { encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.split("\n").map((one) => one.split("\t")[0] ?? "");
  };

  test.each(CASES)("dockopt %s", (words, some, others) => {
    const all = offered(["dockopt", ...words].join(" "));
    expect(all).toEqual(expect.arrayContaining([...some]));
    for (const other of others) expect(all).not.toContain(other);
  });

  test("files where files belong, folders where only they do", () => {
    expect(offered("dockopt verify ")).toEqual(expect.arrayContaining(["Dockerfile", "it's", "services/"]));
    expect(offered("dockopt --context ")).toContain("services/");
    expect(offered("dockopt --context ")).not.toContain("Dockerfile");
    expect(offered("dockopt list ")).not.toContain("Dockerfile");
  });
});

describe.skipIf(!has("zsh"))(titled("zsh"), () => {
  const start = `autoload -Uz compinit; compinit -u -D; source ${folder}/zsh`;
  const typed = (line: string, whole: string): Promise<string> => interact("zsh", ["-f"], start, `${line}\t`, whole);

  test.each([
    ["dockopt lay", "dockopt layers "],
    ["dockopt --form", "dockopt --format="],
    ["dockopt migrate plan --ch", "dockopt migrate plan --checkouts="],
    ["dockopt verify --builder po", "dockopt verify --builder podman "],
    ["dockopt --only split-run-chains,hoi", "dockopt --only split-run-chains,hoist-stable-instructions"],
    ["dockopt explain betw", "dockopt explain between "],
    ["dockopt verify a", "dockopt verify a\\ b\\$\\(x\\).Dockerfile "],
    ["dockopt --context ", "dockopt --context services/"],
  ])("%s becomes %s", async (line, whole) => {
    expect(await typed(line, whole)).toContain(whole);
  });

  test("commands and options come with what they do", async () => {
    expect(await typed("dockopt ", "they cost")).toMatch(
      /layers +-- Show the layers of a Dockerfile and what they cost/,
    );
    expect(await typed("dockopt --", "kaniko, classic")).toMatch(
      /--builder +-- buildkit \(default\), buildah\[@1\.23\], kaniko, classic/,
    );
  });
});

/** What a person sees who types this into an interactive shell, when `until` is there; or after a while, without it. */
function interact(shell: string, args: readonly string[], start: string, keys: string, until: string): Promise<string> {
  const terminal = spawn(shell, [...args, "-i"], {
    cols: 160,
    rows: 50,
    cwd: join(folder, "in"),
    env: { PATH: process.env["PATH"] ?? "", TERM: "dumb", HOME: folder, HISTFILE: "" },
  });
  return new Promise((resolve) => {
    let seen = "";
    let asked = false;
    const text = (): string => seen.slice(seen.indexOf("READY> ")).replace(/\u001b\[[0-9;?]*[A-Za-z]|[\r\u0007]/g, "");
    const settle = (): void => {
      clearTimeout(patience);
      terminal.kill();
      resolve(text());
    };
    const patience = setTimeout(settle, 60_000);
    terminal.onData((data) => {
      seen += data;
      if (!asked && seen.includes("READY> ")) {
        asked = true;
        terminal.write(keys);
      }
      if (asked && text().includes(until)) settle();
    });
    // Split, so that the echo is not taken for the prompt.
    terminal.write(`${start}; PS1='READ''Y> '\r`);
  });
}
