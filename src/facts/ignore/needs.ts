import type { Instruction, Stage } from "../../syntax/nodes.js";
import type { Refusal } from "../../transform.js";
import { repository } from "../base-images.js";
import type { CommandFact, Facts } from "../facts.js";
import { imagesOf } from "../manifest-copies.js";
import { cleanPath, isWithin, parentOf, relativeTo } from "../paths.js";
import { stageNamed } from "../stages.js";
import { placeOf, type Build } from "./builds.js";
import type { Clutter } from "./clutter.js";
import { reach, type Taker } from "./takers.js";

/** Why a build may need what another could do without. */
export type Need = Omit<Refusal, "at">;

/** Who brings the path along with a directory. */
export const bringersOf = (path: string, { takers }: Build): readonly Taker[] =>
  takers.filter((taker) => reach(taker, path) === "brings");

/** What stands against leaving it out of this build; undefined: nothing. What reads a repository is asked of git-use.ts. */
export function needOf(item: Clutter, build: Build): Need | undefined {
  const { path, group } = item;
  const named = build.takers.find((taker) => reach(taker, path) === "names");
  if (named !== undefined) {
    const which = named.parts.includes(undefined) ? "may name it, as far as can be told" : "names it";
    return {
      code: "copied-by-name",
      reason: `${path} stays in the context: \`${named.source}\` (${placeOf(build, named.instruction)}) ${which}`,
    };
  }
  const bringers = bringersOf(path, build);
  if (bringers.length === 0) return undefined;
  const served = bringers.find(({ instruction }) => group !== "repository" && isServed(instruction, build));
  if (served !== undefined)
    return {
      code: "served",
      reason: `${path} stays in the context: ${placeOf(build, served.instruction)} brings it to where a web server serves all there is`,
    };
  if (group === "installed" || group === "built" || group === "environment") {
    const bare = bringers.find((taker) => !isMade(item, taker, build));
    if (bare === undefined) return undefined;
    if (group !== "environment")
      return {
        code: "not-made",
        reason: `${path} stays in the context: ${placeOf(build, bare.instruction)} brings it, and no step of that stage is known to make it anew`,
      };
  }
  const mention = group === "junk" ? undefined : mentionOf(path, build);
  return mention === undefined
    ? undefined
    : { code: "mentioned", reason: `${path} stays in the context: ${placeOf(build, mention)} mentions it` };
}

const WEB_SERVER = /(?:^|[/-])(?:nginx|nginx-unprivileged|httpd|caddy|lighttpd|apache|openresty|static-web-server)$/;
const WEB_ROOT = /^\/(?:usr\/share\/(?:nginx|caddy)|usr\/local\/apache2\/htdocs|var\/www|srv\/(?:http|www))(?:\/|$)/;

/** Everything that is copied there is product, whatever it is called. */
function isServed(instruction: Instruction, { facts }: Build): boolean {
  const { likelyDest } = facts.copy(instruction) ?? {};
  return WEB_SERVER.test(repository(facts.state(instruction).image)) || WEB_ROOT.test(likelyDest ?? "");
}

/** Labels and image names are no paths. */
const NO_PATHS = /^(?:FROM|LABEL|MAINTAINER|COPY|ADD)$/;

function mentionOf(path: string, { facts: { document } }: Build): Instruction | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/[.+]/g, "\\$&");
  const word = new RegExp(`(?<![\\w.-])${name}(?![\\w-])`);
  return document.instructions.find((one) => {
    if (NO_PATHS.test(one.kind) && !((one.kind === "COPY" || one.kind === "ADD") && one.from !== undefined))
      return false;
    return word.test(document.source.slice(one.start, one.end));
  });
}

/** Is it made anew, wherever this copy puts it? */
function isMade(item: Clutter, taker: Taker, build: Build): boolean {
  const { facts } = build;
  const { stages } = facts.document;
  const copy = facts.copy(taker.instruction);
  const own = stages[taker.instruction.stage];
  if (copy === undefined || own === undefined) return false;
  const near = stages.filter((stage) => isOn(stage, own) || isOn(own, stage)).flatMap((stage) => stage.instructions);
  const behind = (one: Instruction): boolean => item.group !== "built" || one.index > copy.instruction.index;
  const images = imagesOf([item.path], [copy], "/");
  return (
    images.length > 0 && images.every((image) => near.some((one) => behind(one) && makes(one, image, item, facts)))
  );
}

const isOn = (upper: Stage, lower: Stage): boolean =>
  upper === lower || (upper.base !== undefined && isOn(upper.base, lower));

/** Does the step put there what the item is a copy of? */
function makes(one: Instruction, image: string, item: Clutter, facts: Facts): boolean {
  if (one.kind === "RUN")
    return facts
      .commands(one)
      .some((fact) => (item.group === "built" ? builds(fact, image, item) : installs(fact, image, facts.context)));
  if ((one.kind !== "COPY" && one.kind !== "ADD") || one.from === undefined) return false;
  const dest = facts.copy(one)?.dest;
  if (dest === undefined || !isWithin(image, dest)) return false;
  if (image === dest) return true;
  const stage = stageNamed(one.from, one.stage, facts.document);
  const rest = relativeTo(image, dest);
  return one.sources.some(
    (source) => stage !== undefined && isMadeIn(stage, cleanPath(`/${source.text}/${rest}`), item, facts),
  );
}

const isMadeIn = (stage: Stage, image: string | undefined, item: Clutter, facts: Facts): boolean =>
  image !== undefined &&
  (stage.instructions.some((one) => makes(one, image, item, facts)) ||
    (stage.base !== undefined && isMadeIn(stage.base, image, item, facts)));

function installs({ install, command, site, effects }: CommandFact, image: string, context: Facts["context"]): boolean {
  if (install !== undefined && context !== undefined)
    return install.ecosystem
      .outputs(install.call, site, context)
      .some((output) => output.kind === "installed" && output.path === image);
  return /^(?:rm|venv|virtualenv)$/.test(command.program ?? "") && effects.writes.includes(image);
}

/** Commands that build what stands beside these files. */
const BUILDERS: readonly { readonly beside: RegExp; readonly command: RegExp }[] = [
  {
    beside: /^package\.json$/,
    command:
      /^(?:npm|pnpm|yarn|bun|npx|bunx|turbo|nx|lerna|tsc|vite|next|nuxt|ng|webpack|rollup)\b.*\b(?:build|generate|bundle|compile|tsc|webpack|rollup)\b|^tsc\b/,
  },
  { beside: /^Cargo\.toml$/, command: /^cargo (?:build|install|run|test|chef)\b/ },
  { beside: /^pom\.xml$/, command: /^mvnw? .*\b(?:compile|package|verify|install|deploy)\b/ },
  { beside: /^build\.gradle/, command: /^gradlew? .*\b\w*(?:[bB]uild|[aA]ssemble|[jJ]ar|[wW]ar|[dD]ist)\w*\b/ },
  { beside: /^CMakeLists\.txt$/, command: /^cmake\b/ },
  { beside: /proj$/, command: /^dotnet (?:build|publish|pack|restore)\b/ },
];

/** Does the command build the project that the output belongs to, from there or from above it? */
function builds({ command, site }: CommandFact, image: string, { beside = "" }: Clutter): boolean {
  const text = [command.program ?? "", ...command.args.map((word) => word.text)].join(" ");
  return (
    isWithin(parentOf(image), site.cwd) &&
    BUILDERS.some((builder) => builder.beside.test(beside) && builder.command.test(text))
  );
}
