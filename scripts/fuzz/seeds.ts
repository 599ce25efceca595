import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readRecords, SHARED } from "../corpus/agreement.js";
import { readFixtures } from "../fixtures.js";
import type { Input } from "./inputs.js";

/** The project's fixtures with their contexts and, where it is there, the shared corpus. */
export function readSeeds(): readonly Input[] {
  const [fixtures, corpus] = [fixtureSeeds(), corpusSeeds()];
  return [
    ...fixtures.flatMap((seed) => [
      seed,
      { ...seed, kind: "manifest" } as const,
      { ...seed, kind: "ignore", text: seed.files?.[".dockerignore"] ?? "*" } as const,
    ]),
    ...corpus.flatMap((seed) => (["syntax", "shell", "engine"] as const).map((kind) => ({ ...seed, kind }))),
  ];
}

function fixtureSeeds(): readonly Input[] {
  return readFixtures().map(({ example: { dockerfile, files, settings } }) => {
    const read = files.map(({ path, text }) => [path, typeof text === "function" ? text() : text] as const);
    const known = read.map(([path, text]) => [path, text ?? null] as const);
    return {
      kind: "engine",
      text: dockerfile,
      files: settings.noContext === true ? undefined : { ...Object.fromEntries(known), ...settings.entries },
      safety: settings.safety ?? "safe",
      builder: settings.builder ?? "buildkit",
    };
  });
}

/** Longer ones cost much and hold little that shorter ones do not. */
const LONGEST = 6000;

function corpusSeeds(): readonly Input[] {
  return (readRecords("corpus/buildkit.ndjson.gz") ?? []).flatMap(({ path }): Input[] => {
    if (path === undefined) return [];
    const text = readFileSync(join(fileURLToPath(SHARED), "corpus", path), "utf8");
    return text.length > LONGEST ? [] : [{ kind: "syntax", text, safety: "safe", builder: "buildkit" }];
  });
}
