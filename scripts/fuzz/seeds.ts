import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ListedEntry } from "../../src/context/load-list.js";
import { readRecords, SHARED } from "../corpus/agreement.js";
import { dockerfileOf, entriesOf, readRows } from "../corpus/repositories.js";
import { readFixtures } from "../fixtures.js";
import type { Input } from "./inputs.js";

/** The project's fixtures with their contexts and, where it is there, the shared corpus. */
export function readSeeds(): readonly Input[] {
  const corpus = corpusSeeds();
  return [
    ...[...fixtureSeeds(), ...repositorySeeds()].flatMap((seed) => [
      seed,
      { ...seed, kind: "manifest" } as const,
      { ...seed, kind: "ignore", text: seed.files?.[".dockerignore"] ?? "*" } as const,
    ]),
    ...corpus.flatMap((seed) => (["syntax", "shell", "engine"] as const).map((kind) => ({ ...seed, kind }))),
  ];
}

function fixtureSeeds(): readonly Input[] {
  return readFixtures().map(({ example: { dockerfile, files, settings } }) => {
    return {
      kind: "engine",
      text: dockerfile,
      files: settings.noContext === true ? undefined : { ...textsOf(files), ...settings.entries },
      history: settings.history,
      safety: settings.safety ?? "safe",
      builder: settings.builder ?? "buildkit",
    };
  });
}

/** Longer ones cost much and hold little that shorter ones do not; of a file it is not known then what it holds. */
const LONGEST = 6000;
/** Most files that a seed has: each input of it has as many. */
const MOST_FILES = 120;

const textsOf = (entries: readonly ListedEntry[]): NonNullable<Input["files"]> =>
  Object.fromEntries(
    entries.map(({ path, text }) => {
      const read = typeof text === "function" ? text() : text;
      return [path, read === undefined || read.length > LONGEST ? null : read] as const;
    }),
  );

function repositorySeeds(): readonly Input[] {
  return (readRows() ?? []).flatMap((row): Input[] => {
    const entries = entriesOf(row);
    if (entries.length > MOST_FILES) return [];
    const links = entries.flatMap(({ path, link }) => (typeof link === "string" ? [[path, link] as const] : []));
    return [
      {
        kind: "engine",
        text: dockerfileOf(row),
        files: textsOf(entries),
        links: Object.fromEntries(links),
        safety: "suggested",
        builder: "buildkit",
      },
    ];
  });
}

function corpusSeeds(): readonly Input[] {
  return (readRecords("corpus/buildkit.ndjson.gz") ?? []).flatMap(({ path }): Input[] => {
    if (path === undefined) return [];
    const text = readFileSync(join(fileURLToPath(SHARED), "corpus", path), "utf8");
    return text.length > LONGEST ? [] : [{ kind: "syntax", text, safety: "safe", builder: "buildkit" }];
  });
}
