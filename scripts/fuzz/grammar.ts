import { dockerfile } from "./grammars/dockerfile.js";
import { ignore } from "./grammars/ignore.js";
import { shell } from "./grammars/shell.js";
import { choose, type Random } from "./random.js";

/** The texts that a name may stand for; `«name»` in them stands for another rule. The first one comes to an end soonest. */
export type Rules = Readonly<Record<string, readonly string[]>>;

const DEEPEST = 14;

/** A random text, its names replaced by what the grammar has for them; what lies too deep is written in its first form. */
export function expand(rules: Rules, text: string, pick: Random, depth = 0): string {
  return text.replace(/«([^»]+)»/g, (_, name: string) => {
    const forms = rules[name];
    if (forms === undefined) throw new RangeError(`the grammar has no rule ${name}`);
    return expand(rules, depth > DEEPEST ? (forms[0] ?? "") : choose(forms, pick), pick, depth + 1);
  });
}

/** The grammar of Dockerfiles, the shell in them and ignore files, with an ecosystem's own words. */
export const grammarWith = (words: Rules): Rules => ({ ...shell, ...dockerfile, ...ignore, ...words });
