import semver from "semver";
import type { Document } from "../syntax/nodes.js";
import { repository } from "./base-images.js";

/** The release of the Dockerfile frontend that made a feature stable (moby/buildkit, release notes of dockerfile/1.x). */
const SINCE = { "RUN --mount": "1.2.0", "COPY --parents": "1.20.0" } as const;

/** Features that every BuildKit in use has, whatever frontend it brings. */
const BUILT_IN: ReadonlySet<string> = new Set(["RUN --mount"]);

/**
 * Why the frontend named by `# syntax` does not know a feature, for people; undefined: it does. A tag without a minor version (`1`) is the newest;
 * `-labs` and `experimental` have features before they are stable.
 */
export function frontendLacks(feature: keyof typeof SINCE, { directives }: Document): string | undefined {
  const { syntax } = directives;
  if (syntax === undefined)
    return BUILT_IN.has(feature)
      ? undefined
      : `${feature} needs \`# syntax=docker/dockerfile:${SINCE[feature].slice(0, 4)}\` or later`;
  const image = syntax.trim().split(/\s/, 1)[0] ?? "";
  const name = repository(image).replace(/^docker\.io\//, "");
  if (name !== "docker/dockerfile" && name !== "docker/dockerfile-upstream")
    return `the frontend ${image} may not know ${feature}`;
  const tag = /:([^:@/]+)(?:@|$)/.exec(image)?.[1] ?? (image.includes("@") ? "" : "latest");
  if (/^(?:latest|labs|master|experimental|1|1-labs|.*-(?:labs|experimental))$/.test(tag)) return undefined;
  const version = /^\d+\.\d+(?:\.\d+)?$/.test(tag) ? semver.coerce(tag) : null;
  if (version === null) return `which version of the frontend ${image} is, is not known`;
  return semver.gte(version, SINCE[feature])
    ? undefined
    : `\`# syntax=${image}\` is older than ${SINCE[feature].replace(/\.0$/, "")}, which brought ${feature}`;
}
