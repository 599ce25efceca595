import type { Files } from "../../../scripts/bench/files.js";
import { SPLIT, type Base, type Project } from "./project.js";

/** With a crate in a git repository, always under the same commit. */
const base: Base = {
  tag: "debian:dockopt-rust",
  dockerfile: `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends cargo git && rm -rf /var/lib/apt/lists/*
RUN mkdir -p /dep/src && cd /dep && git init -q -b main && printf '[package]\\nname = "dep"\\nversion = "0.1.0"\\nedition = "2021"\\n' > Cargo.toml && \\
    echo 'pub const NAME: &str = "dep";' > src/lib.rs && git add . && \\
    GIT_AUTHOR_DATE=2024-01-01T00:00:00Z GIT_COMMITTER_DATE=2024-01-01T00:00:00Z git -c user.name=a -c user.email=a@e commit -qm a
`,
};
const STAGE = `FROM ${base.tag} AS build\nWORKDIR /app\nCOPY . .\n`;

const crate = (name: string, more: string): string =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[[bin]]\nname = "${name}"\npath = "src/main.rs"\n\n[dependencies]\n${more}`;
const locked = (name: string, dependencies: readonly string[], source = ""): string =>
  `[[package]]\nname = "${name}"\nversion = "0.1.0"\n${source === "" ? "" : `source = "${source}"\n`}` +
  (dependencies.length === 0 ? "\n" : `dependencies = [\n${dependencies.map((one) => ` "${one}",\n`).join("")}]\n\n`);
const DEP = locked("dep", [], "git+file:///dep#693c8f1644318e6f17cd0fdaaeaf9adb503063d5");
const BINARY: Files = {
  "Cargo.toml": crate("app", 'dep = { git = "file:///dep" }\n'),
  "Cargo.lock": `version = 3\n\n${locked("app", ["dep"])}${DEP}`,
  "src/main.rs": 'fn main() { println!("{}", dep::NAME) }\n',
};

export const RUST: readonly Project[] = [
  {
    name: "cargo build that downloads by itself",
    base,
    dockerfile: `${STAGE}RUN cargo build --release --locked\n\nFROM debian:bookworm-slim\nCOPY --from=build /app/target/release/app /app\nCMD ["/app"]\n`,
    files: BINARY,
    by: SPLIT,
  },
  {
    name: "cargo with what it has built in a cache",
    base,
    dockerfile: `${STAGE}RUN cargo build --release --locked\n\nFROM debian:bookworm-slim\nCOPY --from=build /app/target/release/app /app\nCMD ["/app"]\n`,
    files: BINARY,
    by: ["mount-build-caches"],
    safety: "suggested",
  },
  {
    name: "cargo in a workspace, from a member, without a lockfile",
    base,
    dockerfile: `${STAGE}RUN cd app && cargo build --release && ../target/release/app > /out.txt\n\nFROM debian:bookworm-slim\nCOPY --from=build /out.txt /out.txt\n`,
    files: {
      "Cargo.toml":
        '[workspace]\nmembers = ["app", "crates/*"]\n\n[workspace.dependencies]\ndep = { git = "file:///dep" }\n',
      "app/Cargo.toml": crate("app", 'dep.workspace = true\nlib = { path = "../crates/lib" }\n'),
      "app/src/main.rs": 'fn main() { println!("{} {}", dep::NAME, lib::NAME) }\n',
      "crates/lib/Cargo.toml":
        '[package]\nname = "lib"\nversion = "0.1.0"\nedition = "2021"\n\n[lib]\npath = "src/lib.rs"\n',
      "crates/lib/src/lib.rs": 'pub const NAME: &str = "lib";\n',
      ".cargo/config.toml": "[net]\nretry = 2\n",
    },
    by: SPLIT,
  },
];
