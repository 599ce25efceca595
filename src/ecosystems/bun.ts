import { parse as parseJsonc } from "jsonc-parser";
import { hasOption, optionText, readArgs } from "../shell/args.js";
import { belowHome, cacheDirectory, undoneCache, unknownCache } from "./caches.js";
import type { Install, KnownEcosystem, Site } from "./ecosystem.js";
import { INSTALL_SCRIPTS } from "./lifecycle.js";
import { directoryOf, nodeInputs, nodeOutputs, projectFolder, removesCaches, type NodeTool } from "./node-project.js";
import { record, strings, type PackageJson } from "./package-json.js";

const VALUED = "--cwd --registry --backend --omit --cache-dir --concurrent-scripts --network-concurrency --config -c";

export const bun: KnownEcosystem = {
  name: "bun",
  about: {
    summary: "Packages of Node.js with Bun",
    installs: ["bun install", "bun ci"],
    manifests: ["package.json"],
    lockfiles: ["bun.lock", "bun.lockb"],
    makes: ["node_modules"],
    docs: `Read as well: \`bunfig.toml\`, \`.npmrc\`, the manifests of workspace members, patches. Safe with \`--frozen-lockfile\`, or when bun.lock is in step with package.json; of the binary
bun.lockb that cannot be told.`,
  },
  reads: ["package.json", "bun.lock", "bun.lockb", "bunfig.toml", ".npmrc", ".env", "node_modules", "patches"],
  install(command, site) {
    if (command.program !== "bun") return undefined;
    const args = readArgs(command.args, VALUED);
    const [verb, ...packages] = args.words.map((word) => word.value);
    if (
      verb === undefined ||
      !["install", "i", "ci"].includes(verb) ||
      packages.length > 0 ||
      hasOption(args, "-g", "--global")
    )
      return undefined;
    const directory = directoryOf(site, optionText(args, "--cwd"), hasOption(args, "--cwd"));
    return directory === undefined ? undefined : { command, directory, label: `bun ${verb}` };
  },
  inputs(install, site, context) {
    const project = projectFolder(install, site, context);
    return "reason" in project ? project : nodeInputs(install, tool(install), project.folder, site, context);
  },
  outputs(install, site: Site, context) {
    const project = projectFolder(install, site, context);
    return "reason" in project ? [] : nodeOutputs(install, tool(install), project.folder, context);
  },
  cleanup: (command) => (command.program === "bun" && command.args[0]?.value === "pm") || removesCaches(command),
  caches(command, site) {
    if (command.program !== "bun") return undefined;
    const args = readArgs(command.args, VALUED);
    const verb = args.words[0]?.value ?? "";
    if (!["install", "i", "ci", "add"].includes(verb)) return undefined;
    const label = `bun ${verb}`;
    if (hasOption(args, "--no-cache")) return undoneCache(label, "--no-cache");
    // BUN_INSTALL holds the tool as well, so that only its default tells where the cache is.
    const fallback = site.env.has("BUN_INSTALL") ? undefined : belowHome(site, ".bun/install/cache");
    const path = hasOption(args, "--cache-dir")
      ? optionText(args, "--cache-dir")
      : cacheDirectory(site, ["BUN_INSTALL_CACHE_DIR"], fallback);
    return path?.startsWith("/") === true ? [{ path, holds: "downloads" }] : unknownCache(label);
  },
};

function tool(install: Install): NodeTool {
  const args = readArgs(install.command.args, VALUED);
  const frozen = install.label === "bun ci" || hasOption(args, "--frozen-lockfile");
  return {
    label: install.label,
    lockfiles: ["bun.lock", "bun.lockb"],
    configs: [".npmrc", "bunfig.toml"],
    frozen,
    needsLockfile: frozen,
    scripts: hasOption(args, "--ignore-scripts") ? [] : INSTALL_SCRIPTS,
    inStep: lockMatches,
  };
}

/** bun.lock is JSON with trailing commas; its first workspace repeats the root's sections. bun.lockb is binary. */
function lockMatches(manifest: PackageJson, lockfile: string): boolean | undefined {
  const root = record(record(record(parseJsonc(lockfile, [], { allowTrailingComma: true }))?.["workspaces"])?.[""]);
  if (root === undefined) return undefined;
  return [...manifest.sections].every(([section, wanted]) => {
    const locked = strings(root[section]);
    return wanted.size === locked.size && [...wanted].every(([name, range]) => locked.get(name) === range);
  });
}
