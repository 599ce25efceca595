import { systemOnly, verbs, type Touch, type TouchRule } from "./touch.js";
import type { Command } from "../../shell/script.js";

/** `curl -o FILE URL`, `wget -O FILE URL`: system for certificates and configuration, and the file; `-O` and plain wget write the working directory. */
const download: TouchRule = (command: Command): Touch | undefined => {
  const { args } = command;
  const names = command.program === "curl" ? ["-o", "--output"] : ["-O", "--output-document", "-P"];
  const at = args.findIndex((word) => names.includes(word.text));
  const target = args[at + 1];
  if (at >= 0 && target !== undefined) return { paths: [target], system: true, environment: true };
  const clustered = args.some((word) => /^-[a-zA-Z]*[oO]|^--(?:output|remote-name|upload-file|config)/.test(word.text));
  if (command.program !== "curl" || clustered) return undefined;
  return { paths: [], system: true, environment: true };
};

/** Programs of the operating system: packages, users, certificates. */
export const systemCommands: Readonly<Record<string, TouchRule>> = {
  ...Object.fromEntries(
    "add-apt-repository addgroup adduser apk apt apt-cache apt-get apt-key apt-mark debconf-set-selections dnf dpkg groupadd groupmod ldconfig locale-gen microdnf passwd rpm update-alternatives update-ca-certificates update-locale useradd usermod yum zypper"
      .split(" ")
      .map((name) => [name, systemOnly]),
  ),
  curl: download,
  wget: download,
  git: verbs("config", (command) =>
    command.args.some((word) => word.value === "--global" || word.value === "--system")
      ? systemOnly(command)
      : undefined,
  ),
};
