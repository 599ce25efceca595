import { hasOption, type Args } from "../../shell/args.js";
import {
  each,
  either,
  fileWords,
  optionTarget,
  pathWords,
  systemOnly,
  touch,
  verbs,
  withArgs,
  withOption,
  type Target,
  type TouchRule,
  type TouchTable,
} from "./touch.js";

/** A place that the tool makes where it stands, when it is given none. */
const orHere = (targets: readonly Target[]): readonly Target[] => (targets.length > 0 ? targets : ["."]);

const CURL_VALUES =
  "-o --output -H --header -d --data -u --user -A --user-agent -x --proxy -X --request -e --referer -b --cookie -m --max-time --retry --retry-delay --retry-max-time --connect-timeout --output-dir --url -F -T --cacert --proto -w --write-out";

/** Options that name further files: settings, uploads, cookies, logs, keys. */
const CURL_FILES =
  "-K --config -T --upload-file -F --form -b --cookie -c --cookie-jar -D --dump-header --trace --trace-ascii --stderr --key --cert -E --etag-save --etag-compare --netrc-file --libcurl --hsts --alt-svc --data-urlencode".split(
    " ",
  );

/** `-d @file`, `--json @file`, `file:///x`: reads from the image. */
const reads = ({ options, words }: Args): boolean =>
  options.some(({ value }) => /^["']?(?:-[\w-]*=?)?["']?@/.test(value?.text ?? "")) ||
  words.some(({ text }) => /^["']?(?:file:|@)/.test(text));

/** `curl -o FILE URL`; the system is read for certificates and settings. `-O` writes the working directory. */
const curl: TouchRule = withArgs(CURL_VALUES, (args) => {
  if (hasOption(args, ...CURL_FILES) || reads(args)) return undefined;
  const directory = optionTarget(args, "--output-dir");
  const named = optionTarget(args, "-o", "--output");
  const remote = hasOption(args, "-O", "--remote-name", "-J", "--remote-header-name", "--remote-name-all");
  return {
    reads: optionTarget(args, "--cacert"),
    writes: [...named, ...directory, ...(remote ? orHere(directory) : [])],
    system: "reads",
    environment: true,
  };
});

const WGET_VALUES =
  "-O --output-document -P --directory-prefix -o -U --user-agent --header -t --tries -T --timeout --user --password -e";

const WGET_FILES =
  "-i --input-file -a --append-output -o --output-file --post-file --body-file --config --load-cookies --save-cookies --rejected-log --warc-file --ca-certificate --ca-directory --certificate --private-key".split(
    " ",
  );

/** wget writes a file named by the URL into the working directory, unless -O or -P tells another place. */
const wget: TouchRule = withArgs(WGET_VALUES, (args) => {
  if (hasOption(args, ...WGET_FILES)) return undefined;
  const document = optionTarget(args, "-O", "--output-document").filter(({ text }) => text !== "-");
  const named = hasOption(args, "-O", "--output-document");
  const here = optionTarget(args, "-P", "--directory-prefix");
  return {
    writes: [...document, ...(named ? [] : orHere(here))],
    system: "reads",
    environment: true,
  };
});

/** Who is who: a COPY with `--chown=app` looks there. */
export const ACCOUNT_FILES = ["/etc/passwd", "/etc/group"] as const;

const accounts: TouchRule = (command) => {
  const found = systemOnly(command);
  return found && { ...found, writes: [...found.writes, ...ACCOUNT_FILES] };
};

/** The new account, and the home directory it may get: an existing one is left as it is, so that who comes first matters. */
const account = (valued: string): TouchRule =>
  withArgs(valued, (args, command) => ({
    ...accounts(command),
    writes: [
      ...optionTarget(args, "-d", "--home", "--home-dir", "-h"),
      ...homes(args),
      ...pathWords(command),
      ...ACCOUNT_FILES,
    ],
  }));

const homes = ({ words }: Args): readonly Target[] =>
  words.flatMap((word) => (/^[\w.-]+$/.test(word.value ?? "") ? [`/home/${word.value ?? ""}`] : ["/home"]));

/** dpkg and rpm take any name for a package's file. */
const installer: TouchRule = withArgs("", (args, command) => {
  const own = /^-(?:i|U|F|-install|-unpack|-import|-upgrade|-freshen|x|-extract)$/;
  const files = args.options.some(({ name }) => own.test(name)) ? fileWords(args) : [];
  const found = systemOnly(command);
  return found && { ...found, reads: [...found.reads, ...files], writes: [...found.writes, ...files] };
});

/** `apt-get download x` leaves it in the working directory. */
const apt: TouchRule = (command) =>
  command.args.some(({ text }) => text === "download" || text === "source") ? undefined : systemOnly(command);

const USERADD =
  "-u --uid -g --gid -G --groups -s --shell -d --home --home-dir -c --comment -k --skel -p --password -b --base-dir -e -f";
const ADDUSER = "-u --uid -G --ingroup -g --gecos --gid -s --shell -h --home -k";

/** Clones into the named directory, or one named after the repository. */
const clone: TouchRule = withArgs("-b --branch --depth -c --config -o --origin -j --jobs --filter", (args) => {
  if (hasOption(args, "--separate-git-dir", "--template", "--reference", "--reference-if-able")) return undefined;
  const [, source, directory] = args.words;
  const name = /(?<![^/:])[^/:]+$/.exec((source?.value ?? "").replace(/\/$/, "").replace(/\.git$/, ""))?.[0];
  const local = source?.value === undefined || !/^(?:https?|git|ssh):|^git@/.test(source.value);
  const target: Target = directory ?? (name === undefined ? "." : `./${name}`);
  return { reads: local && source !== undefined ? [source] : [], writes: [target], system: "reads", environment: true };
});

const git: TouchRule = either(
  verbs("clone", clone),
  verbs(
    "config",
    withOption("--global --system", (command) =>
      touch({ ...systemOnly(command), writes: ["~/.gitconfig", "/etc/gitconfig"] }),
    ),
  ),
  verbs("version", () => touch({ system: "reads" })),
);

const gpg: TouchRule = withArgs("-o --output --keyserver --homedir --recv-keys --keyring", (args) => ({
  reads: args.words,
  writes: [...optionTarget(args, "-o", "--output"), ...optionTarget(args, "--homedir"), "~/.gnupg"],
  system: "writes",
  environment: true,
}));

/** Programs of the operating system: packages, users, certificates. */
export const systemCommands: TouchTable = {
  ...each(
    "add-apt-repository apk apt-cache apt-mark dpkg-divert dpkg-reconfigure ldconfig locale-gen localedef tdnf update-alternatives update-ca-certificates update-ca-trust update-locale yum yum-config-manager zypper pacman a2dismod a2dissite a2enconf a2enmod a2ensite phpenmod docker-php-ext-configure docker-php-ext-enable docker-php-ext-install docker-php-source pecl install-php-extensions",
    systemOnly,
  ),
  ...each("apt apt-get aptitude dnf microdnf", apt),
  ...each("dpkg rpm", installer),
  ...each(
    "apt-key debconf-set-selections",
    withArgs("", (args, command) => {
      const found = systemOnly(command);
      return found && { ...found, reads: [...found.reads, ...fileWords(args)] };
    }),
  ),
  ...each("chpasswd chsh delgroup groupadd groupdel groupmod passwd addgroup", accounts),
  // With their homes, if they are told to.
  ...each("deluser userdel", account("")),
  useradd: account(USERADD),
  usermod: account(USERADD),
  adduser: account(ADDUSER),
  setcap: withArgs("", ({ words }) => ({ writes: words.slice(1), reads: words.slice(1), system: "reads" })),
  lsb_release: () => touch({ system: "reads" }),
  curl,
  wget,
  git,
  gpg,
};
