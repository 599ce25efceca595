import { allArguments, nothing, type TouchRule } from "./touch.js";

/** `[ -f x ]`: only operands of file tests are paths. */
const fileTests: TouchRule = ({ args }) => ({
  paths: args.filter((_, index) => /^-[abcdefghkprstuwxLNOGS]$/.test(args[index - 1]?.text ?? "")),
  system: false,
  environment: true,
});

/** Core utilities and shell builtins: they touch what their arguments name. */
export const fileCommands: Readonly<Record<string, TouchRule>> = {
  ...Object.fromEntries(
    "cat chgrp chmod chown cp du file head install ln ls md5sum mkdir mv readlink rm rmdir sha256sum stat tail tar touch unzip wc which"
      .split(" ")
      .map((name) => [name, allArguments]),
  ),
  test: fileTests,
  "[": fileTests,
  ...Object.fromEntries(
    ": cd date echo exit export false pwd printf set sleep true umask uname whoami id"
      .split(" ")
      .map((name) => [name, nothing]),
  ),
};
