import { hasOption, readArgs } from "../../shell/args.js";
import {
  each,
  either,
  optionTarget,
  systemOnly,
  touch,
  verbs,
  versionOnly,
  withArgs,
  withOption,
  type Target,
  type TouchRule,
  type TouchTable,
} from "./touch.js";

/** Tools for the whole image: into the system's directories, or wherever PATH says the tool itself lives (effects.ts adds that). */
const also =
  (rule: TouchRule, ...writes: readonly Target[]): TouchRule =>
  (command) => {
    const found = rule(command);
    return found === undefined ? undefined : { ...found, writes: [...found.writes, ...writes] };
  };

/** A global npm install reads no project configuration (npm's own rule for --global); without a package's name it installs the directory it runs in. */
const globalNode: TouchRule = withOption("-g --global --location", (command) => {
  const words = readArgs(command.args, "--prefix --registry --loglevel --cache --location").words;
  const named = words.slice(1);
  const here = /^(?:i|install|add)$/.test(words[0]?.text ?? "") && named.length === 0;
  return here || named.some(({ text }) => /^["']?(?:file|link):/.test(text)) ? undefined : systemOnly(command);
});

const PIP_VALUES =
  "-i --index-url --extra-index-url --trusted-host --proxy --retries --timeout --default-timeout --root-user-action --progress-bar --upgrade-strategy --only-binary --no-binary --platform --python-version --implementation --abi --python -p --cert --cache-dir --prefix -f --find-links";

/** `pip install poetry==1.8`: named packages only, no requirement file, no local project. */
const namedPackages: TouchRule = (command) => {
  const args = readArgs(command.args, PIP_VALUES);
  const project = hasOption(
    args,
    "-r",
    "--requirement",
    "-e",
    "--editable",
    "-c",
    "--constraint",
    "-t",
    "--target",
    "--root",
    "-f",
    "--find-links",
    "--prefix",
    "--src",
  );
  const named = args.words
    .slice(1)
    .every((word) => /^["']?[A-Za-z0-9][\w.-]*(?:\[[\w,.-]+\])?(?:@?[<>=!~].*|@[\w.^~$*{}-]+)?["']?$/.test(word.text));
  // A file beside the command: `pip install x.whl`, `gem install x.gem`.
  const files = args.words.some((word) => /\.(?:whl|egg|zip|gem|tgz|tar(?:\.\w+)?)["']?$/.test(word.text));
  return project || !named || files || args.words.length < 2 ? undefined : systemOnly(command);
};

/** `uv pip install --system x` and `uv tool install x`: the words behind the second verb. */
const nested =
  (rule: TouchRule): TouchRule =>
  (command) =>
    rule({ ...command, args: command.args.slice(1) });

const pip = either(versionOnly, verbs("install uninstall", namedPackages), verbs("cache", systemOnly));
const venv: TouchRule = withArgs("-p --python --prompt", ({ words }) => ({
  reads: words,
  writes: words,
  system: "reads",
  environment: true,
}));

/** Reads these beside what it does for the whole image: they choose or configure the tool by the directory it runs in. */
const withLocal =
  (names: string, rule: TouchRule): TouchRule =>
  (command) => {
    const found = rule(command);
    return found === undefined
      ? undefined
      : { ...found, reads: [...found.reads, ...names.split(" ").map((name) => `./${name}`)] };
  };
const NODE_FILES = "package.json .npmrc .yarnrc .yarnrc.yml pnpm-workspace.yaml bunfig.toml";
const RUST_FILES = "rust-toolchain rust-toolchain.toml .cargo";
const UV_FILES = "uv.toml pyproject.toml .python-version .python-versions";

/** `php -- --install-dir=/usr/local/bin`: Composer's installer from its standard input. */
const composerInstaller: TouchRule = ({ args }) => {
  const [dashes, ...options] = args.map((word) => word.value ?? "");
  const known = options.every((one) => /^--(?:(?:install-dir|filename|version)=.+|[12]|quiet|no-ansi)$/.test(one));
  const into = options.find((one) => one.startsWith("--install-dir="))?.slice("--install-dir=".length);
  const told = options.some((one) => /^--(?:install-dir|filename)=/.test(one));
  return dashes === "--" && known && told
    ? touch({ writes: [into ?? ".", "~/.composer"], system: "writes", environment: true })
    : undefined;
};

/** `composer config -g`, `composer global require x/y`: what lies at Composer's home. */
const composerHome: TouchRule = (command) => {
  const args = readArgs(command.args, "");
  const verb = args.words[0]?.value ?? "";
  const global = verb === "global" || (verb === "config" && hasOption(args, "-g", "--global"));
  return global || /^(?:clear-?cache|cc|self-?update|diagnose)$/.test(verb)
    ? touch({ writes: ["~/.composer", "~/.config", "~/.cache"], system: "writes", environment: true })
    : undefined;
};
/** `cargo +nightly install x` */
const behindToolchain = (...rules: readonly TouchRule[]): TouchRule => {
  const rule = either(...rules);
  return (command) =>
    rule(command.args[0]?.text.startsWith("+") === true ? { ...command, args: command.args.slice(1) } : command);
};

/** Reads the manifests and removes target/; rustup may fetch the project's toolchain first. */
const cargoClean: TouchRule = (command) =>
  hasOption(readArgs(command.args, ""), "--manifest-path", "--target-dir", "--config", "-C")
    ? undefined
    : touch({ reads: ["."], writes: ["./target"], system: "writes", environment: true });

/** `cargo chef prepare` writes down what the manifests ask for. */
const chefPrepare: TouchRule = withArgs("--recipe-path --bin", (args) => {
  const recipe = optionTarget(args, "--recipe-path");
  return args.words[1]?.value === "prepare"
    ? { reads: ["."], writes: recipe.length > 0 ? recipe : ["./recipe.json"], system: "writes", environment: true }
    : undefined;
});

/** NuGet and the .NET SDK look for these in the directory and in all above it. */
const DOTNET_FILES = ["./", "../", "../../", "../../../", "../../../../"].flatMap((up) =>
  ["global.json", "nuget.config", "NuGet.config", "NuGet.Config"].map((name) => up + name),
);
const dotnetSources: TouchRule = (command) =>
  command.args.some((word) => word.text.startsWith("--configfile"))
    ? undefined
    : also(systemOnly, ...DOTNET_FILES)(command);

/** A task loads the mix.exs where it runs, but these install the same whatever that says. */
const mixTool = also(systemOnly, "~/.mix", "~/.hex");

/** `mix do local.hex --force, local.rebar --force`; newer versions join with `+`. */
const tasksOf = ({ args }: Parameters<TouchRule>[0]): readonly string[] =>
  args
    .slice(1)
    .map((word) => word.text)
    .join(" ")
    .split(/, *| \+ /);

const RUST = ["~/.cargo", "~/.rustup", "/usr/local/cargo", "/usr/local/rustup"];

/** Language tools installed for the whole image, and version prints. What reads the project is an ecosystem's matter, not listed here. */
export const languageCommands: TouchTable = {
  npm: either(
    versionOnly,
    verbs("install i add update upgrade uninstall remove rm", globalNode),
    verbs("config set", also(systemOnly, "~/.npmrc")),
    verbs("cache", systemOnly),
  ),
  pnpm: withLocal(
    NODE_FILES,
    either(
      versionOnly,
      verbs("add install i setup", globalNode),
      verbs("config", also(systemOnly, "~/.npmrc")),
      verbs("store", systemOnly),
      verbs("setup", systemOnly),
    ),
  ),
  yarn: withLocal(
    NODE_FILES,
    either(versionOnly, verbs("cache", systemOnly), ({ args, ...command }) =>
      args[0]?.value === "global" && args[1]?.value === "add" ? systemOnly({ ...command, args }) : undefined,
    ),
  ),
  bun: withLocal(NODE_FILES, either(versionOnly, verbs("install add i", globalNode))),
  ...each("node python python3 rustc java javac mvn gradle ruby perl deno", versionOnly),
  php: either(versionOnly, composerInstaller),
  composer: either(versionOnly, composerHome),
  dotnet: withLocal(
    DOTNET_FILES.join(" "),
    either(
      versionOnly,
      verbs("tool", nested(verbs("install update", withOption("-g --global --tool-path", systemOnly)))),
      verbs("workload", nested(verbs("install update", systemOnly))),
      verbs("nuget", nested(verbs("add update remove enable disable", dotnetSources))),
    ),
  ),
  corepack: either(verbs("enable disable", systemOnly), (command) =>
    command.args[0]?.value === "prepare" && command.args.some((word, index) => index > 0 && !word.text.startsWith("-"))
      ? systemOnly(command)
      : undefined,
  ),
  n: withLocal("package.json .n-node-version .node-version .nvmrc", systemOnly),
  pip,
  pip3: pip,
  pipx: either(versionOnly, verbs("install", namedPackages)),
  poetry: either(
    versionOnly,
    verbs("config", (command) => (hasOption(readArgs(command.args, ""), "--local") ? undefined : systemOnly(command))),
    verbs("self", nested(namedPackages)),
  ),
  uv: withLocal(
    UV_FILES,
    either(
      versionOnly,
      verbs("python", nested(verbs("install", systemOnly))),
      verbs("tool", nested(verbs("install", namedPackages))),
      verbs("pip", nested(verbs("install", withOption("--system", namedPackages)))),
      verbs("cache", systemOnly),
    ),
  ),
  // `python -m venv DIR`: copies from the system into the directory.
  venv,
  virtualenv: venv,
  conda: either(versionOnly, verbs("install update clean config", also(condaNamed, "/opt/conda", "~/.condarc"))),
  mamba: verbs("install update clean", also(condaNamed, "/opt/conda")),
  gem: either(versionOnly, verbs("install update", namedPackages), verbs("update", withOption("--system", systemOnly))),
  bundle: either(versionOnly, verbs("config", bundlerSetting)),
  mix: either(
    verbs("local.hex local.rebar", mixTool),
    verbs("archive.install", (command) => (command.args.length > 1 ? mixTool(command) : undefined)),
    verbs("do", (command) =>
      tasksOf(command).every((task) => /^local\.(?:hex|rebar)\b/.test(task)) ? mixTool(command) : undefined,
    ),
  ),
  go: either(
    versionOnly,
    verbs("install", (command) =>
      readArgs(command.args, "-ldflags -tags -gcflags")
        .words.slice(1)
        .every((word) => /^["']?[\w.-]+\.[\w-]+\/\S+@/.test(word.text))
        ? touch({ ...systemOnly(command), writes: ["/go/bin", "/go/pkg", "~/go"] })
        : undefined,
    ),
    verbs("env", withOption("-w", systemOnly)),
  ),
  cargo: withLocal(
    RUST_FILES,
    behindToolchain(
      versionOnly,
      verbs("clean", cargoClean),
      verbs("chef", chefPrepare),
      verbs(
        "install",
        also(
          (command) => (hasOption(readArgs(command.args, ""), "--path") ? undefined : namedPackages(crates(command))),
          ...RUST,
        ),
      ),
    ),
  ),
  rustup: withLocal(RUST_FILES, also(systemOnly, ...RUST)),
};

function condaNamed(command: Parameters<TouchRule>[0]): ReturnType<TouchRule> {
  return command.args.some((word) => /^(?:--file|-f|--prefix|-p)/.test(word.text)) ? undefined : systemOnly(command);
}

/** The official images keep local settings with the gems, others beside the Gemfile. */
function bundlerSetting(command: Parameters<TouchRule>[0]): ReturnType<TouchRule> {
  const settings = hasOption(readArgs(command.args, ""), "--global") ? "~/.bundle" : "./.bundle";
  return touch({ writes: [settings], system: "writes", environment: true });
}

/** `cargo install --version 1 --locked x`: only the crates are left. */
function crates(command: Parameters<TouchRule>[0]): Parameters<TouchRule>[0] {
  return {
    ...command,
    args: [
      ...command.args.filter((word) => word.text === "install"),
      ...readArgs(
        command.args,
        "--version --vers --features --git --tag --branch --rev --target --profile -j",
      ).words.slice(1),
    ],
  };
}
