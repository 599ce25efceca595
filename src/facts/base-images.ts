/**
 * What is known of base images: Docker official images, and Microsoft's of .NET, whose published Dockerfiles set no USER (so builds
 * run as root) and this WORKDIR; php's with a server in them have another. An image that is not listed may do anything.
 * Source: the images' own Dockerfiles in docker-library's repositories and in dotnet/dotnet-docker.
 */
const ROOT_IMAGES: ReadonlyMap<string, string> = new Map([
  ...(
    "alpine almalinux amazoncorretto amazonlinux bash buildpack-deps busybox centos debian eclipse-temurin elixir " +
    "erlang fedora gcc maven node openjdk oraclelinux pypy python rockylinux ruby rust scratch swift ubuntu"
  )
    .split(" ")
    .map((name): [string, string] => [name, "/"]),
  ["golang", "/go"],
  ["composer", "/app"],
  ["php", "/"],
]);

const DOTNET = /^mcr\.microsoft\.com\/dotnet\/(?:core\/|nightly\/)?(?:sdk|aspnet|runtime|runtime-deps)$/;

/** `windows`: the same tag names a Windows image where the builder runs on Windows. */
export function knownBase(image: string): { readonly workdir: string; readonly windows: boolean } | undefined {
  const name = repository(image).replace(/^(?:docker\.io|registry\.docker\.com)\/(?:library\/)?|^library\//, "");
  // The images without a shell run as another user.
  if (DOTNET.test(name))
    return /nanoserver|windowsservercore|chiseled|distroless/.test(image) ? undefined : { workdir: "/", windows: true };
  const served = name === "php" && /(?:^|-)(?:apache|fpm)(?:-|$)/.test(tag(image));
  const workdir = served ? "/var/www/html" : ROOT_IMAGES.get(name);
  return workdir === undefined ? undefined : { workdir, windows: false };
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
