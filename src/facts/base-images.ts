/**
 * What is known of base images: Docker official images whose published Dockerfiles set no USER (so builds run as root)
 * and this WORKDIR; php's with a server in them have another. An image that is not listed may do anything.
 * Source: the images' own Dockerfiles in docker-library's repositories.
 */
const ROOT_IMAGES: ReadonlyMap<string, string> = new Map([
  ...(
    "alpine almalinux amazoncorretto amazonlinux bash buildpack-deps busybox centos debian eclipse-temurin fedora gcc " +
    "maven node openjdk oraclelinux perl pypy python rockylinux ruby rust scratch swift ubuntu"
  )
    .split(" ")
    .map((name): [string, string] => [name, "/"]),
  ["golang", "/go"],
  ["composer", "/app"],
  ["php", "/"],
]);

export function knownBase(image: string): { readonly workdir: string } | undefined {
  const name = repository(image).replace(/^docker\.io\/(?:library\/)?|^library\//, "");
  const served = name === "php" && /(?:^|-)(?:apache|fpm)(?:-|$)/.test(tag(image));
  const workdir = served ? "/var/www/html" : ROOT_IMAGES.get(name);
  return workdir === undefined ? undefined : { workdir };
}

/** An image's name as named contexts are given: without Docker Hub's parts and `:latest` (BuildKit: FamiliarString). */
export const familiar = (image: string): string =>
  image
    .replace(/^docker\.io\//, "")
    .replace(/^library\//, "")
    .replace(/:latest$/, "");

/** "node" for "node:20@sha256:...", "ghcr.io/a/b" for "ghcr.io/a/b:1". */
export function repository(image: string): string {
  const untagged = image.split("@")[0] ?? image;
  const colon = untagged.lastIndexOf(":");
  return colon > untagged.lastIndexOf("/") ? untagged.slice(0, colon) : untagged;
}

/** "8.3-fpm-alpine" for "php:8.3-fpm-alpine@sha256:..."; "" for none. */
const tag = (image: string): string => (image.split("@")[0] ?? "").slice(repository(image).length + 1);
