import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { createBucket, type Clock, type Rate } from "../../src/migrate/hosts/bucket.js";
import { createGithub } from "../../src/migrate/hosts/github.js";
import { createGitlab } from "../../src/migrate/hosts/gitlab.js";
import { HostError, type CodeHost, type PullRequest, type RepositoryFilter } from "../../src/migrate/hosts/host.js";
import { gitCredentials } from "../../src/migrate/hosts/secrets.js";
import { startFakeGithub } from "../migrate/fake-github.js";
import { startFakeGitlab } from "../migrate/fake-gitlab.js";
import type { FakeHost, FakeRepository } from "../migrate/fake-host.js";

const TOKEN = "secret-0123456789";
/** Milliseconds that a second lasts, for the hosts and for who waits for them. */
const SECOND = 10;
const FAST: Rate = { perHour: 1_000_000, perMinute: 1_000_000 };

const clock: Clock = {
  now: () => (performance.now() * 1000) / SECOND,
  sleep: (milliseconds, signal) => delay(Math.ceil((milliseconds * SECOND) / 1000), undefined, signal && { signal }),
};

const running: FakeHost[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((host) => host.close()));
});

interface Started {
  readonly fake: FakeHost;
  readonly host: CodeHost;
  readonly warnings: string[];
  readonly waits: number[];
}

interface Given {
  readonly token?: string | undefined;
  readonly rate?: Rate;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

async function started(kind: "github" | "gitlab", starting: Promise<FakeHost>, given: Given = {}): Promise<Started> {
  const fake = await starting;
  running.push(fake);
  const warnings: string[] = [];
  const waits: number[] = [];
  const { rate = FAST, ...rest } = given;
  const bucket = createBucket(rate, { clock, waiting: (seconds) => waits.push(seconds) });
  const create = kind === "github" ? createGithub : createGitlab;
  const host = create({ api: fake.api, token: TOKEN, bucket, warn: (message) => warnings.push(message), ...rest });
  return { fake, host, warnings, waits };
}

type GithubOptions = Partial<Parameters<typeof startFakeGithub>[0]>;
const github = (options: GithubOptions = {}, given?: Given): Promise<Started> =>
  started("github", startFakeGithub({ token: TOKEN, second: SECOND, ...listed(options), ...options }), given);

type GitlabOptions = Partial<Parameters<typeof startFakeGitlab>[0]>;
const gitlab = (options: GitlabOptions = {}, given?: Given): Promise<Started> =>
  started("gitlab", startFakeGitlab({ token: TOKEN, second: SECOND, ...listed(options), ...options }), given);

/** One repository, where there is no folder of them. */
const listed = ({ folder }: { folder?: string }): { repositories?: readonly FakeRepository[] } =>
  folder === undefined ? { repositories: [{ slug: "acme/web" }] } : {};

/** Not with the machine's own settings. */
async function git(cwd: string, env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
  const identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
  const settings = { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", HOME: cwd, GIT_TERMINAL_PROMPT: "0" };
  return (await promisify(execFile)("git", [...identity, ...args], { cwd, env: { ...settings, ...env } })).stdout;
}

const ALL: RepositoryFilter = { language: undefined, topic: undefined, archived: true, forks: true };
const WANTED: PullRequest = {
  branch: "dockopt/cache",
  base: "main",
  title: "Cache layers",
  body: "First line\n",
  draft: false,
  labels: [],
  reviewers: [],
};

async function slugs(host: CodeHost, owner: string, filter: Partial<RepositoryFilter> = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { url } of host.repositories(owner, { ...ALL, ...filter }))
    found.push(new URL(url).pathname.replace(/^\/|\.git$/g, ""));
  return found;
}

const failureOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HostError);
  return (error as HostError).message;
};

const MIXED: readonly FakeRepository[] = [
  { slug: "acme/go", language: "Go", topics: ["docker", "api"] },
  { slug: "acme/old", language: "Go", topics: ["docker"], archived: true },
  { slug: "acme/fork", language: "Go", fork: true },
  { slug: "acme/ruby", language: "Ruby" },
];

