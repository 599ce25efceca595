/**
 * What is known of base images: Docker official images whose published Dockerfiles set no USER (so builds run as root)
 * and this WORKDIR. An image that is not listed may do anything.
 * Source: the images' own Dockerfiles in docker-library's repositories.
 */
const ROOT_IMAGES: ReadonlyMap<string, string> = new Map([
  ...(
    "alpine almalinux amazoncorretto amazonlinux bash buildpack-deps busybox centos debian eclipse-temurin fedora gcc " +
    "maven node openjdk oraclelinux pypy python rockylinux ruby rust scratch swift ubuntu"
  )
    .split(" ")
    .map((name): [string, string] => [name, "/"]),
  ["golang", "/go"],
]);

export function knownBase(image: string): { readonly workdir: string } | undefined {
  const name = repository(image).replace(/^docker\.io\/(?:library\/)?|^library\//, "");
  const workdir = ROOT_IMAGES.get(name);
  return workdir === undefined ? undefined : { workdir };
}

/** "node" for "node:20@sha256:...", "ghcr.io/a/b" for "ghcr.io/a/b:1". */
export function repository(image: string): string {
  const untagged = image.split("@")[0] ?? image;
  const colon = untagged.lastIndexOf(":");
  return colon > untagged.lastIndexOf("/") ? untagged.slice(0, colon) : untagged;
}
