/** `dockopt`: the library. Pure; runs in Node and in browsers. `dockopt/context` reads folders and git. */
export type { Context, EntryKind } from "./context/context.js";
export type { Configuration } from "./config/settings.js";
export { contextFromFiles, contextFromList, type ListedEntry } from "./context/load-list.js";
export type { Applied, Ignored, Refused, Report } from "./engine/run.js";
export { optimize, type OptimizeOptions, type Result, type Settings } from "./optimize.js";
export { PluginError } from "./plugins/shape.js";
export type { Fix } from "./project/insight.js";
export { parse } from "./syntax/parse.js";
export { print } from "./syntax/print.js";
export type { Document, Instruction, ParseResult, Span, Stage, SyntaxProblem } from "./syntax/nodes.js";
export {
  definePlugin,
  defineTransform,
  type CompanionEdit,
  type Plugin,
  type Proposal,
  type Refusal,
  type Safety,
  type Transform,
} from "./transform.js";
export { defaultTransforms, transforms } from "../transforms/index.js";