describe.each([
  ["github", github],
  ["gitlab", gitlab],
] as const)("%s", (kind, start) => {
  const pullsPath = kind === "github" ? /^POST .*\/pulls$/ : /^POST .*\/merge_requests$/;

  test("lists all pages", async () => {
    const repositories = Array.from({ length: 250 }, (_, at) => ({ slug: `acme/r${at}` }));
    const { fake, host } = await start({ repositories });
    expect(await slugs(host, "acme")).toEqual(repositories.map(({ slug }) => slug));
    expect(fake.requests()).toHaveLength(3);
  });

  test("filters", async () => {
    const { host } = await start({ repositories: MIXED });
    expect(await slugs(host, "acme", { archived: false, forks: false })).toEqual(["acme/go", "acme/ruby"]);
    expect(await slugs(host, "acme", { language: "go" })).toEqual(["acme/go", "acme/old", "acme/fork"]);
    expect(await slugs(host, "acme", { topic: "docker" })).toEqual(["acme/go", "acme/old"]);
  });

  test("opens, finds and updates the one pull request", async () => {
    const { fake, host, warnings } = await start();
    expect(await host.pullOf("acme/web", WANTED.branch)).toBeUndefined();
    const wanted = { ...WANTED, draft: true, labels: ["docker", "cache"], reviewers: ["ann"] };
    const reviewed = kind === "gitlab" ? await start({ collaborators: ["ann"] }) : { fake, host, warnings };
    const pull = await reviewed.host.open("acme/web", wanted);
    expect(pull).toMatchObject({ number: 1, state: "open", title: "Cache layers", body: "First line\n" });
    expect(pull.url).toMatch(/acme\/web\/(?:pull|-\/merge_requests)\/1$/);
    expect(reviewed.fake.pulls()).toMatchObject([{ draft: true, labels: ["docker", "cache"], reviewers: ["ann"] }]);
    await reviewed.host.update("acme/web", pull, { ...wanted, title: "Cache more", body: "Second" });
    expect(await reviewed.host.pullOf("acme/web", WANTED.branch)).toEqual({
      ...pull,
      title: "Cache more",
      body: "Second",
    });
    expect(reviewed.fake.pulls()).toMatchObject([{ draft: true, state: "open" }]);
    expect(reviewed.warnings).toEqual([]);
  });

  test("tells closed and merged ones, the newest first", async () => {
    const { fake, host } = await start();
    await host.open("acme/web", WANTED);
    Object.assign(fake.pulls()[0] ?? {}, { state: "merged" });
    expect((await host.pullOf("acme/web", WANTED.branch))?.state).toBe("merged");
    await host.open("acme/web", WANTED);
    Object.assign(fake.pulls()[1] ?? {}, { state: "closed" });
    expect(await host.pullOf("acme/web", WANTED.branch)).toMatchObject({ number: 2, state: "closed" });
  });

  test("a second one from the same branch is the first one", async () => {
    const { fake, host } = await start();
    const first = await host.open("acme/web", WANTED);
    expect(await host.open("acme/web", { ...WANTED, title: "Other" })).toEqual(first);
    expect(fake.pulls()).toHaveLength(1);
  });

  test("an answer that is lost opens no second one", async () => {
    const { fake, host } = await start();
    fake.fail({ how: "lost", requests: 1, on: pullsPath });
    expect(await host.open("acme/web", WANTED)).toMatchObject({ number: 1, state: "open" });
    expect(fake.pulls()).toHaveLength(1);
  });

  test.each(["502", "reset", "silent"] as const)("outlives an outage: %s", async (how) => {
    const { fake, host } = await start({}, { timeout: 150 });
    fake.fail({ how, requests: 3 });
    expect(await slugs(host, "acme")).toEqual(["acme/web"]);
    expect(fake.requests()).toHaveLength(4);
  });

  test("waits as long as a proxy asks it to, but not forever", async () => {
    const { fake, host, waits } = await start();
    fake.fail({ how: "429", requests: 4 });
    expect(await slugs(host, "acme")).toEqual(["acme/web"]);
    fake.fail({ how: "429", requests: 100 });
    expect(await failureOf(slugs(host, "acme"))).toMatch(/: 429 \(.*Too Many Requests\): run again later/);
    expect(fake.requests()).toHaveLength(10);
    expect(Math.min(...waits)).toBeGreaterThan(0);
  });

  test("an outage without end is an error that says so", async () => {
    const { fake, host, waits } = await start();
    fake.fail({ how: "502", requests: 100 });
    const message = await failureOf(slugs(host, "acme"));
    expect(message).toMatch(/(?:GitHub|GitLab): GET http:\S+acme\S+: 502 \(.*Bad Gateway.*\): run again later/);
    expect(fake.requests()).toHaveLength(5);
    expect([...new Set(waits)]).toEqual([1, 4, 9, 16]);
  });

  test("asked to wait, all requests wait, and then all is done", async () => {
    const limits = { writes: [{ requests: 3, seconds: 20 }], retryAfter: 25 };
    const { fake, host, waits } = await start({ limits });
    await Promise.all(["a", "b", "c", "d", "e"].map((branch) => host.open("acme/web", { ...WANTED, branch })));
    expect(
      fake
        .pulls()
        .map(({ branch }) => branch)
        .sort(),
    ).toEqual(["a", "b", "c", "d", "e"]);
    expect(fake.violations().filter((one) => one.includes("more than"))).toHaveLength(1);
    expect(Math.max(...waits)).toBeGreaterThan(15);
    expect(await slugs(host, "acme")).toEqual(["acme/web"]);
  });

  test("the bucket keeps within what the host allows", async () => {
    const limits = { writes: [{ requests: 3, seconds: 10 }] };
    const { fake, host } = await start({ limits }, { rate: { perHour: 1000, perMinute: 6 } });
    await Promise.all(Array.from({ length: 8 }, (_, at) => host.open("acme/web", { ...WANTED, branch: `b${at}` })));
    expect(fake.pulls()).toHaveLength(8);
    expect(fake.violations()).toEqual([]);
  });

  test("waits for the limit of all requests to end", async () => {
    const repositories = Array.from({ length: 450 }, (_, at) => ({ slug: `acme/r${at}` }));
    const { fake, host } = await start({ repositories, limits: { primary: { requests: 3, seconds: 20 } } });
    expect(await slugs(host, "acme")).toHaveLength(450);
    expect(fake.violations()).toHaveLength(1);
  });

  test("a wrong token is named by its variable, not by itself", async () => {
    const { host } = await start({}, { token: "wrong-987654321" });
    const message = await failureOf(host.open("acme/web", WANTED));
    expect(message).toMatch(kind === "github" ? /401 .*GH_TOKEN or GITHUB_TOKEN.*"repo"/ : /401 .*GITLAB_TOKEN.*"api"/);
    expect(message).not.toContain("wrong-987654321");
  });

  test("no token, and what is not there", async () => {
    const { host } = await start({}, { token: undefined });
    expect(await slugs(host, "acme")).toEqual(["acme/web"]);
    expect(await failureOf(host.open("acme/web", WANTED))).toMatch(/401 .*TOKEN has to hold/);
    expect(await failureOf(slugs(host, "nobody"))).toMatch(/404 .*it is not there, or private: then set/);
  });

  test("Ctrl-C ends a wait", async () => {
    const stop = new AbortController();
    const limits = { writes: [{ requests: 1, seconds: 60 }], retryAfter: 3000 };
    const { host } = await start({ limits }, { signal: stop.signal });
    await host.open("acme/web", WANTED);
    const waiting = host.open("acme/web", { ...WANTED, branch: "other" });
    const reason = new Error("stopped");
    setTimeout(() => {
      stop.abort(reason);
    }, 100);
    await expect(waiting).rejects.toBe(reason);
  });

  test("serves git: anyone clones, the token pushes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dockopt-hosts-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    mkdirSync(join(folder, "served/acme"), { recursive: true });
    await git(folder, {}, "init", "-q", "--bare", "-b", "main", "served/acme/web.git");
    await git(folder, {}, "init", "-q", "-b", "main", "work");
    writeFileSync(join(folder, "work/Dockerfile"), "FROM scratch\n");
    await git(join(folder, "work"), {}, "add", ".");
    await git(join(folder, "work"), {}, "commit", "-qm", "first");
    const { fake, host } = await start({ folder: join(folder, "served") });
    const settings = { github: fake.api, gitlab: fake.api };
    const url = fake.git("acme/web");
    const given = gitCredentials(url, settings, { github: TOKEN, gitlab: TOKEN });
    await expect(git(join(folder, "work"), {}, "push", "-q", url, "main")).rejects.toThrow();
    await git(join(folder, "work"), given, "push", "-q", url, "main", "main:dockopt/cache");
    await git(folder, {}, "clone", "-q", "--filter=blob:none", "--sparse", url, "clone");
    expect(await git(join(folder, "clone"), {}, "log", "--format=%s")).toBe("first\n");
    expect(await git(join(folder, "clone"), {}, "config", "--list")).not.toMatch(/extraheader/i);
    expect(await host.open("acme/web", WANTED)).toMatchObject({ number: 1 });
    expect(await failureOf(host.open("acme/web", { ...WANTED, branch: "none" }))).toMatch(/42?[02].*(?:invalid|exist)/);
    expect(await slugs(host, "acme")).toEqual(["acme/web"]);
  });
});

