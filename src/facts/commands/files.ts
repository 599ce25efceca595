import { hasOption, type Args } from "../../shell/args.js";
import type { ShellWord } from "../../shell/script.js";
import { each, optionTarget, touch, withArgs, type Target, type TouchRule, type TouchTable } from "./touch.js";

const nothing: TouchRule = () => touch({});
const readsAll = (valued: string): TouchRule => withArgs(valued, ({ words }) => ({ reads: words }));
/** Without arguments it looks at the working directory. */
const lists = (valued: string): TouchRule =>
  withArgs(valued, ({ words }) => ({ reads: words.length > 0 ? words : ["."] }));
/** A program that a package brings. */
const fromPackage =
  (rule: TouchRule): TouchRule =>
  (command) => {
    const found = rule(command);
    return found && { ...found, system: found.system === "none" ? "reads" : found.system };
  };
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
  system: hasOption(args, "-o", "-g", "--owner", "--group", "-s", "--strip") ? "reads" : "none",
}));

const TAR_VALUED =
  "-f --file -C --directory -b -K -N -T --files-from -X --exclude-from -I --use-compress-program --strip-components --exclude --transform --owner --group --mode --mtime";

/** `tar xzf A -C D`, `tar -x`; who owns what it unpacks is asked of the system. */
const tar: TouchRule = (command) =>
  withArgs(TAR_VALUED, (args) => {
    // Lists of files, other programs, absolute names: anything may be touched.
    if (hasOption(args, "-P", "--absolute-names", "-T", "--files-from", "-I", "--use-compress-program", "--to-command"))
      return undefined;
    const archive = optionTarget(args, "-f", "--file").filter(({ text }) => text !== "-");
    const directory = optionTarget(args, "-C", "--directory");
    const place = directory.length > 0 ? directory : ["."];
    const listed = optionTarget(args, "-X", "--exclude-from");
    const reads = [...archive, ...listed];
    if (hasOption(args, "-x", "--extract", "--get")) return { reads, writes: place, system: "reads" };
    if (hasOption(args, "-c", "--create"))
      return { reads: [...args.words, ...place, ...listed], writes: archive, system: "reads" };
    return hasOption(args, "-t", "--list") ? { reads, system: "reads" } : undefined;
  })({ ...command, args: withDashes(command.args) });

/** Old-style clusters: `tar xzfC A D` is `tar -x -z -f A -C D`. */
function withDashes([first, ...rest]: readonly ShellWord[]): readonly ShellWord[] {
  if (first === undefined || !/^[A-Za-z]+$/.test(first.value ?? "")) return first === undefined ? [] : [first, ...rest];
  const values = [...rest];
  const options = [...first.text].flatMap((letter) => {
    const option = { ...first, text: `-${letter}`, value: `-${letter}` };
    return TAR_VALUED.split(" ").includes(option.text) ? [option, ...values.splice(0, 1)] : [option];
  });
  return [...options, ...values];
}

const unzip: TouchRule = withArgs("-d -x -P", (args) => {
  const directory = optionTarget(args, "-d");
  return { reads: args.words.slice(0, 1), writes: directory.length > 0 ? directory : ["."] };
});

/** `gunzip a.gz` takes `a.gz` away and leaves `a`; `gzip a` the other way round. A file that is not named in full: all of its directory. */
const squeezes: TouchRule = withArgs("-S --suffix -T", ({ words }) => {
  const named = words.flatMap((word): readonly Target[] => {
    if (word.value === undefined) return [word, { ...word, text: `${word.text}*` }];
    const { value } = word;
    return [
      value,
      value.replace(/\.\w+$/, ""),
      value.replace(/\.t[gbx]z2?$/, ".tar"),
      ...["gz", "bz2", "xz", "zst"].map((one) => `${value}.${one}`),
    ];
  });
  return { reads: named, writes: named };
});

