import type { RefusalCode } from "../refusals.js";
import type { Call } from "./dotnet-command.js";
import type { Install, Site } from "./ecosystem.js";
import type { Restore } from "./msbuild.js";

/**
 * The restore that the build begins with, as a command of its own: of the same project, in the same directory, with the same properties.
 * So it fails only where the build would, and the build, which restores again, finds nothing left to do. The .NET CLI keeps the
 * target framework out of the restore of a build (dotnet/sdk, RestoringCommand), and so does this.
 */
export function restoreText(install: Install, call: Call, restore: Restore, site: Site): string {
  const { command, label } = install;
  const refuse = (code: RefusalCode, reason: string): void => {
    restore.files.refuse(code, `\`${label}\`: ${reason}`);
  };
  if (command.wrappers.length > 0 || command.assignments.length > 0)
    refuse("wrapped-command", "what stands before dotnet may be needed to restore");
  const decides = [
    ...(["publish", "pack"].includes(call.verb) && !restore.globals.has("configuration") ? ["configuration"] : []),
    "_ispublishing",
    "_ispacking",
  ].find((name) => restore.variables.has(name));
  if (decides !== undefined)
    refuse(
      "unknown-property",
      `the packages depend on ${decides}, which it sets as the SDK's version has it; name it with -c`,
    );
  const words = [command.name?.text ?? "dotnet", "restore", ...(call.target === undefined ? [] : [call.target.text])];
  for (const [name, { text, value }] of call.options) {
    switch (name) {
      case "--configuration":
        if (restore.variables.has("configuration")) words.push(`-p:Configuration=${text}`);
        break;
      case "--runtime":
        // `restore -r` sets RuntimeIdentifiers, which is not the same; the build writes x64 for amd64.
        if (value === undefined || /amd64$/.test(value))
          refuse("unknown-runtime", `which runtime ${text} means is not known`);
        words.push(`-p:RuntimeIdentifier=${text}`);
        break;
      case "--arch":
        if (sdkVersion(site) < 8) refuse("unknown-runtime", "`dotnet restore -a` is known of the SDK from 8 on");
        words.push(`-a ${text}`);
        break;
      case "--os":
        refuse("unknown-runtime", "which runtime --os means is known only to the build");
        break;
      case "--self-contained":
        words.push(`-p:SelfContained=${text === "" ? "true" : text}`);
        break;
      case "--no-self-contained":
        words.push("-p:SelfContained=false");
        break;
      case "--version-suffix":
        if (restore.variables.has("versionsuffix")) words.push(`-p:VersionSuffix=${text}`);
        break;
      case "--use-current-runtime":
      case "--disable-parallel":
      case "--ignore-failed-sources":
        words.push(name);
        break;
      case "--configfile":
      case "--packages":
        words.push(`${name} ${text}`);
    }
  }
  words.push(...call.sources.map(({ text }) => `--source ${text}`));
  const properties = call.properties.filter(({ name, text }) => text !== "" && !/^TargetFramework$/i.test(name));
  return [...words, ...properties.map(({ text }) => text)].join(" ");
}

/** Major version of the SDK in a base image of Microsoft's; 0: not known. */
const sdkVersion = ({ image }: Site): number => Number(/\bdotnet\/(?:nightly\/)?sdk:(\d+)/.exec(image ?? "")?.[1] ?? 0);