describe("GitHub alone", () => {
  test("lists a user where there is no organisation", async () => {
    const { host } = await github({ users: ["acme"] });
    expect(await slugs(host, "acme")).toEqual(["acme/web"]);
  });

  test("does not wait an hour for the few requests that are free", async () => {
    const { fake, host } = await github({ limits: { primary: { requests: 1, seconds: 3600 } } }, { token: undefined });
    await slugs(host, "acme");
    expect(await failureOf(slugs(host, "acme"))).toMatch(/403 .*the limit is low without a token: set GH_TOKEN/);
    expect(fake.requests()).toHaveLength(2);
  });

  test("what it does not take beside the pull request is a warning", async () => {
    const { fake, host, warnings } = await github({ collaborators: ["ann"], labels: ["docker"] });
    const pull = await host.open("acme/web", { ...WANTED, labels: ["x"], reviewers: ["ann", "bob"] });
    expect(fake.pulls()).toMatchObject([{ state: "open", reviewers: ["ann"], labels: [] }]);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain(`${pull.url}: no label x: GitHub: POST`);
    expect(warnings[1]).toContain(`${pull.url}: no review by bob: GitHub: POST`);
  });

  test("opens nothing ready where a draft was asked for and there are none", async () => {
    const { fake, host } = await github({ hasNoDrafts: true });
    expect(await failureOf(host.open("acme/web", { ...WANTED, draft: true }))).toMatch(/run again without --draft/);
    expect(fake.pulls()).toEqual([]);
  });
});

test("GitLab: groups within groups, and reviewers that it does not know or take", async () => {
  const { fake, host, warnings } = await gitlab({
    repositories: [{ slug: "acme/tools/web" }, { slug: "acme/web" }],
    collaborators: ["ann"],
    users: ["guest"],
  });
  expect(await slugs(host, "acme")).toEqual(["acme/tools/web", "acme/web"]);
  await host.open("acme/tools/web", { ...WANTED, reviewers: ["ann", "guest", "nobody"] });
  expect(fake.pulls()).toMatchObject([{ slug: "acme/tools/web", reviewers: ["ann"] }]);
  expect(warnings.map((one) => one.replace(/^\S+: /, ""))).toEqual([
    "no review by nobody: GitLab knows no such user",
    "GitLab has not taken all reviewers",
  ]);
});
