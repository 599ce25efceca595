import type { Instruction } from "../syntax/nodes.js";

/**
 * Names that release pipelines change with every build; installs do not read them. Names that tools do read (GIT_SSL_NO_VERIFY,
 * SOURCE_DATE_EPOCH, GITHUB_TOKEN) are not among them.
 */
const VOLATILE =
  /^(?:(?:APP_|IMAGE_|PROJECT_|RELEASE_)?(?:VERSION|REVISION|COMMIT|SHA|RELEASE|TIMESTAMP)|(?:VCS|GIT|GITHUB|SOURCE|CI)_(?:SHORT_)?(?:SHA\d*|COMMIT\w*|REV|REVISION|REF\w*|BRANCH|TAG|VERSION|HASH|URL|REPO\w*|RUN\w*|DATE|DESCRIBE|DIRTY|TREE\w*|BUILD\w*|JOB\w*|PIPELINE\w*|HEAD\w*)|COMMIT_\w+|BUILD_(?:DATE|ID|NUM|NUMBER|TIME|TIMESTAMP|VERSION|SHA|COMMIT|REV|REVISION)|REV|SHORT_SHA|BRANCH)$/;

/** A variable named like build metadata: it changes with every build, and means nothing to a step that does not mention it. */
export const isVolatileName = (name: string): boolean => VOLATILE.test(name);

/** A default that says nothing: the build gives the value. Any other pins one. */
export const isPlaceholder = (value: string | undefined): boolean =>
  value === undefined ||
  /^["']?(?:|unknown|dev(?:el|elopment)?|local|latest|none|n\/?a|main|master|head|0(?:\.0)*(?:-\w+)?|snapshot|test)["']?$/i.test(
    value,
  );

/** An ARG or ENV that sets nothing but build metadata. */
export function isVolatile(instruction: Instruction): boolean {
  return (
    (instruction.kind === "ARG" || instruction.kind === "ENV") &&
    instruction.pairs.every((pair) => isVolatileName(pair.name.text))
  );
}