/** `sed -i SCRIPT FILE..` writes its files, without -i it reads them; a script may be given by -e. */
const sed: TouchRule = withArgs("-e -f --expression --file", (args, command) => {
  const files = hasOption(args, "-e", "-f", "--expression", "--file") ? args.words : args.words.slice(1);
  const inPlace = args.options.some(({ name }) => name === "-i" || name.startsWith("--in-place"));
  // `-i.bak` keeps the old file beside the new one.
  if (command.args.some(({ text }) => /^["']?(?:-[a-zA-Z]*i[^a-zA-Z"'\s]|--in-place=)/.test(text))) return undefined;
  const given = optionTarget(args, "-e", "--expression");
  const scripts = given.length > 0 ? given : args.words.slice(0, 1);
  // The w and r commands of sed, and GNU's e, name files or run programs; what a file of commands says is not known.
  const odd = scripts.some(({ text, value = text }) =>
    /(?:^|[;{}/\s\d$!,"'])[ewrW]\s+\S|(?:^|[;{\s])(?:\d+|\$)[ewrW]\S/.test(value),
  );
  return odd || hasOption(args, "-f", "--file") ? undefined : { reads: files, writes: inPlace ? files : [] };
});

const grep: TouchRule = withArgs("-e -f -m -A -B -C --include --exclude", (args) => ({
  reads: hasOption(args, "-e", "-f")
    ? args.words
    : [...args.words.slice(1), ...(hasOption(args, "-r", "-R") ? ["."] : [])],
}));

/** `-exec rm -rf {} /x +`: does the program get more than what is found, and a mode or an owner? */
function worksElsewhere([program, ...words]: readonly ShellWord[]): boolean {
  const end = words.findIndex(({ value }) => value === ";" || value === "+");
  const own = words.slice(0, end).filter(({ value }) => value !== "{}");
  const operands = own.filter(({ text }) => !text.startsWith("-"));
  const most = program?.text.startsWith("ch") === true ? 1 : 0;
  return operands.length > most || own.some(({ text }) => /^--(?:reference|[\w-]+=)/.test(text));
}

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
  if (args.some((word, index) => /^-(?:exec|ok)/.test(word.text) && worksElsewhere(args.slice(index + 1))))
    return undefined;
  const deletes = args.some((word) => word.text === "-delete") || programs.some((name) => name.startsWith("rm"));
  const compared = args.filter((_, index) => /^-(?:[acm]?newer\w*|samefile)$/.test(args[index - 1]?.text ?? ""));
  const accounts =
    programs.some((name) => /^ch/.test(name)) || args.some(({ text }) => /^-(?:no)?(?:user|group)$/.test(text));
  return touch({
    reads: [...where, ...compared],
    system: accounts || programs.includes("strip") ? "reads" : "none",
    writes: programs.length > 0 || deletes ? where : [],
    removes: deletes ? where : [],
  });
};

/** `echo *` lists the directory. */
const prints: TouchRule = ({ args }) =>
  touch({ reads: args.filter((word) => word.value === undefined && /[*?[]/.test(word.text)) });

/** `[ -f x ]`, `[ a -nt b ]`: only operands of file tests are paths. */
const fileTests: TouchRule = ({ args }) => {
  const compares = (word: ShellWord | undefined): boolean => /^-(?:nt|ot|ef)$/.test(word?.text ?? "");
  return touch({
    reads: args.filter(
      (_, index) =>
        /^-[abcdefghkprstuwxLNOGS]$/.test(args[index - 1]?.text ?? "") ||
        compares(args[index - 1]) ||
        compares(args[index + 1]),
    ),
  });
};

/** Core utilities and shell builtins: they touch what their arguments name. */
export const fileCommands: TouchTable = {
  ...each(": cd date dirname basename exit expr false pwd seq sleep true umask uname unset", nothing),
  // Alone they print all variables.
  export: ({ args }) => (args.every(({ text }) => text.startsWith("-")) ? undefined : touch({})),
  set: ({ args }) => (args.length === 0 ? undefined : touch({})),
  ...each("echo printf", prints),
  ...each("id whoami which type hash groups nproc arch getconf hostname", () => touch({ system: "reads" })),
  ...each("cat comm cut nl paste readlink realpath rev stat tac wc", readsAll("")),
  // Which files it checks, a list says.
  ...each(
    "cksum md5sum sha1sum sha256sum sha512sum",
    withArgs("", (args) => ({ reads: [...args.words, ...(hasOption(args, "-c", "--check") ? ["/"] : [])] })),
  ),
  ...each("cmp diff file strings", fromPackage(readsAll(""))),
  ...each("ls du", lists("")),
  sort: withArgs("-o --output -k --key -t --field-separator -S -T", (args) => ({
    reads: args.words,
    writes: optionTarget(args, "-o", "--output"),
  })),
  uniq: withArgs("-f -s -w", ({ words }) => ({ reads: words.slice(0, 1), writes: words.slice(1) })),
  ...each("head tail", readsAll("-n -c --lines --bytes")),
  tr: nothing,
  ...each(
    "rm unlink shred",
    withArgs("", ({ words }) => ({ reads: words, writes: words, removes: words })),
  ),
  rmdir: withArgs("", (args) =>
    hasOption(args, "-p", "--parents") ? undefined : { reads: args.words, writes: args.words, removes: args.words },
  ),
  ...each("dos2unix strip", fromPackage(writesAll(""))),
  ...each("gzip gunzip", squeezes),
  ...each("bzip2 bunzip2 xz unxz", fromPackage(squeezes)),
  mkdir: writesAll("-m --mode"),
  ...each(
    "touch truncate",
    withArgs("-d -r -s -t --date --reference --size", (args) => ({
      reads: [...args.words, ...optionTarget(args, "-r", "--reference")],
      writes: args.words,
    })),
  ),
  tee: writesAll(""),
  cp: withArgs("-t --target-directory -S --suffix", copies),
  mv: withArgs("-t --target-directory -S --suffix", (args) => ({
    reads: args.words,
    writes: [...args.words, ...optionTarget(args, "-t", "--target-directory")],
    removes: args.words,
  })),
  ...each("chmod", attributes("none")),
  ...each("chown chgrp", attributes("reads")),
  ln: link,
  install,
  tar,
  unzip: fromPackage(unzip),
  sed,
  ...each("grep egrep fgrep", grep),
  find,
  test: fileTests,
  "[": fileTests,
};
