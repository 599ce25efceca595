import { hasOption, type Args } from "../../shell/args.js";
import {
  each,
  either,
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

/** `curl -o FILE URL`; the system is read for certificates and settings. `-O` writes the working directory. */
const curl: TouchRule = withArgs(CURL_VALUES, (args) => {
  // @file as data, an uploaded file, a settings file: read from somewhere.
  if (hasOption(args, "-K", "--config", "-T", "-F", "--upload-file")) return undefined;
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

/** wget writes a file named by the URL into the working directory, unless -O or -P tells another place. */
const wget: TouchRule = withArgs(WGET_VALUES, (args) => {
  if (hasOption(args, "-i", "--input-file")) return undefined;
  const document = optionTarget(args, "-O", "--output-document").filter((one) =>
    typeof one === "string" ? one !== "-" : one.text !== "-",
  );
  const named = hasOption(args, "-O", "--output-document");
  const here = optionTarget(args, "-P", "--directory-prefix");
  return {
    writes: [...document, ...(named ? [] : orHere(here))],
    system: "reads",
    environment: true,
  };
});

/** The new account, and the home directory it may get: an existing one is left as it is, so that who comes first matters. */
const account = (valued: string): TouchRule =>
  withArgs(valued, (args, command) => ({
    ...systemOnly(command),
    writes: [...optionTarget(args, "-d", "--home", "--home-dir", "-h"), ...homes(args), ...pathWords(command)],
  }));

const homes = ({ words }: Args): readonly Target[] =>
  words.flatMap((word) => (/^[\w.-]+$/.test(word.value ?? "") ? [`/home/${word.value ?? ""}`] : ["/home"]));

const USERADD =
  "-u --uid -g --gid -G --groups -s --shell -d --home --home-dir -c --comment -k --skel -p --password -b --base-dir -e -f";
const ADDUSER = "-u --uid -G --ingroup -g --gecos --gid -s --shell -h --home -k --disabled-password";

/** Clones into the named directory, or one named after the repository. */
const clone: TouchRule = withArgs("-b --branch --depth -c --config -o --origin -j --jobs --filter", (args) => {
  const [, source, directory] = args.words;
  const name = /([^/:]+?)(?:\.git)?\/?$/.exec(source?.value ?? "")?.[1];
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
    "add-apt-repository apk apt apt-cache apt-get apt-key apt-mark aptitude debconf-set-selections dnf dpkg dpkg-divert dpkg-reconfigure ldconfig locale-gen localedef microdnf rpm tdnf update-alternatives update-ca-certificates update-ca-trust update-locale yum yum-config-manager zypper pacman a2dismod a2dissite a2enconf a2enmod a2ensite phpenmod docker-php-ext-configure docker-php-ext-enable docker-php-ext-install docker-php-source pecl install-php-extensions",
    systemOnly,
  ),
  ...each("chpasswd chsh delgroup deluser groupadd groupdel groupmod passwd userdel addgroup", systemOnly),
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
