import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { joinEffects, needsDirectory, opaque, shorten, touched, type Effects } from "../../src/facts/effects.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";
import { told } from "./told.js";

function effectsOf(run: string, before = ""): Effects {
  const result = parse(`FROM debian\nWORKDIR /app\n${before}COPY . .\nRUN ${run}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const facts = createFacts(
    result.document,
    contextFromList([
      { path: "package.json", text: "{}" },
      { path: "package-lock.json", text: '{"lockfileVersion":3,"packages":{"":{}}}' },
    ]),
  );
  const last = result.document.instructions.at(-1);
  if (last?.kind !== "RUN") throw new Error("RUN");
  return facts.effects(last);
}

/** "reads a, b; writes c; system writes" */
function describeEffects({ reads, writes, system, opaque }: Effects): string {
  if (opaque !== undefined) return "opaque";
  const list = (word: string, paths: readonly string[]): string[] =>
    paths.length === 0 ? [] : [`${word} ${[...new Set(paths)].join(" ")}`];
  return [...list("r", reads), ...list("w", writes), ...(system === "none" ? [] : [`system ${system}`])].join("; ");
}

describe("what a command reads and writes", () => {
  test.each([
    ["cat a /b", "r /app/a /b"],
    ["cp a b /c/", "r /app/a /app/b; w /c"],
    ["cp -t /d a b", "r /app/a /app/b; w /d"],
    ["mv a /b", "r /app/a /b; w /app/a /b"],
    ["rm -rf /x y", "r /x /app/y; w /x /app/y"],
    ["mkdir -p -m 700 /x", "r /x; w /x"],
    ["ln -s /a /b", "w /b /a"],
    ["ln a /b", "r /app/a /b; w /b /app/a"],
    ["chmod 755 /x", "r /x; w /x"],
    ["chown -R app:app /x", "r /x; w /x; system reads"],
    ["chown 1000:1000 /x", "r /x; w /x"],
    ["install -d /x /y", "w /x /y"],
    ["install -m 755 a /usr/bin/a", "r /app/a; w /usr/bin/a /bin/a"],
    ["echo hi > /x", "w /x"],
    ["echo hi >> x 2>&1", "w /app/x"],
    ["echo *", "r /app"],
    ["cat < /in > /out", "r /in; w /out"],
    ["tee /x", "r /x; w /x"],
    ["tar xzf a.tgz -C /opt", "r /app/a.tgz; w /opt; system reads"],
    ["tar xzfC a.tgz /opt", "r /app/a.tgz; w /opt; system reads"],
    ["tar -xzf /a.tgz", "r /a.tgz; w /app; system reads"],
    ["tar --extract --file=/a.tgz --directory=/opt", "r /a.tgz; w /opt; system reads"],
    ["tar czf /a.tgz src", "r /app/src /app; w /a.tgz; system reads"],
    ["unzip -q a.zip -d /opt", "r /app/a.zip; w /opt; system reads"],
    ["sed -i s/a/b/ /etc/x", "r /etc/x; w /etc/x"],
    ["sed s/a/b/ /etc/x", "r /etc/x"],
    ["sed -n 'w /tmp/x' f", "opaque"],
    ["grep -q x /etc/passwd", "r /etc/passwd"],
    ["find /x -name '*.pyc' -delete", "r /x; w /x"],
    ["find /x -type f -exec rm {} +", "r /x; w /x"],
    ["find . -exec sh -c x \\;", "opaque"],
    ["find . | xargs rm", "opaque"],
    ["[ -f /x ] && true", "r /x"],
    ["curl -fsSL -o /x https://e", "w /x; system reads"],
    ["curl -fsSLo /x https://e", "w /x; system reads"],
    ["curl -O https://e/f", "w /app; system reads"],
    ["curl https://e | sh", "opaque"],
    ["wget -q https://e/f", "w /app; system reads"],
    ["wget -qO /x https://e/f", "w /x; system reads"],
    ["wget -O- https://e/f", "system reads"],
    ["git clone --depth 1 https://e/x.git", "w /app/x; system reads"],
    ["git clone https://e/x.git /opt/y", "w /opt/y; system reads"],
    ["git rev-parse HEAD", "opaque"],
    ["apt-get update && apt-get install -y git", "system writes"],
    ["apt-get install -y ./x.deb", "r /app/x.deb; w /app/x.deb; system writes"],
    ["apk add --no-cache git", "system writes"],
    ["dnf install -y git", "system writes"],
    ["useradd -m -r app", "w /home/app /etc/passwd /etc/group; system writes"],
    ["adduser -D app", "w /home/app /etc/passwd /etc/group; system writes"],
    ["locale-gen en_US.UTF-8", "system writes"],
    ["update-ca-certificates", "system writes"],
    ["pip install --upgrade pip", "system writes"],
    ["pip install -i https://e/simple flask", "system writes"],
    ["pip install ./x", "opaque"],
    ["pip install -e /x", "opaque"],
    ["python -m pip install poetry==1.8", "system writes"],
    ["poetry config virtualenvs.create false", "system writes"],
    ["poetry config --local x y", "opaque"],
    ["npm install -g pnpm@9", "system writes"],
    ["composer config -g github-oauth.github.com x", "w /root/.composer /root/.config /root/.cache; system writes"],
    ["composer config github-oauth.github.com x", "opaque"],
    ["composer require x/y", "opaque"],
    ["php -- --install-dir=/usr/local/bin --filename=composer", "w /usr/local/bin /root/.composer; system writes"],
    ["php -- --filename=composer", "w /app /root/.composer; system writes"],
    ["php -- x.php", "opaque"],
    ["npm config set registry https://e", "w /root/.npmrc; system writes"],
    ["corepack enable", "system writes"],
    ["corepack install", "opaque"],
    ["gem install bundler -v 2", "system writes"],
    ["go install example.com/x@latest", "w /go/bin /go/pkg /root/go; system writes"],
    ["go install ./...", "opaque"],
    [
      "cargo install --locked cargo-chef",
      "r /app/rust-toolchain /app/rust-toolchain.toml /app/.cargo; w /root/.cargo /root/.rustup /usr/local/cargo /usr/local/rustup; system writes",
    ],
    ["cargo install --path .", "opaque"],
    [
      "cargo +nightly install x",
      "r /app/rust-toolchain /app/rust-toolchain.toml /app/.cargo; w /root/.cargo /root/.rustup /usr/local/cargo /usr/local/rustup; system writes",
    ],
    [
      "cargo clean --release",
      "r /app /app/rust-toolchain /app/rust-toolchain.toml /app/.cargo; w /app/target; system writes",
    ],
    ["cargo clean --target-dir /x", "opaque"],
    [
      "cargo chef prepare --recipe-path /r.json",
      "r /app /app/rust-toolchain /app/rust-toolchain.toml /app/.cargo; w /r.json; system writes",
    ],
    ["cargo chef cook", "opaque"],
    ["cargo build", "opaque"],
    ["make", "opaque"],
    ["./configure", "opaque"],
    ["sh -c 'true'", "opaque"],
    ["$X", "opaque"],
    ["cat $FILE", "opaque"],
    ["env", "opaque"],
  ])("%s: %s", (run, expected) => {
    expect(describeEffects(effectsOf(run))).toBe(expected);
  });

  test("cd needs its directory", () => {
    expect(effectsOf("cd /x && apt-get update").needs).toEqual(["/x"]);
  });

  test("ENV and ARG are expanded; a path through a link counts twice", () => {
    expect(effectsOf("touch $D/x", "ENV D=/data\n").writes).toEqual(["/data/x"]);
    expect(effectsOf("touch /data/x", "RUN ln -s /var/data /data\n").writes).toEqual(["/data/x", "/var/data"]);
    expect(effectsOf("pip install x", "ENV PATH=/opt/venv/bin:$PATH\n").writes).toContain("/opt/venv");
  });

  test("an install needs its directory, and looks at the environment; nothing that it reads is told by the command", () => {
    expect(effectsOf("npm ci")).toMatchObject({
      expects: [],
      removes: [],
      needs: ["/app"],
      environment: true,
      relative: true,
    });
    expect(effectsOf("npm install").reads).toContain("/app/package-lock.json");
    expect(effectsOf("npm run build").opaque).toBe("`npm run build` may read or write anything");
  });

  test("an install reads its closure and writes what it makes", () => {
    const effects = effectsOf("npm ci");
    expect(effects.reads).toEqual(expect.arrayContaining(["/app/package.json", "/app/package-lock.json"]));
    expect(effects.probes).toContain("/app/.npmrc");
    expect(effects.writes).toEqual(["/app/node_modules"]);
    expect(effects).toMatchObject({ system: "writes", opaque: undefined });
  });
});

describe("what the environment says", () => {
  test.each([
    [{ PATH: "/opt/venv/bin:/usr/bin:/bin" }, "pip install x", "reads /opt/venv /opt/venv/bin/pip /opt/venv/bin/node"],
    [{ VIRTUAL_ENV: "/v" }, "pip install x", "reads /v; expects nothing; writes /v; system writes; environment"],
    [{ NPM_CONFIG_PREFIX: "/p" }, "npm i -g x", "reads /p; expects nothing; writes /p; system writes; environment"],
    [{ npm_config_prefix: "/p" }, "npm i -g x", "reads /p; expects nothing; writes /p; system writes; environment"],
    [{ VIRTUAL_ENV: "/v" }, "which pip", "reads /v; expects nothing; system reads"],
    [{ VIRTUAL_ENV: "/v" }, "touch /x", "reads /x; expects nothing; writes /x; needs /"],
    [{ PIP_FIND_LINKS: "/w" }, "pip install x", "reads /w; expects nothing; writes /w; system writes; environment"],
    [{ PIP_FIND_LINKS: "/w" }, "which pip", "system reads"],
    [{}, "cat ~/x", "reads /root/x"],
    [{ HOME: "/h" }, "cat ~", "reads /h"],
    [{ A: "${ARG A}" }, "cat $A/x", "reads /${ARG A}/x; relative"],
    [{ A: "${ARG A}" }, "cat $A/*.js", "reads /${ARG A}; relative"],
    [{ A: "a" }, "cat $A*", "reads /app; relative"],
    [{ A: "/a" }, "cat \\$A", "reads /app/$A; relative"],
    [{ A: "/a" }, "cat `x`", "not known"],
    [{}, "$A", "opaque"],
    [{}, "$A B=1", "opaque"],
    [{}, "A=1 $B", "opaque"],
    [
      {},
      "/opt/bin/tool.pip/pip install x",
      "reads /opt/bin/tool.pip; expects nothing; writes /opt/bin/tool.pip; system writes; environment",
    ],
    [{}, "/opt/sbin/ldconfig", "reads /opt; expects nothing; writes /opt; system writes; environment"],
    [{}, "sudo -E touch /x", "reads /x; expects nothing; writes /x; needs /"],
    [{}, "cat -x /a- < /b", "reads /a- /b"],
    [{}, "cat 2>x1 >1x", "writes /app/x1 /app/1x; needs /app; relative"],
    [{}, "cat > /dev/nullx > /x/dev/null", "writes /dev/nullx /x/dev/null; needs /dev /x/dev"],
    [{}, "cat > /dev/fd/x", "writes /dev/fd/x; needs /dev/fd"],
    [{}, "cat > $X > /dev/null", "not known"],
    [{}, "cat > x- > -x", "writes /app/x- /app/-x; needs /app; relative"],
    [{}, "cat 12>&3 >&12 <&-", ""],
    [{}, "cd -", "needs /; relative"],
    [{}, "cd x-", "needs /app/x-; relative"],
    [{}, "cd $X", "needs /; relative"],
  ] as [Record<string, string>, string, string][])("%j, %s: %s", (env, command, expected) => {
    const found = told(command, env);
    if (env["PATH"] === undefined) expect(found).toBe(expected);
    else expect(found.startsWith(expected)).toBe(true);
  });

  test("directories of tools that PATH names, but for the system's", () => {
    const reads = (path: string): readonly string[] =>
      (told("ldconfig", { PATH: path }).split("; ")[0] ?? "").split(" ").filter((one) => /^\/[^/]+(?:\/x)?$/.test(one));
    expect(reads("/a/bin:/b/sbin:/c/bin/:/d:/usr/local/bin:/sbin:bin")).toEqual(["/a", "/b", "/c", "/d"]);
    expect(told("ldconfig", { PATH: "/bin" })).toBe("system writes; environment");
  });

  test("of another user, the home is not known", () => {
    expect(told("cat ~/x", {}, "app")).toBe("not known");
    expect(told("npm config set a b", {}, "app")).toBe("writes /home; needs /; system writes; environment");
  });
});

test("does the directory matter to a RUN?", () => {
  const known: Effects = { ...opaque(""), opaque: undefined };
  const asked = (text: string, flags: readonly string[] = [], effects = known): boolean =>
    needsDirectory(effects, text, flags);
  expect(asked("x")).toBe(false);
  expect(asked("x", [], opaque("y"))).toBe(true);
  expect(asked("x", [], { ...known, relative: true })).toBe(true);
  expect([asked("echo $PWD"), asked("pwd"), asked("spwd PWDX")]).toEqual([true, true, false]);
  expect(
    ["target=c", "dst=c", "destination=c", "target=/c", "mytarget=c"].map((one) =>
      asked("x", [`--mount=type=cache,${one}`]),
    ),
  ).toEqual([true, true, true, false, false]);
});

test("effects of several commands are those of all", () => {
  const known: Effects = { ...opaque(""), opaque: undefined };
  const one: Effects = {
    ...known,
    reads: ["/r"],
    expects: ["/e"],
    writes: ["/w"],
    removes: ["/m"],
    probes: ["/p"],
    needs: ["/n"],
    system: "reads",
    environment: true,
  };
  const other: Effects = { ...known, reads: ["/r2"], system: "writes", relative: true };
  expect(joinEffects([one, other])).toEqual({
    reads: ["/r", "/r2"],
    expects: ["/e"],
    writes: ["/w"],
    removes: ["/m"],
    probes: ["/p"],
    needs: ["/n"],
    system: "writes",
    environment: true,
    relative: true,
    opaque: undefined,
  });
  expect(joinEffects([])).toEqual(known);
  expect(joinEffects([known, opaque("x"), opaque("y")]).opaque).toBe("x");
  expect(touched(one)).toEqual(["/r", "/p", "/w"]);
});

test("long texts are shortened, blanks joined", () => {
  expect(shorten("  a \n\t b  ")).toBe("a b");
  expect(shorten("x".repeat(60))).toBe("x".repeat(60));
  expect(shorten("x".repeat(61))).toBe(`${"x".repeat(59)}…`);
  expect(shorten("abcd", 3)).toBe("ab…");
});

test("reasons name the command, and the path that is not known", () => {
  expect(effectsOf("make x").opaque).toBe("`make x` may read or write anything");
  expect(effectsOf("cat $FILE").opaque).toBe("`cat $FILE` touches a path that is not known, `$FILE`");
});
