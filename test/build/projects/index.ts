import { GO } from "./go.js";
import { JAVA } from "./java.js";
import { MERGES } from "./merges.js";
import { NODE } from "./node.js";
import { PHP } from "./php.js";
import type { Project } from "./project.js";
import { PYTHON } from "./python.js";
import { RUBY } from "./ruby.js";
import { RUST } from "./rust.js";
import { SYSTEM } from "./system.js";

export const PROJECTS: readonly Project[] = [NODE, PYTHON, GO, PHP, RUST, RUBY, JAVA, SYSTEM, MERGES].flat();
