import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LedgerEvent } from "../../src/migrate/events.js";
import { startFakeGithub } from "../migrate/fake-github.js";
import { startFakeGitlab } from "../migrate/fake-gitlab.js";
import type { FakeHost } from "../migrate/fake-host.js";
import { commitTo, dockopt, gitIn, makeRepository, NODE, type Ran } from "../migrate/repositories.js";

const TOKEN = "ghp_TheVerySecretTokenOfThisTest0123456789";
const BRANCH = "dockopt/cached-layers";
let root = "";
const open: FakeHost[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dockopt-"));
});
afterEach(async () => {
  for (const host of open.splice(0)) await host.close();
  // Whatever was done, the token is on no disk.
  expect(filesBelow(root).filter((path) => readFileSync(path).includes(TOKEN))).toEqual([]);
  rmSync(root, { recursive: true });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const git = (): string => join(root, "git");
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  dockopt(root, ["migrate", ...args], env);
const ledger = (): readonly LedgerEvent[] =>
  readFileSync(join(root, ".dockopt-migrate/ledger.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as LedgerEvent);
const outcomes = (): string[] =>
  ledger().map((event) => {
    const what = event.event === "planned" ? event.outcome : event.event === "applied" ? event.state : event.reason;
    return `${event.repository.replace(/^.*\//, "")} ${event.event} ${what}`;
  });

async function github(): Promise<{ readonly host: FakeHost; readonly to: (...args: string[]) => Promise<Ran> }> {
  const host = await startFakeGithub({ token: TOKEN, folder: git(), isPrivate: true });
  open.push(host);
  const to = (...args: string[]): Promise<Ran> =>
    run([...args, "--github-url", host.api, ...(args[0] === "apply" ? ["--per-minute", "6000"] : [])], {
      GITHUB_TOKEN: TOKEN,
    });
  return { host, to };
}

describe("plan", () => {
  test("reads what is there, says what is not, and does it once", async () => {
    const web = makeRepository(git(), "acme/web", NODE);
    makeRepository(git(), "acme/docs", { "README.md": "# docs\n" });
    makeRepository(git(), "acme/tool", { Dockerfile: 'FROM node:20\nCMD ["node"]\n' });
    makeRepository(git(), "acme/odd", {
      Dockerfile: "FROM python:3.12\nCOPY . .\nRUN pip install .\n",
      "setup.py": "",
    });
    writeFileSync(join(root, "list.txt"), `# all of ours\n${git()}/acme/web.git\n./git/acme/docs.git # twice\n\n`);
    const first = await run(["plan", "--list", "list.txt", "--checkouts", "git/acme", join(root, "none")]);
    expect(outcomes().sort()).toEqual([
      "docs planned empty",
      `none failed git ls-remote: fatal: '${root}/none' does not appear to be a git repository`,
      "odd planned refused",
      "tool planned unchanged",
      "web planned changed",
    ]);
    expect(first.status).toBe(4);
    const [planned] = ledger().filter((event) => event.repository.endsWith("acme/web"));
    const patch = readFileSync(
      join(root, ".dockopt-migrate/patches", `${planned?.event === "planned" ? planned.patch : ""}.patch`),
      "utf8",
    );
    expect(patch).toContain("+COPY package.json package-lock.json ./\n RUN npm ci\n+COPY . .\n");
    // Nothing is left of the copies, and the remotes are as they were.
    expect(existsSync(join(root, ".dockopt-migrate/work"))).toBe(false);
    expect(gitIn(web, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
    const again = await run(["plan", "--list", "list.txt", "--checkouts", "git/acme"]);
    expect(again.status).toBe(0);
    expect(again.stdout).toMatch(/^0 planned, .* 4 were planned before/);
    expect(ledger()).toHaveLength(5);
  });

  test("what cannot be read for certain is refused: a submodule, a link that leads out", async () => {
    makeRepository(git(), "acme/module", { ...NODE, "packages/a": "@module:0123456789012345678901234567890123456789" });
    makeRepository(git(), "acme/link", { ...NODE, "package.json": "@link:../../../etc/passwd" });
    makeRepository(git(), "acme/dots", {
      ...NODE,
      "compose.yaml": "services: {a: {build: {context: ../../.., dockerfile: etc/passwd}}}\n",
    });
    await run(["plan", "--checkouts", "git/acme"]);
    expect(outcomes().sort()).toEqual(["dots planned changed", "link planned refused", "module planned refused"]);
    expect(JSON.stringify(ledger())).toContain(
      "the build context has the submodule packages/a, whose files are not read",
    );
    expect(JSON.stringify(ledger())).not.toContain("root:");
  });

  test("a part without a repository is done, all of them without one is a mistake", async () => {
    makeRepository(git(), "acme/only", { "README.md": "" });
    for (const part of ["1/4", "2/4", "3/4", "4/4"])
      expect((await run(["plan", "git/acme/only.git", "--shard", part])).status).toBe(0);
    expect(outcomes()).toEqual(["only planned empty"]);
    expect((await run(["plan", "--checkouts", root, "--state", "other"])).status).toBe(3);
  });

  test("shards are disjoint and together all", async () => {
    for (let index = 0; index < 6; index++) makeRepository(git(), `acme/r${index}`, { "README.md": "" });
    for (const shard of ["1/3", "2/3", "3/3"]) await run(["plan", "--checkouts", "git/acme", "--shard", shard]);
    expect(outcomes().sort()).toEqual([0, 1, 2, 3, 4, 5].map((index) => `r${index} planned empty`));
  });

  test("a line that a crash has cut off is done again; any other that is broken is told", async () => {
    makeRepository(git(), "acme/web", NODE);
    await run(["plan", "git/acme/web.git"]);
    const path = join(root, ".dockopt-migrate/ledger.jsonl");
    const whole = readFileSync(path, "utf8");
    writeFileSync(path, whole.slice(0, -20));
    expect((await run(["plan", "git/acme/web.git"])).status).toBe(0);
    expect(outcomes()).toEqual(["web planned changed"]);
    writeFileSync(path, `garbage\n${whole}`);
    const told = await run(["status"]);
    expect(told.status).toBe(2);
    expect(told.stderr).toContain("ledger.jsonl:1: this is no line of a ledger.");
  });
});

describe("one bad repository never stops a run", () => {
  test("what takes too long, or too much disk, is given up", async () => {
    makeRepository(git(), "acme/web", NODE);
    makeRepository(git(), "acme/slow", { Dockerfile: "FROM a AS b\nFROM b AS a\n".repeat(120_000) });
    const noise = randomBytes(4_000_000).toString("hex");
    makeRepository(git(), "acme/large", { ...NODE, "package-lock.json": JSON.stringify({ noise }) });
    const ran = await run(["plan", "--checkouts", "git/acme", "--max-seconds", "8", "--max-megabytes", "1"]);
    expect(ran.status).toBe(4);
    expect(outcomes().filter((line) => line.startsWith("web "))).toEqual(["web planned changed"]);
    expect(outcomes()).toContain("slow failed it takes longer than 8 s. Raise --max-seconds.");
    expect(outcomes()).toContain("large failed its copy takes more than 1 MB. Raise --max-megabytes.");
    expect(existsSync(join(root, ".dockopt-migrate/work"))).toBe(false);
  });

  test("nothing runs that a repository names", async () => {
    const checkout = join(root, "checkouts/evil");
    gitIn(root, "init", "--quiet", "-b", "main", checkout);
    const touch = `touch ${root}/pwned`;
    for (const [path, text] of Object.entries({ ...NODE, ".gitattributes": "* filter=evil diff=evil\n" })) {
      mkdirSync(dirname(join(checkout, path)), { recursive: true });
      writeFileSync(join(checkout, path), text);
    }
    gitIn(checkout, "add", "-A", "-f");
    gitIn(checkout, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "all");
    for (const key of [
      "core.fsmonitor",
      "core.sshCommand",
      "core.pager",
      "uploadpack.packObjectsHook",
      "filter.evil.smudge",
      "filter.evil.clean",
      "diff.evil.textconv",
    ])
      gitIn(checkout, "config", key, touch);
    for (const hook of ["post-checkout", "reference-transaction", "pre-receive", "update"]) {
      writeFileSync(join(checkout, ".git/hooks", hook), `#!/bin/sh\n${touch}\n`, { mode: 0o755 });
    }
    writeFileSync(join(checkout, "dockopt.config.js"), `require("fs").writeFileSync("${root}/pwned", "")\n`);
    expect((await run(["plan", "--checkouts", "checkouts"])).status).toBe(0);
    expect((await run(["apply"])).status).toBe(0);
    expect(outcomes()).toEqual(["evil planned changed", "evil applied written"]);
    expect(existsSync(join(root, "pwned"))).toBe(false);
  });
});

test("Ctrl-C finishes what is under way, and the next run goes on", async () => {
  for (let index = 0; index < 12; index++)
    makeRepository(git(), `acme/r${index}`, { ...NODE, "src/a.js": String(index) });
  const args = ["migrate", "plan", "--checkouts", "git/acme", "--concurrency", "2"];
  const path = join(root, ".dockopt-migrate/ledger.jsonl");
  let timer: NodeJS.Timeout | undefined;
  const ran = await dockopt(root, args, {}, (child) => {
    timer = setInterval(() => {
      if (!existsSync(path) || ledger().length < 2) return;
      clearInterval(timer);
      child.kill("SIGINT");
    }, 10);
  });
  expect(ran).toMatchObject({ status: 130, stderr: expect.stringContaining("finishing what is under way") as string });
  const before = ledger().length;
  expect(before).toBeLessThan(12);
  const again = await dockopt(root, args);
  expect(again.status).toBe(0);
  expect(again.stdout).toContain(`${12 - before} planned, 0 of them failed, ${before} were planned before`);
  expect(new Set(outcomes()).size).toBe(12);
});

describe("apply at GitHub", () => {
  test("opens a pull request once, follows it, and brings it up to date", async () => {
    const web = makeRepository(git(), "acme/web", NODE);
    const { host, to } = await github();
    expect((await to("plan", "--github", "acme")).status).toBe(0);
    const applied = await to("apply", "--draft", "--label", "build", "--reviewer", "ann");
    expect(applied.status).toBe(0);
    expect(host.pulls()).toMatchObject([
      { slug: "acme/web", branch: BRANCH, base: "main", draft: true, labels: ["build"], reviewers: ["ann"] },
    ]);
    expect(host.pulls()[0]?.body).toMatch(/copies package\.json.*`npm ci`[^]*<!-- dockopt patch [0-9a-f]{64} -->/);
    expect(gitIn(web, "show", `${BRANCH}:Dockerfile`)).toContain(
      "COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .",
    );
    // Nothing is done twice, also where the ledger is lost.
    await to("apply");
    rmSync(join(root, ".dockopt-migrate"), { recursive: true });
    await to("plan", "--github", "acme");
    await to("apply");
    expect(outcomes()).toEqual(["web planned changed", "web applied open"]);
    expect(host.pulls()).toHaveLength(1);
    // The repository goes on; the plan is made again before anything is pushed.
    commitTo(web, "main", { "package.json": NODE["package.json"] ?? "", "src/new.js": "", "yarn.lock": "" });
    commitTo(web, "main", { Dockerfile: `${NODE["Dockerfile"] ?? ""}EXPOSE 80\n` });
    const tip = gitIn(web, "rev-parse", BRANCH);
    await to("apply", "--refresh");
    expect(outcomes().at(-1)).toBe("web applied moved");
    expect(gitIn(web, "rev-parse", BRANCH)).toBe(tip);
    await to("plan", "--github", "acme");
    await to("apply");
    expect(outcomes().at(-1)).toBe("web applied updated");
    expect(host.pulls()).toHaveLength(1);
    expect(gitIn(web, "rev-list", "--count", `main..${BRANCH}`)).toBe("1");
    expect(gitIn(web, "show", `${BRANCH}:Dockerfile`)).toContain("EXPOSE 80");
  });

  test("leaves a branch that people have worked on, and a pull request that they have closed", async () => {
    const web = makeRepository(git(), "acme/web", NODE);
    const api = makeRepository(git(), "acme/api", NODE);
    const { host, to } = await github();
    await to("plan", "--github", "acme");
    await to("apply");
    commitTo(web, BRANCH, { "src/more.js": "" });
    const tip = gitIn(web, "rev-parse", BRANCH);
    const closed = host.pulls().find((pull) => pull.slug === "acme/api");
    if (closed !== undefined) closed.state = "closed";
    for (const path of [web, api]) commitTo(path, "main", { Dockerfile: `${NODE["Dockerfile"] ?? ""}EXPOSE 80\n` });
    await to("plan", "--github", "acme", "--refresh");
    await to("apply");
    expect(outcomes().slice(-2).sort()).toEqual(["api applied declined", "web applied left"]);
    expect(gitIn(web, "rev-parse", BRANCH)).toBe(tip);
    expect(host.pulls()).toHaveLength(2);
  });

  test("a token in no message, however it goes wrong", async () => {
    makeRepository(git(), "acme/web", NODE);
    const { host, to } = await github();
    await to("plan", "--github", "acme");
    host.fail({ how: "502", requests: 50, on: /^GET \/acme\/web\.git/ });
    const ran = await to("apply");
    expect(ran.status).toBe(4);
    const wrong = await run(["plan", "--github", "acme", "--github-url", host.api], { GITHUB_TOKEN: `${TOKEN}x` });
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain("GITHUB_TOKEN");
    for (const { stdout, stderr } of [ran, wrong]) expect(stdout + stderr).not.toContain(TOKEN);
  });
});

test("a group of GitLab, with merge requests", async () => {
  makeRepository(git(), "acme/tools/web", NODE);
  const host = await startFakeGitlab({ token: TOKEN, folder: git() });
  open.push(host);
  const env = { GITLAB_TOKEN: TOKEN };
  expect((await run(["plan", "--gitlab", "acme", "--gitlab-url", host.api], env)).status).toBe(0);
  expect((await run(["apply", "--gitlab-url", host.api, "--per-minute", "6000"], env)).status).toBe(0);
  expect(host.pulls()).toMatchObject([{ slug: "acme/tools/web", branch: BRANCH, state: "open" }]);
});

test("other hosts get a patch that git am takes, or a branch", async () => {
  const web = makeRepository(git(), "acme/web", NODE);
  await run(["plan", "git/acme/web.git"]);
  expect((await run(["apply"])).status).toBe(0);
  const [mail = ""] = readdirSync(join(root, ".dockopt-migrate/mail"));
  gitIn(root, "clone", "--quiet", web, "checkout");
  gitIn(
    join(root, "checkout"),
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@b",
    "am",
    "--quiet",
    join(root, ".dockopt-migrate/mail", mail),
  );
  expect(readFileSync(join(root, "checkout/Dockerfile"), "utf8")).toContain("RUN npm ci\nCOPY . .");
  expect(gitIn(web, "branch", "--list", BRANCH)).toBe("");
  await run(["apply", "--push", "--refresh"]);
  expect(gitIn(web, "log", "-1", "--format=%s", BRANCH)).toBe("Reuse cached layers in Dockerfile");
});

test("wrong usage is told before anything is done", async () => {
  for (const [args, message] of [
    [["plan"], "no repository named"],
    [["plan", "a", "--shard", "4/3"], "--shard 4/3: give part and number of parts"],
    [["plan", "a", "--concurrency", "no"], "--concurrency no: give a whole number"],
    [["apply", "--branch", "a..b"], "git takes no such name"],
    [["apply", "--author", "me"], "--author me: write it as"],
    [["plan", "a", "--state", "/dev/null/x"], "/dev/null/x: it cannot be written"],
    [["plan", "--list", "none.txt", "--state", "s"], "none.txt'. Check the paths of the sources"],
    [["aply"], "Did you mean apply?"],
    [["status"], "there is no ledger. Run dockopt migrate plan first"],
  ] as const) {
    const ran = await run(args);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain(message);
  }
  expect(existsSync(join(root, ".dockopt-migrate"))).toBe(false);
});
