const LONG = 200;

/** Line ends would break lists and tables. */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** What somebody threw, for people: `threw TypeError: x is not a function`. */
export function says(error: unknown): string {
  const text = oneLine(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  return `threw ${text.length > LONG ? `${text.slice(0, LONG)}…` : text}`;
}
