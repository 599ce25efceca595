import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gitBase, hostOf, PUBLIC_HOSTS } from "../../src/migrate/hosts/origins.js";
import { gitCredentials, redactor, tokensFrom } from "../../src/migrate/hosts/secrets.js";

const TOKENS = { github: "ghp_0123456789abcdefghij", gitlab: "glpat-zyxwvutsrqponm" };
const ENTERPRISE = { github: "https://ghe.example/api/v3", gitlab: "https://code.example:8443/gitlab/api/v4" };

test("tokens come from the environment, the variable of GitHub's command line first", () => {
  expect(tokensFrom({ GITHUB_TOKEN: "a", GH_TOKEN: "b\n", GITLAB_TOKEN: "" })).toEqual({
    github: "b",
    gitlab: undefined,
  });
  expect(tokensFrom({ GITHUB_TOKEN: "a", GH_TOKEN: " " }).github).toBe("a");
});

test("no text shows a token, wherever and in whatever form it stands", () => {
  const token = fc.stringMatching(/^[\w+/=%.~-]{8,40}$/);
  const forms: readonly ((token: string) => string)[] = [
    (one) => one,
    (one) => Buffer.from(`x-access-token:${one}`).toString("base64"),
    (one) => `https://x-access-token:${one}@github.com/acme/web.git`,
    (one) => `https://${encodeURIComponent(one)}@github.com/acme/web.git`,
    (one) => `Authorization: Basic ${Buffer.from(`anyone:${one}`).toString("base64")}`,
  ];
  fc.assert(
    fc.property(
      token,
      token,
      fc.string(),
      fc.array(fc.tuple(fc.nat(forms.length - 1), fc.string())),
      (github, gitlab, head, parts) => {
        const text = parts.reduce(
          (rest, [form, between]) => rest + (forms[form]?.(github) ?? "") + between + gitlab,
          head,
        );
        const shown = redactor({ github, gitlab })(text);
        for (const one of [github, gitlab, ...forms.slice(1, 2).map((form) => form(github))])
          expect(shown).not.toContain(one);
        expect(shown).not.toContain(Buffer.from(`anyone:${github}`).toString("base64"));
      },
    ),
  );
});

test("credentials in URLs go, whoever's they are, and the rest of the text stays", () => {
  const hide = redactor({ github: undefined, gitlab: undefined });
  expect(hide("fatal: 'https://me:p@ss@host.example/a/b' and https://tok@host/a, ssh://git:pw@host/a")).toBe(
    "fatal: 'https://host.example/a/b' and https://host/a, ssh://git@host/a",
  );
  const plain = "git@github.com:acme/web.git https://github.com/@scope/a?x=@y mail me@example.com";
  expect(hide(plain)).toBe(plain);
});

test.each([
  ["https://github.com/acme/web", "github", "acme/web"],
  ["https://user:secret@GitHub.com/acme/web.git/", "github", "acme/web"],
  ["git@github.com:acme/web.git", "github", "acme/web"],
  ["ssh://git@github.com:22/acme/web.git", "github", "acme/web"],
  ["https://gitlab.com/acme/tools/ci/web.git", "gitlab", "acme/tools/ci/web"],
  ["git@gitlab.com:acme/tools/web.git", "gitlab", "acme/tools/web"],
])("%s is on %s", (url, kind, slug) => {
  expect(hostOf(url, PUBLIC_HOSTS)).toEqual({ kind, slug });
  expect(hostOf(url, ENTERPRISE)).toBeUndefined();
});

test("hosts of one's own are known by their API", () => {
  expect(hostOf("https://ghe.example/acme/web.git", ENTERPRISE)).toEqual({ kind: "github", slug: "acme/web" });
  expect(hostOf("https://code.example:8443/gitlab/acme/web", ENTERPRISE)).toEqual({ kind: "gitlab", slug: "acme/web" });
  expect(hostOf("git@code.example:acme/web", ENTERPRISE)).toEqual({ kind: "gitlab", slug: "acme/web" });
  expect(gitBase("github", { ...ENTERPRISE, github: "https://api.acme.ghe.com" }).href).toBe("https://acme.ghe.com/");
  expect(gitBase("github", { ...ENTERPRISE, github: "http://127.0.0.1:99/api/v3" }).href).toBe("http://127.0.0.1:99/");
});

test.each([
  "https://github.com/acme",
  "https://github.com/acme/web/tree/main",
  "https://github.com/acme/..",
  "https://github.com.evil.example/acme/web",
  "https://evil.example/github.com/acme/web",
  "file:///srv/acme/web",
  "../acme/web",
  "ext::sh -c touch% x",
])("%s is on none", (url) => {
  expect(hostOf(url, PUBLIC_HOSTS)).toBeUndefined();
});

test("git is given the token for its origin only, and it is the one header", () => {
  const env = gitCredentials("https://github.com/acme/web", PUBLIC_HOSTS, TOKENS);
  const header = (url: string): string[] => {
    const settings = { ...env, PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", HOME: "/nonexistent" };
    try {
      return execFileSync("git", ["config", "--get-urlmatch", "http.extraHeader", url], {
        env: settings,
        encoding: "utf8",
      })
        .trim()
        .split("\n");
    } catch {
      return [];
    }
  };
  expect(header("https://github.com/acme/other")).toEqual([
    `Authorization: Basic ${Buffer.from(`x-access-token:${TOKENS.github}`).toString("base64")}`,
  ]);
  for (const other of [
    "http://github.com/a/b",
    "https://github.com:8443/a/b",
    "https://gist.github.com/a/b",
    "https://github.com.evil.example/a",
  ])
    expect(header(other)).toEqual([]);
});

test.each([
  ["ssh", "git@github.com:acme/web.git"],
  ["in the clear", "http://github.com/acme/web"],
  ["another host", "https://evil.example/acme/web"],
  ["another port", "https://github.com:8443/acme/web"],
])("git is given nothing: %s", (_, url) => {
  expect(gitCredentials(url, PUBLIC_HOSTS, TOKENS)).toEqual({});
});

test("http carries the token on loopback only", () => {
  const on = (host: string): number =>
    Object.keys(gitCredentials(`http://${host}/a/b`, { ...PUBLIC_HOSTS, github: `http://${host}/api/v3` }, TOKENS))
      .length;
  expect(on("127.0.0.1:3000")).toBeGreaterThan(0);
  expect(on("127.0.0.1.evil.example")).toBe(0);
  expect(on("ghe.example")).toBe(0);
});
