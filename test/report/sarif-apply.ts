/** As much of SARIF 2.1.0 as the tests read. */
export interface SarifLog {
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly rules: readonly {
            readonly id: string;
            readonly shortDescription: { readonly text: string };
            readonly help: { readonly text: string };
          }[];
        };
      };
      readonly invocations: readonly [
        {
          readonly executionSuccessful: boolean;
          readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
        },
      ];
      readonly results: readonly SarifResult[];
    },
  ];
}

interface Artifact {
  readonly uri: string;
  readonly uriBaseId?: string;
}

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly locations: readonly [
    { readonly physicalLocation: { readonly artifactLocation: Artifact; readonly region: Region } },
  ];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly unknown[];
  readonly fixes?: readonly {
    readonly artifactChanges: readonly {
      readonly artifactLocation: Artifact;
      readonly replacements: readonly {
        readonly deletedRegion: Region;
        readonly insertedContent: { readonly text: string };
      }[];
    }[];
  }[];
}

/** Applies the first fix of every result to texts by path, as an editor would: it knows lines and columns, and puts the byte order mark aside. */
export function applySarif(texts: ReadonlyMap<string, string>, results: readonly SarifResult[]): Map<string, string> {
  const after = new Map(texts);
  const changes = results.flatMap((result) => result.fixes?.[0]?.artifactChanges ?? []);
  const paths = new Set(changes.map((one) => decodeURIComponent(one.artifactLocation.uri)));
  for (const path of paths) {
    const whole = texts.get(path) ?? "";
    const mark = whole.startsWith("\ufeff") ? "\ufeff" : "";
    const characters = whole.slice(mark.length);
    const lines = characters.split("\n");
    const offset = (line: number, column: number): number =>
      lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
    const replacements = changes
      .filter((one) => decodeURIComponent(one.artifactLocation.uri) === path)
      .flatMap((one) => one.replacements)
      .map(({ deletedRegion: region, insertedContent }) => ({
        from: offset(region.startLine, region.startColumn),
        to: offset(region.endLine, region.endColumn),
        text: insertedContent.text,
      }));
    // From the end: what is before keeps its place.
    let result = characters;
    for (const { from, to, text } of replacements.sort((a, b) => b.from - a.from))
      result = result.slice(0, from) + text + result.slice(to);
    after.set(path, mark + result);
  }
  return after;
}
