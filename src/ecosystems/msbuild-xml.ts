/** An element of a project file, a solution (.slnx) or a nuget.config. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** Its own text and CDATA, entities decoded. */
  readonly text: string;
}

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<!\[CDATA\[(?<data>[\s\S]*?)\]\]>|<\/(?<end>[^\s>]+)\s*>|<(?<start>[^\s/>!?]+)(?<attributes>(?:\s+[^\s=/>]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/gy;

/** The root element; undefined when the text is not well-formed as far as it is read (no schemas, no entities of its own). */
export function readXml(source: string): Element | undefined {
  const open: { name: string; attributes: ReadonlyMap<string, string>; children: Element[]; text: string }[] = [
    { name: "", attributes: new Map(), children: [], text: "" },
  ];
  let at = source.startsWith("\uFEFF") ? 1 : 0;
  while (at < source.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(source);
    const top = open.at(-1);
    if (token === null || top === undefined) return undefined;
    at = TOKEN.lastIndex;
    const { data, end, start, attributes, empty, text } = token.groups ?? {};
    top.text += data ?? (text === undefined ? "" : decode(text));
    if (end !== undefined) {
      if (open.length < 2 || top.name !== end) return undefined;
      open.pop();
    }
    if (start === undefined) continue;
    const element = { name: start, attributes: readAttributes(attributes ?? ""), children: [], text: "" };
    top.children.push(element);
    if (empty === "") open.push(element);
  }
  const [document] = open;
  return open.length === 1 && document?.children.length === 1 ? document.children[0] : undefined;
}

const readAttributes = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/(?<![^\s=])([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, name = "", double, single]) => [
      name,
      decode(double ?? single ?? ""),
    ]),
  );

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }),
);

const decode = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) =>
    name === undefined
      ? String.fromCodePoint(Number(decimal ?? `0x${hex ?? "0"}`) || 0xfffd)
      : (ENTITIES.get(name) ?? whole),
  );
