import { hasOption, type Args } from "../../shell/args.js";
import type { Command, ShellWord } from "../../shell/script.js";
import { each, optionTarget, touch, withArgs, type Target, type TouchRule, type TouchTable } from "./touch.js";

const nothing: TouchRule = () => touch({});
const readsAll = (valued: string): TouchRule => withArgs(valued, ({ words }) => ({ reads: words }));
const writesAll = (valued: string): TouchRule => withArgs(valued, ({ words }) => ({ reads: words, writes: words }));

/** `cp A.. B`: reads all but the last word, writes the last; `-t DIR` turns it round. */
const copies = (args: Args): { reads: readonly Target[]; writes: readonly Target[] } => {
  const target = optionTarget(args, "-t", "--target-directory");
  return target.length > 0
    ? { reads: args.words, writes: target }
    : { reads: args.words.slice(0, -1), writes: args.words.slice(-1) };
};

/** `chmod MODE FILE..`: the first word is no file, unless --reference gives it. */
const attributes = (system: "none" | "reads"): TouchRule =>
  withArgs("--reference", (args) => {
    const files = hasOption(args, "--reference") ? args.words : args.words.slice(1);
    const numeric = /^\d+(?::\d+)?$/.test(args.words[0]?.value ?? "");
    return {
      reads: [...files, ...optionTarget(args, "--reference")],
      writes: files,
      system: numeric ? "none" : system,
    };
  });

/** A hard link reads its target, a symbolic one only names it (facts.ts knows it as an alias). One word links into the working directory. */
const link: TouchRule = withArgs("-t --target-directory -S --suffix", (args) => {
  const { reads, writes } = copies(args);
  return {
    reads: hasOption(args, "-s", "--symbolic") ? [] : reads,
    writes: args.words.length === 1 && !hasOption(args, "-t", "--target-directory") ? ["."] : writes,
  };
});

const install: TouchRule = withArgs("-o -g -m -t -S --owner --group --mode --target-directory --suffix", (args) => ({
  ...(hasOption(args, "-d", "--directory") ? { writes: args.words } : copies(args)),
  system: hasOption(args, "-o", "-g", "--owner", "--group") ? "reads" : "none",
}));

/** `tar xzf A -C D`, `tar -x`, old-style clusters without a dash. */
const tar: TouchRule = (command) => {
  const [first] = command.args;
  const old = /^[A-Za-z]+$/.test(first?.value ?? "");
  const dashed: Command =
    old && first !== undefined ? { ...command, args: [dash(first), ...command.args.slice(1)] } : command;
  return withArgs("-f --file -C --directory --strip-components --exclude --transform --owner --group", (args) => {
    const archive = optionTarget(args, "-f", "--file").filter(
      (one) => one !== "-" && (typeof one === "string" || one.text !== "-"),
    );
    const directory = optionTarget(args, "-C", "--directory");
    const place = directory.length > 0 ? directory : ["."];
    if (hasOption(args, "-x", "--extract", "--get")) return { reads: archive, writes: place };
    if (hasOption(args, "-c", "--create")) return { reads: [...args.words, ...place], writes: archive };
    return hasOption(args, "-t", "--list") ? { reads: archive } : undefined;
  })(dashed);
};

const dash = (word: ShellWord): ShellWord => ({ ...word, text: `-${word.text}`, value: `-${word.value ?? ""}` });

const unzip: TouchRule = withArgs("-d -x -P", (args) => {
  const directory = optionTarget(args, "-d");
  return { reads: args.words.slice(0, 1), writes: directory.length > 0 ? directory : ["."] };
});

/** `sed -i SCRIPT FILE..` writes its files, without -i it reads them; a script may be given by -e. */
const sed: TouchRule = withArgs("-e -f --expression --file", (args) => {
  const files = hasOption(args, "-e", "-f", "--expression", "--file") ? args.words : args.words.slice(1);
  const inPlace = args.options.some(({ name }) => name === "-i" || name.startsWith("--in-place"));
  const script = args.words[0]?.value ?? "";
  // The w and r commands of sed, and GNU's e, name files or run programs.
  if (/(?:^|[;}/\s])[ewrW]\s+\S/.test(script)) return undefined;
  return { reads: [...files, ...optionTarget(args, "-f", "--file")], writes: inPlace ? files : [] };
});

const grep: TouchRule = withArgs("-e -f -m -A -B -C --include --exclude", (args) => ({
  reads: hasOption(args, "-e", "-f")
    ? args.words
    : [...args.words.slice(1), ...(hasOption(args, "-r", "-R") ? ["."] : [])],
}));

/** `find DIR.. TESTS`: `-exec` may be any program, so only well-known ones count. */
const find: TouchRule = ({ args }) => {
  const end = args.findIndex((word) => /^[-(!]/.test(word.text) && !/^-[HLP]$/.test(word.text));
  const places = args.slice(0, end < 0 ? args.length : end).filter((word) => !word.text.startsWith("-"));
  const where: readonly Target[] = places.length > 0 ? places : ["."];
  const programs = args.flatMap((word, index) =>
    /^-(?:exec|execdir|ok|okdir)$/.test(word.text) ? [args[index + 1]?.value ?? ""] : [],
  );
  if (args.some((word) => /^-f(?:print|ls)/.test(word.text))) return undefined;
  if (programs.some((name) => !/^(?:rm|chmod|chown|chgrp|touch|rmdir|strip)$/.test(name))) return undefined;
  return touch({
    reads: where,
    writes: programs.length > 0 || args.some((word) => word.text === "-delete") ? where : [],
  });
};

/** `echo *` lists the directory. */
const prints: TouchRule = ({ args }) =>
  touch({ reads: args.filter((word) => word.value === undefined && /[*?[]/.test(word.text)) });

/** `[ -f x ]`: only operands of file tests are paths. */
const fileTests: TouchRule = ({ args }) =>
  touch({ reads: args.filter((_, index) => /^-[abcdefghkprstuwxLNOGS]$/.test(args[index - 1]?.text ?? "")) });

/** Core utilities and shell builtins: they touch what their arguments name. */
export const fileCommands: TouchTable = {
  ...each(": cd date dirname basename exit export expr false pwd seq set sleep true umask uname unset", nothing),
  ...each("echo printf", prints),
  ...each("id whoami which type hash groups nproc arch getconf hostname", () => touch({ system: "reads" })),
  ...each(
    "cat cmp comm cksum cut diff du file ls md5sum nl paste readlink realpath rev sha1sum sha256sum sha512sum sort stat strings tac uniq wc",
    readsAll(""),
  ),
  ...each("head tail", readsAll("-n -c --lines --bytes")),
  tr: nothing,
  ...each("rm rmdir unlink shred dos2unix gzip gunzip bzip2 bunzip2 xz unxz strip", writesAll("")),
  mkdir: writesAll("-m --mode"),
  touch: writesAll("-d -r -t --date --reference"),
  truncate: writesAll("-s -r --size --reference"),
  tee: writesAll(""),
  cp: withArgs("-t --target-directory -S --suffix", copies),
  mv: withArgs("-t --target-directory -S --suffix", (args) => ({
    reads: args.words,
    writes: [...args.words, ...optionTarget(args, "-t", "--target-directory")],
  })),
  ...each("chmod", attributes("none")),
  ...each("chown chgrp", attributes("reads")),
  ln: link,
  install,
  tar,
  unzip,
  sed,
  ...each("grep egrep fgrep", grep),
  find,
  test: fileTests,
  "[": fileTests,
};
