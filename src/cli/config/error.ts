import { UsageError } from "../exit.js";

/** A configuration that cannot be used: a line "path:line:column: what is wrong. What to do." for each problem. */
export class ConfigError extends UsageError {}
