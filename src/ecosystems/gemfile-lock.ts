import { requirement, type Gemfile } from "./gemfile.js";

/** Lines below each heading of a Gemfile.lock. */
function sectionsOf(lock: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of lock.split(/\r?\n/)) {
    if (/^[A-Z]/.test(line)) {
      lines = sections.get(line.trim()) ?? [];
      sections.set(line.trim(), lines);
    } else if (line.trim() !== "") lines.push(line);
  }
  return sections;
}

/**
 * Why an install that is not frozen may rewrite the lockfile; undefined: it is in step. As measured with Bundler 2.3: a gem,
 * a source, the version of Ruby or the machine's platform may be missing; the version of Bundler does not count.
 */
export function whyRewritten(gemfile: Gemfile, lock: string, path: string): string | undefined {
  const manifest = gemfile.paths[0] ?? "Gemfile";
  if (gemfile.unclear !== undefined)
    return `whether ${path} is in step with ${manifest} cannot be told (${gemfile.unclear})`;
  const sections = sectionsOf(lock);
  const gem = wrongGem(gemfile, sections.get("DEPENDENCIES") ?? []);
  if (gem !== undefined) return `${path} is out of step with ${manifest} (${gem})`;
  const remotes = new Set(
    (sections.get("GEM") ?? []).flatMap((line) => /^ {2}remote: (\S+?)\/?$/.exec(line)?.[1] ?? []),
  );
  if (!sameSet(gemfile.sources, remotes)) return `${path} has other sources than ${manifest}`;
  if (gemfile.ruby !== sections.has("RUBY VERSION"))
    return `${path} is out of step with ${manifest} (the version of Ruby)`;
  const platform = missingPlatform((sections.get("PLATFORMS") ?? []).map((line) => line.trim()));
  return platform === undefined
    ? undefined
    : `${path} is not locked for ${platform}, on which this may be built (\`bundle lock --add-platform ${platform}\`)`;
}

function wrongGem({ gems }: Gemfile, lines: readonly string[]): string | undefined {
  const locked = new Map(
    lines.map((line): [string, ReadonlySet<string>] => {
      const [, name = "", list] = /^ {2}([^\s!]+)(?: \((.*)\))?!?$/.exec(line) ?? [];
      return [name, new Set(list?.split(",").map(requirement))];
    }),
  );
  const differs = (name: string): boolean => {
    const [wanted, found] = [gems.get(name), locked.get(name)];
    return wanted === undefined || found === undefined || !sameSet(wanted, found);
  };
  return [...gems.keys(), ...locked.keys()].find(differs);
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));

/** "ruby" is taken anywhere; else each machine that images are built on needs its own: Bundler adds the one it runs on. */
function missingPlatform(platforms: readonly string[]): string | undefined {
  if (platforms.includes("ruby")) return undefined;
  return ["x86_64-linux", "aarch64-linux"].find(
    (one) => !platforms.includes(one) && !["gnu", "musl"].every((libc) => platforms.includes(`${one}-${libc}`)),
  );
}
