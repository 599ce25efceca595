import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { lockInStep } from "../../src/ecosystems/cargo-lock.js";
import { builtBinaries, cargoTarget } from "../../src/ecosystems/cargo-outputs.js";
import { readProject } from "../../src/ecosystems/cargo-project.js";
import { createFacts, type CommandFact } from "../../src/facts/facts.js";
import type { Context } from "../../src/context/context.js";
import { parse } from "../../src/syntax/parse.js";

type Files = Readonly<Record<string, string>>;

/** The last command of a Dockerfile that copies the files to /app. */
function lastCommand(run: string, files: Files, before = ""): { fact: CommandFact; context: Context } {
  const context = contextFromList(
    Object.entries(files).map(([path, text]) => ({ path, executable: false, text: () => text })),
    "test",
  );
  const result = parse(`FROM rust:1\n${before}WORKDIR /app\nCOPY . .\nRUN ${run}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const facts = createFacts(result.document, context);
  const runs = result.document.instructions.flatMap((one) => (one.kind === "RUN" ? [one] : []));
  const fact = runs.flatMap((one) => facts.commands(one)).at(-1);
  if (fact === undefined) throw new RangeError("no command");
  return { fact, context };
}

function binaries(run: string, files: Files, before?: string): string | undefined {
  const { fact, context } = lastCommand(run, files, before);
  return builtBinaries(fact.command, fact.site, context)?.join(" ");
}

function target(run: string, files: Files, before?: string): string | undefined {
  const { fact, context } = lastCommand(run, files, before);
  return cargoTarget(fact.command, fact.site, context);
}

const named = (name: string, more = ""): string =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${more}`;

/** Two binaries and one behind a feature at the root, a library with one, a member. What cargo 1.95 made of it is what the test expects. */
const WORKSPACE: Files = {
  "Cargo.toml":
    named("root", 'default-run = "two"\n[dependencies]\nk = { path = "k" }\n') +
    '[workspace]\nmembers = ["d"]\n[[bin]]\nname = "feat"\npath = "src/feat.rs"\nrequired-features = ["ff"]\n',
  "src/main.rs": "",
  "src/bin/two.rs": "",
  "src/feat.rs": "",
  "k/Cargo.toml": named("k"),
  "k/src/lib.rs": "",
  "k/src/main.rs": "",
  "d/Cargo.toml": named("d"),
  "d/src/main.rs": "",
};
const PLAIN: Files = {
  ...WORKSPACE,
  "Cargo.toml": named("root", '[dependencies]\nk = { path = "k" }\n[workspace]\nmembers = ["d"]\n'),
};
const VIRTUAL: Files = {
  "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n',
  "a/Cargo.toml": named("a"),
  "a/src/main.rs": "",
  "b/Cargo.toml": named("b"),
  "b/src/main.rs": "",
};

describe("the binaries that a build leaves", () => {
  test.each([
    ["cargo build", PLAIN, "/app/target/debug/root /app/target/debug/two"],
    ["cargo b -r", PLAIN, "/app/target/release/root /app/target/release/two"],
    [
      "cargo build --workspace",
      PLAIN,
      "/app/target/debug/root /app/target/debug/two /app/target/debug/k /app/target/debug/d",
    ],
    ["cargo build --workspace --exclude d", PLAIN, "/app/target/debug/root /app/target/debug/two /app/target/debug/k"],
    ["cargo build -p d -p k", PLAIN, "/app/target/debug/d /app/target/debug/k"],
    ["cargo build -p nobody", PLAIN, undefined],
    ["cargo build -p 'd@0.1.0'", PLAIN, undefined],
    ["cargo build --bin two", WORKSPACE, "/app/target/debug/two"],
    ["cargo build --bin feat --features ff", WORKSPACE, "/app/target/debug/feat"],
    ["cargo build", WORKSPACE, undefined],
    ["cargo build --bin $NAME", WORKSPACE, undefined],
    ["cargo build --bin 't*'", WORKSPACE, undefined],
    ["cargo build --lib", WORKSPACE, ""],
    ["cargo build --all-targets", PLAIN, undefined],
    ["cargo run", { ...PLAIN, "Cargo.toml": named("root", 'default-run = "two"\n') }, "/app/target/debug/two"],
    ["cargo run", PLAIN, undefined],
    ["cargo run -p d -- --bin x", PLAIN, "/app/target/debug/d"],
    ["cd k && cargo build", PLAIN, "/app/target/debug/k"],
    ["cd k/src && cargo build", PLAIN, "/app/target/debug/k"],
    ["cargo build --manifest-path d/Cargo.toml", PLAIN, "/app/target/debug/d"],
    ["cargo build --profile dev", VIRTUAL, "/app/target/debug/a /app/target/debug/b"],
    ["cargo build --profile bench -p a", VIRTUAL, "/app/target/release/a"],
    ["cargo build --profile=dist -p a", VIRTUAL, "/app/target/dist/a"],
    ["cargo build --profile $PROFILE -p a", VIRTUAL, undefined],
    ["cargo build --target x86_64-pc-windows-gnu -p a", VIRTUAL, "/app/target/x86_64-pc-windows-gnu/debug/a.exe"],
    [
      "cargo build -p a --target wasm32-wasip1 --target aarch64-unknown-linux-musl",
      VIRTUAL,
      "/app/target/wasm32-wasip1/debug/a.wasm /app/target/aarch64-unknown-linux-musl/debug/a",
    ],
    ["cargo build -p a --target $TRIPLE", VIRTUAL, undefined],
    ["cargo build -p a --target ./x-y.json", VIRTUAL, undefined],
    ["cargo build -p a --target host-tuple", VIRTUAL, undefined],
    ["cargo build -p a --config build.target-dir=1", VIRTUAL, undefined],
    ["cargo test", VIRTUAL, undefined],
    ["cargo check", VIRTUAL, ""],
    ["cargo install --path a", VIRTUAL, ""],
    ["make", VIRTUAL, undefined],
    ["cargo build", { "Cargo.toml": named("x"), "src/lib.rs": "" }, ""],
    [
      "cargo build",
      { ...VIRTUAL, "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\ndefault-members = ["b"]\n' },
      "/app/target/debug/b",
    ],
    ["cargo build", { "src/main.rs": "" }, undefined],
  ])("%s (%#)", (run, files: Files, expected) => {
    expect(binaries(run, files)).toBe(expected);
  });

  const multi: Files = {
    "src/main.rs": "",
    "src/lib.rs": "",
    "src/bin/one-x.rs": "",
    "src/bin/multi/main.rs": "",
    "src/bin/notes.txt": "",
  };
  test.each([
    [named("my-app"), "my-app multi one-x"],
    [named("my-app", '[[bin]]\nname = "sonic"\npath = "src/main.rs"\n'), "sonic multi one-x"],
    [named("my-app", '[[bin]]\nname = "sonic"\npath = "./src/main.rs"\n'), "sonic multi one-x"],
    [named("my-app", '[[bin]]\nname = "one-x"\n'), "one-x my-app multi"],
    [named("my-app", 'autobins = false\n[[bin]]\nname = "my-app"\npath = "src/main.rs"\n'), "my-app"],
    ['[package]\nname = "my-app"\n[[bin]]\nname = "sonic"\npath = "src/main.rs"\n', "sonic"],
    ['[package]\nname = "my-app"\n[lib]\npath = "src/lib.rs"\n', "my-app multi one-x"],
  ])("that the manifest names or not: %j", (manifest, expected) => {
    const found = binaries("cargo build", { ...multi, "Cargo.toml": manifest });
    expect(found?.replaceAll("/app/target/debug/", "")).toBe(expected);
  });

  test("for the platform that the configuration or a variable names", () => {
    const files = { ...VIRTUAL, ".cargo/config.toml": '[build]\ntarget = ["x86_64-unknown-linux-musl"]\n' };
    expect(binaries("cargo build -p a", files)).toBe("/app/target/x86_64-unknown-linux-musl/debug/a");
    expect(binaries("cargo build -p a", files, "ENV CARGO_BUILD_TARGET=a-b-c\n")).toBe("/app/target/a-b-c/debug/a");
  });
});

describe("the target directory", () => {
  const configured = (path: string): Files => ({ ...VIRTUAL, [path]: '[build]\ntarget-dir = "o"\n' });
  test.each([
    ["cargo build", VIRTUAL, "", "/app/target"],
    ["cd a && cargo build", VIRTUAL, "", "/app/target"],
    ["cd a && cargo build", configured(".cargo/config.toml"), "", "/app/o"],
    ["cd a && cargo build", configured("a/.cargo/config"), "", "/app/a/o"],
    ["cargo build -p a", configured("a/.cargo/config.toml"), "", "/app/target"],
    ["cargo install --path a", configured("a/.cargo/config.toml"), "", "/app/a/o"],
    ["cd a && CARGO_TARGET_DIR=o cargo build", VIRTUAL, "", "/app/a/o"],
    ["CARGO_TARGET_DIR=x CARGO_BUILD_TARGET_DIR=o cargo build", VIRTUAL, "", "/app/x"],
    ["cargo build --target-dir out", VIRTUAL, "ENV CARGO_TARGET_DIR=/x\n", "/app/out"],
    ["cargo build --target-dir=../out", VIRTUAL, "", "/out"],
    ["cargo build --target-dir $OUT", VIRTUAL, "", undefined],
    ["cargo build", VIRTUAL, "ARG DIR\nENV CARGO_TARGET_DIR=/x/$DIR\n", undefined],
    ["cargo build", VIRTUAL, "ENV CARGO_BUILD_BUILD_DIR=/x\n", undefined],
    ["cargo build --config build.x=1", VIRTUAL, "", undefined],
    ["cargo build", { ...VIRTUAL, ".cargo/config": "[build\n" }, "", undefined],
  ])("%s (%#)", (run, files: Files, before, expected) => {
    expect(target(run, files, before)).toBe(expected);
  });
});

describe("a lockfile in step", () => {
  const entry = (
    name: string,
    version: string,
    more = "",
    source = "registry+https://github.com/rust-lang/crates.io-index",
  ): string =>
    `[[package]]\nname = "${name}"\nversion = "${version}"\n${source === "" ? "" : `source = "${source}"\n`}${more}\n`;
  const own = (...dependencies: readonly string[]): string =>
    entry("app", "0.1.0", dependencies.length === 0 ? "" : `dependencies = ${JSON.stringify(dependencies)}\n`, "");
  const GIT = "git+https://e/x?branch=main#0123";
  test.each([
    ['serde = "1"', own("serde") + entry("serde", "1.0.203"), true],
    ['serde = "1.0.210"', own("serde") + entry("serde", "1.0.203"), false],
    ['serde = "=1.0.203"', own("serde") + entry("serde", "1.0.203"), true],
    ['serde = ">=0.9, <2"', own("serde") + entry("serde", "1.0.203"), true],
    ['serde = "1.*"', own("serde") + entry("serde", "1.0.203"), true],
    ['serde = "0.9"', own("serde") + entry("serde", "1.0.203"), false],
    ['serde = "1"', own(), false],
    ["", own("serde") + entry("serde", "1.0.203"), false],
    ['s = { package = "serde", version = "1" }', own("serde") + entry("serde", "1.0.203"), true],
    [
      'r7 = { package = "rand", version = "0.7" }\nrand = "0.8"',
      own("rand 0.7.3", "rand 0.8.5") + entry("rand", "0.7.3") + entry("rand", "0.8.5"),
      true,
    ],
    ['rand = "0.8"', own("rand 0.7.3") + entry("rand", "0.7.3") + entry("rand", "0.8.5"), false],
    ['x = { git = "https://e/x", branch = "main" }', own("x") + entry("x", "1.0.0", "", GIT), true],
    ['x = { git = "https://e/x", branch = "next" }', own("x") + entry("x", "1.0.0", "", GIT), false],
    ['x = { git = "https://e/x" }', own("x") + entry("x", "1.0.0", "", GIT), false],
    ['x = "1"', own("x") + entry("x", "1.0.0", "", GIT), false],
    ['lib = { path = "lib" }', own("lib") + entry("lib", "0.1.0", "", ""), true],
    ['lib = { path = "lib" }', own("lib"), false],
    ['serde = "1"', entry("app", "0.2.0", 'dependencies = ["serde"]\n', "") + entry("serde", "1.0.203"), false],
    ['serde = "1"\n[patch.crates-io]\nserde = { path = "lib" }', own("serde") + entry("serde", "1.0.203"), false],
  ])("%j %#", (dependencies, lock, expected) => {
    const files = {
      "Cargo.toml": named("app", `[dependencies]\n${dependencies}\n`),
      "Cargo.lock": lock,
      "lib/Cargo.toml": named("lib"),
    };
    const { fact, context } = lastCommand("cargo fetch", files);
    const project = readProject("/app", "cargo fetch", fact.site, context);
    expect("reason" in project || lockInStep("Cargo.lock", project, context)).toBe(expected);
  });
});
