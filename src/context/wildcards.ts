/** A piece of a pattern: a character; one that is no slash, any number of those; any characters; nothing, or any that end with a slash. */
export type Piece = { readonly character: string } | "one" | "star" | "all" | "folders";

/**
 * Does the whole path match? Takes time by length of pattern times length of path, where a regular expression tries every way to share the
 * path out among the stars.
 */
export function matchesPieces(pieces: readonly Piece[], path: string): boolean {
  // Twice the index: before a piece. One more: within its folders.
  let places = new Set<number>();
  const enter = (into: Set<number>, from: number): void => {
    for (let place = from; !into.has(place); place += 2) {
      into.add(place);
      const piece = pieces[place / 2];
      if (piece !== "star" && piece !== "all" && piece !== "folders") return;
    }
  };
  enter(places, 0);
  for (let at = 0; at < path.length && places.size > 0; at++) {
    const character = path.charAt(at);
    const slash = character === "/";
    const next = new Set<number>();
    for (const place of places) {
      const piece = pieces[place >> 1];
      if (piece === "folders") {
        next.add(place | 1);
        if (slash) enter(next, (place | 1) + 1);
      } else if (piece === "all" || (piece === "star" && !slash)) enter(next, place);
      else if (piece === "one" ? !slash : typeof piece === "object" && piece.character === character)
        enter(next, place + 2);
    }
    places = next;
  }
  return places.has(2 * pieces.length);
}
