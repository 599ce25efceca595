import { describe, expect, test } from "vitest";
import { Variables } from "../../src/facts/variables.js";
import { opaque, type Effects } from "../../src/facts/effects.js";
import { HOME_FILES } from "../../src/facts/environment-paths.js";
import { librariesOf, linksOf, throughLinks } from "../../src/facts/links.js";
import { readText } from "../../src/shell/parse.js";
import type { Command } from "../../src/shell/script.js";

const state = {
  env: Variables.of([["D", "/data"]]),
  args: Variables.of<string | undefined>(),
  cwd: "/w",
  user: "root",
  shell: undefined,
  image: "x",
};
const effects = (parts: Partial<Effects>): Effects => ({ ...opaque(""), opaque: undefined, ...parts });

function command(text: string): Command {
  const one = readText({ text, segments: [{ joined: 0, source: 0, length: text.length }] }, "shell").commands.at(-1);
  if (one === undefined) throw new Error("no command");
  return one;
}

const links = (text: string): string[] => linksOf(command(text), "/w", state).map(({ from, to }) => `${from} ${to}`);

describe("the links that a command makes", () => {
  test.each([
    ["ln -s /a /b", ["/b /a", "/b /a"]],
    ["ln --symbolic a /b/c", ["/b/c /b/c/a", "/b/c /b/a"]],
    ["ln -s ../a b", ["/w/b /w/a", "/w/b /a"]],
    ["ln -s /a", ["/w /a", "/w /a"]],
    ["ln -s /a /b /d", ["/d /a", "/d /a", "/d /b", "/d /b"]],
    ["ln -s -t /d /a", ["/d /a", "/d /a"]],
    ["ln -s --target-directory=/d /a", ["/d /a", "/d /a"]],
    ["ln -s -t $X /a", ["/ /a", "/ /a"]],
    ["ln -s $D/a $X", ["/ /data/a", "/ /data/a"]],
    ["ln -s $X /b", ["/b /", "/b /"]],
    ["ln /a b", ["/w/b /a", "/a /w/b"]],
    ["ln a /b", ["/b /w/a", "/w/a /b"]],
    ["ln -s $(which python3) /b", ["/b /usr/bin"]],
    ['ln -s "$(command -v node)" /b', ["/b /usr/bin"]],
    ["ln -s `which a.b-c` /b", ["/b /usr/bin"]],
    ["ln -s $(which a)x /b", ["/b /", "/b /"]],
    ["ln -s x$(which a) /b", ["/b /", "/b /"]],
    ["ln -s $(what a) /b", ["/b /", "/b /"]],
    ["cp -s /a /b", ["/b /a", "/b /a"]],
    ["cp --symbolic-link /a /b", ["/b /a", "/b /a"]],
    ["cp -l /a /b", ["/b /a", "/a /b"]],
    ["cp --link /a /b", ["/b /a", "/a /b"]],
    ["cp /a /b", []],
    ["update-alternatives --install /usr/bin/x x /y 1 --slave /m m /n", ["/usr/bin/x /y", "/m /n"]],
    ["update-alternatives --install /x", []],
    ["update-alternatives --set x /y", []],
    ["npm config set prefix /opt/npm", ["/root/.config /opt/npm"]],
    ["npm set prefix /opt/npm", ["/root/.config /opt/npm"]],
    ["pip config set a /b", ["/root/.config /b"]],
    ["pip3 config set a /b", ["/root/.config /b"]],
    ["npm install /opt/npm", []],
    ["npm configs /x", []],
    ["mynpm config set prefix /opt/npm", []],
    ["npmx config set prefix /opt/npm", []],
    ["touch config /x", []],
  ])("%s: %j", (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  test.each([
    "useradd -d /h app",
    "useradd --home=/h app",
    "adduser --home /h app",
    "usermod -d /h app",
    "adduser -h /h app",
    "useradd --home-dir /h app",
  ])("%s: tools look for their settings there", (text) => {
    if (text.includes("=")) expect(links(text)).toEqual([]);
    else expect(links(text)).toEqual(HOME_FILES.map((file) => `/home/user/${file} /h/${file}`));
  });
  test.each(["useradd app", "useradd -d h app", "useradd -m -s /bin/sh app", "useradd --homes /h app"])(
    "%s: nowhere else",
    (text) => {
      expect(links(text)).toEqual([]);
    },
  );

  test.each([
    ["echo /opt/lib", ["/etc/ld.so.conf.d/x.conf"], ["/opt/lib"]],
    ["echo /opt/a:/opt/b", ["/etc/ld.so.conf"], ["/opt/a", "/opt/b"]],
    ["cat x", ["/etc/ld.so.conf.d/x.conf"], ["/"]],
    ["echo /opt/lib", ["/etc/x"], []],
  ])("%s > %j names libraries in %j", (text, writes, to) => {
    expect(librariesOf(command(text), effects({ writes }))).toEqual(
      to.map((one) => ({ from: "/etc/ld.so.conf.d", to: one })),
    );
  });
});

describe("effects through links", () => {
  const through = (parts: Partial<Effects>, ...made: readonly (readonly [string, string])[]): Effects =>
    throughLinks(
      effects(parts),
      made.map(([from, to]) => ({ from, to })),
    );

  test("lead where the link leads, from it, below it and above it, and further", () => {
    const all = ["reads", "expects", "writes", "probes", "needs"] as const;
    for (const name of all) {
      expect(through({ [name]: ["/l/x"] }, ["/l", "/q"], ["/q", "/r"], ["/o", "/p"])[name]).toEqual([
        "/l/x",
        "/q",
        "/r",
      ]);
      expect(through({ [name]: ["/"] }, ["/l/m", "/q"])[name]).toEqual(["/", "/q"]);
      expect(through({ [name]: ["/k"] }, ["/l", "/q"])[name]).toEqual(["/k"]);
    }
    expect(through({ removes: ["/l"] }, ["/l", "/q"]).removes).toEqual(["/l"]);
  });

  test("with a merged /usr, two names are one", () => {
    expect(through({ reads: ["/bin/x"] }).reads).toEqual(["/bin/x", "/usr/bin/x"]);
    expect(through({ reads: ["/usr/lib/x"] }).reads).toEqual(["/usr/lib/x", "/lib/x"]);
    expect(through({ reads: ["/run"] }).reads).toEqual(["/run", "/var/run"]);
    expect(through({ reads: ["/binx"] }).reads).toEqual(["/binx"]);
  });

  test("what uses the system uses what its directories lead to", () => {
    const made = [
      ["/usr/bin/x", "/opt/x"],
      ["/app", "/q"],
    ] as const;
    expect(through({ system: "reads" }, ...made)).toMatchObject({ reads: ["/opt/x"], writes: [] });
    expect(through({ system: "writes" }, ...made)).toMatchObject({ reads: ["/opt/x"], writes: ["/opt/x"] });
    expect(through({ system: "none" }, ...made)).toMatchObject({ reads: [], writes: [] });
  });
});
