export type { Context, EntryKind } from "./context/context.js";
export type { Configuration } from "./config/settings.js";
export { optimize, type Applied, type Options, type Refused, type Report } from "./engine/run.js";
export { parse } from "./syntax/parse.js";
export { print } from "./syntax/print.js";
export type { Document, Instruction, ParseResult, Span, Stage, SyntaxProblem } from "./syntax/nodes.js";
export {
  defineTransform,
  type CompanionEdit,
  type Proposal,
  type Refusal,
  type Safety,
  type Transform,
} from "./transform.js";
export { defaultTransforms, transforms } from "../transforms/index.js";
