import type { Context } from "../../context/context.js";
import { shorten } from "../effects.js";
import { placeOf, type Build } from "./builds.js";
import { scriptsOf, type Script } from "./scripts.js";

/** A text that runs in the image, or configures what does. */
interface Text {
  readonly where: string;
  readonly text: string;
  /** Base images of the stages that it may run in. */
  readonly images: readonly string[];
}

/**
 * What may read the repository in the image: a RUN or CMD, or a script that these reach by the names they mention (a Makefile, what
 * package.json calls by a name, what that requires ...). undefined: nothing is known to. `skip`: what is not looked into.
 */
export function gitUse(builds: readonly Build[], context: Context, skip: ReadonlySet<string>): string | undefined {
  const scripts = scriptsOf(context, skip);
  for (const build of builds) {
    const { document } = build.facts;
    const running = document.stages.filter((stage) => stage.instructions.some((one) => one.kind === "RUN"));
    const images = running.map((stage) => build.facts.state(stage.from).image);
    const queue = [...commandTexts(build)];
    const done = new Set<Script>();
    const reached = (found: readonly Script[]): string | undefined => {
      for (const script of found) {
        if (done.has(script)) continue;
        done.add(script);
        const read = script.read();
        if ("problem" in read) return `${script.where} may read it (${read.problem})`;
        queue.push({ where: script.where, text: read.text, images });
      }
      return undefined;
    };
    let use = reached(scripts.always);
    for (let one = queue.shift(); one !== undefined && use === undefined; one = queue.shift())
      use =
        useIn(one, document.source) ?? reached([...namesIn(one.text)].flatMap((name) => scripts.named.get(name) ?? []));
    if (use !== undefined) return use;
  }
  return undefined;
}

function commandTexts(build: Build): readonly Text[] {
  return build.facts.document.instructions.flatMap((one): Text[] => {
    if (!/^(?:RUN|CMD|ENTRYPOINT|HEALTHCHECK)$/.test(one.kind) || one.stage < 0) return [];
    const words = one.json?.map((word) => word.text).join(" ") ?? one.body.text;
    const text = [words, ...one.heredocs.map((heredoc) => heredoc.content)].join("\n");
    return [{ where: placeOf(build, one), text, images: [build.facts.state(one).image] }];
  });
}

/** Words that may name a script: whole (`build:web`), as a file name, and its parts (`app.main:app`). */
function namesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/[\w.:@-]+/g), ...text.matchAll(/[\w.-]+/g), ...text.matchAll(/[\w-]+/g)].flat());
}

const VERBS =
  "add|am|archive|blame|branch|cat-file|checkout|cherry|clean|commit|config(?! --(?:global|system) (?!.*safe\\.directory))|describe|diff|" +
  "fetch|for-each-ref|grep|hash-object|lfs (?:checkout|fetch|pull)|log|ls-files|ls-tree|merge|merge-base|name-rev|pull|remote|reset|" +
  "rev-list|rev-parse|shortlog|show|stash|status|submodule|symbolic-ref|tag|worktree";

/** How a repository is read; `only`: in files of this name. */
const USES: readonly { readonly text: RegExp; readonly only?: RegExp }[] = [
  { text: new RegExp(`\\bgit(?: -[cC] \\S+| --\\S+)* (?:${VERBS})\\b`) },
  // execFile("git", [...]), ["git", "describe"]
  { text: /["'`]git["'`]\s*[,)\]]/ },
  // Without git: .git/HEAD, join(".git", "HEAD"), [ -d .git ]
  { text: /\.git(?:\/|["'`]\s*,\s*["'`])(?:HEAD|refs|logs|index|packed-refs)|-[def]\s+["']?\S*\.git(?![\w.-])/ },
  {
    text: /\b(?:gitversion|nbgv|goreleaser|semantic-release|git-cliff|lerna (?:version|publish|changed)|poetry build)\b/,
  },
  { text: /\b(?:lefthook|pre-commit|overcommit) install\b/ },
  {
    text: /\bgit-(?:rev-sync|describe|repo-info|last-commit|revision[\w-]*)|\b(?:simple-git|isomorphic-git|nodegit|GitPython|pygit2)\b/,
  },
  { text: /\b(?:enableGitInfo|showLastUpdate(?:Time|Author)|setuptools_scm)\b/ },
  {
    text: /\b(?:setuptools-(?:git|scm)|hatch-vcs|versioneer|versioningit|pbr|dunamai|(?:poetry|uv)-dynamic-versioning|flit[_-]scm)\b/,
    only: /pyproject\.toml$|setup\.(?:py|cfg)$/,
  },
  { text: /\bsource\s*=\s*["'](?:scm|vcs)["']/, only: /pyproject\.toml$/ },
  {
    text: /git-commit-id|jgit|buildnumber-maven|maven-git-versioning|git-code-format|grgit|git-?properties|git-?version|axion-release|nebula\.release|reckon|ratchetFrom/i,
    only: /\.(?:xml|gradle|kts|properties)$/,
  },
  { text: /\b(?:vergen|git2|gix|shadow[_-]rs|git-version|git-testament|built)\b/, only: /Cargo\.toml$|build\.rs$/ },
  { text: /\b(?:GitVersion|Nerdbank\.GitVersioning|MinVer)/, only: /proj$|Directory\.Build\.\w+$/ },
  { text: /\b(?:find_package\(Git|vcs_tag)\b/, only: /CMakeLists\.txt$|\.cmake$|meson\.build$/ },
];

/** A sentence on what of the text reads the repository. */
function useIn({ where, text, images }: Text, dockerfile: string): string | undefined {
  // Words apart by one blank, so that a continued line reads as one.
  const plain = text.replace(/\\\r?\n|[ \t]+/g, " ").replace(/ {2,}/g, " ");
  for (const { text: use, only } of USES) {
    const [found] = only === undefined || only.test(where) ? (use.exec(plain) ?? []) : [];
    if (found !== undefined) return `${where} reads it: \`${shorten(found)}\``;
  }
  const [dotnet] = /\bdotnet (?:build|publish|pack|msbuild)\b/.exec(plain) ?? [];
  if (dotnet !== undefined && !plain.includes("IncludeSourceRevisionInInformationalVersion=false"))
    return `${where}: \`${dotnet}\` writes the commit into what it builds (-p:IncludeSourceRevisionInInformationalVersion=false would not)`;
  const stamped = plain.split(/[&|;\n]/).filter((part) => !/\bgo (?:build|install)\b.*-buildvcs=false/.test(part));
  const go = stamped
    .map((part) => /\bgo (?:build|install)\b(?! \S*@)/.exec(part)?.[0])
    .find((one) => one !== undefined);
  if (
    go !== undefined &&
    !/GOFLAGS(?:(?!GOFLAGS)\S)*-buildvcs=false/.test(dockerfile) &&
    images.some((one) => mayHaveGit(one, dockerfile))
  )
    return `${where}: \`${go}\` writes the commit into the program (-buildvcs=false would not)`;
  return undefined;
}

/** Images on Alpine have no git, unless it is installed; those for Go on Debian have. */
const mayHaveGit = (image: string, dockerfile: string): boolean =>
  !/alpine/.test(image) || /(?<![./\w-])git(?![\w.:/-])/.test(dockerfile);
