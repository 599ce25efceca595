import { cleanPath, isSystemPath } from "./paths.js";

/** Variables by which tools are told where to read: settings, caches, proxies, certificates, preloads. What an ecosystem reads itself is left out. */
const READ_BY_TOOLS =
  /^(?:npm_|NPM_|NODE_|PNPM_|YARN_|BUN_|COREPACK_|PIP_|PIPENV_|POETRY_|PDM_|UV_|GO[A-Z]+$|CARGO_|RUSTUP_|GEM_|RUBY(?:LIB|OPT)$|BUNDLE_(?!GEMFILE$|PATH$|APP_CONFIG$|BIN$)|MIX_(?!EXS$|DEPS_PATH$|BUILD_)|HEX_|COMPOSER_|MAVEN_|M2_|GRADLE_|NUGET_|DOTNET_|MSBUILD|JAVA_|JDK_|GIT_|SSL_|CURL_|WGETRC$|REQUESTS_|APT_|DPKG_|PYTHONUSERBASE$|LD_|BASH_ENV$|ENV$|XDG_|CONDA_|NETRC$)/;

/** Heeded by the shell itself and by all programs: which one is found, where `~` is, how they sort and count. */
const READ_BY_ALL = /^(?:PATH|HOME|IFS|CDPATH|TZ|LANG|LANGUAGE|LC_[A-Z]+|POSIXLY_CORRECT|ENV|BASH_ENV|LD_[A-Z_]+)$/;

export const isReadByAll = (name: string): boolean => READ_BY_ALL.test(name);

/** Programs that a tool calls by name. */
const CALLED = ["node", "python", "python3", "sh", "git", "go"];

/** Settings and credentials that tools look for below a home directory. */
export const HOME_FILES =
  ".bundle .bunfig.toml .cache .composer .condarc .config .docker .gem .gemrc .gitconfig .git-credentials .gradle .hex .local .m2 .mavenrc .mix .netrc .npm .npmrc .nuget .pip .pydistutils.cfg .ssh .yarnrc .yarnrc.yml".split(
    " ",
  );

/**
 * Image paths outside of the system that a tool reads because a variable says so: `GOPROXY=file:///proxy`, `PIP_FIND_LINKS=/wheels`,
 * `NPM_CONFIG_USERCONFIG=/app/.npmrc`. Other variables (`APP_HOME=/app`) mean nothing to it.
 */
export function environmentPaths(env: ReadonlyMap<string, string | undefined>, program: string): readonly string[] {
  const found = [...env].flatMap(([name, value]) => (value === undefined ? [] : pathsOf(name, value, program)));
  return [...new Set(found.flatMap((path) => cleanPath(path) ?? []))].filter(
    (path) => path !== "/" && !isSystemPath(path),
  );
}

function pathsOf(name: string, value: string, program: string): readonly string[] {
  const absolute = [...value.matchAll(/(?:^|[\s:,;=|])(?:file:\/\/)?(\/[^\s:,;|]*)/g)].map((match) => match[1] ?? "");
  const files = [...value.matchAll(/file:\/\/(\/[^\s:,;|]*)/g)].map((match) => match[1] ?? "");
  switch (name) {
    case "PATH":
      return absolute.flatMap((path) => [program, ...CALLED].map((one) => `${path}/${one}`));
    case "HOME":
      return HOME_FILES.map((file) => `${value}/${file}`);
    case "PYTHONPATH":
      return absolute.flatMap((path) => ["sitecustomize.py", "usercustomize.py", "pip"].map((one) => `${path}/${one}`));
    case "GOPATH":
      return absolute.flatMap((path) => [`${path}/pkg`, `${path}/bin`]);
    default:
      return READ_BY_TOOLS.test(name) ? absolute : files;
  }
}
