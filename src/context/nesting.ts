/**
 * Is YAML nested deeper than people write it? Its parser calls itself for what lies in something else, and at the end of the stack V8 may end
 * the whole process (measured, Node 20). Brackets in quotes count as well.
 */
export function isNestedDeeply(yaml: string): boolean {
  let open = 0;
  for (let at = 0; at < yaml.length; at++) {
    const c = yaml[at];
    if (c === "[" || c === "{") open++;
    else if ((c === "]" || c === "}") && open > 0) open--;
    if (open > 100) return true;
  }
  return /^(?: {200}| *(?:[-?:] +){50})/m.test(yaml);
}
