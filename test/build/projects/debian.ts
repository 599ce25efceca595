import type { Safety } from "../../../src/transform.js";
import type { Files } from "../../../scripts/bench/files.js";
import type { Project } from "./project.js";

export const SOURCE: Files = { "build.sh": "echo built > built\n", "src/a.txt": "a\n" };

/** A few files and a script on plain Debian. */
export const debian = (
  name: string,
  body: string,
  by: readonly string[],
  faster?: true,
  safety: Safety = "safe",
): Project => ({
  name,
  dockerfile: `FROM debian:bookworm-slim\n${body}`,
  files: SOURCE,
  by,
  safety,
  ...(faster === undefined ? {} : { faster }),
});
