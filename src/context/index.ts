/** `dockopt/context`: where a build context comes from. Reads files and runs git; the rest of the library does not. */
export type { Context, EntryKind } from "./context.js";
export { loadFolder } from "./load-folder.js";
export { loadRevision } from "./load-git.js";
export { contextFromFiles, contextFromList, type ListedEntry } from "./load-list.js";
export { locateContext, type Located } from "./locate.js";
