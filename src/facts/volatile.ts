import type { Instruction } from "../syntax/nodes.js";

/** Names that release pipelines change with every build; installs do not read them. */
const VOLATILE =
  /^(?:(?:APP_|IMAGE_|PROJECT_|RELEASE_)?(?:VERSION|REVISION|COMMIT|SHA|RELEASE|TIMESTAMP)|(?:VCS|GIT|GITHUB|SOURCE|CI)_\w+|COMMIT_\w+|BUILD_(?:DATE|ID|NUM|NUMBER|TIME|TIMESTAMP|VERSION|SHA|COMMIT|REV|REVISION)|REV|SHORT_SHA|BRANCH)$/;

/** A variable named like build metadata: it changes with every build, and means nothing to a step that does not mention it. */
export const isVolatileName = (name: string): boolean => VOLATILE.test(name);

/** An ARG or ENV that sets nothing but build metadata. */
export function isVolatile(instruction: Instruction): boolean {
  return (
    (instruction.kind === "ARG" || instruction.kind === "ENV") &&
    instruction.pairs.every((pair) => isVolatileName(pair.name.text))
  );
}
