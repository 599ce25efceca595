import { expect, test } from "vitest";
import { compareAll, readRecords } from "../../scripts/corpus/agreement.js";

for (const [path, share] of [
  ["corpus/buildkit.ndjson.gz", 1],
  ["vectors/syntax-fuzz.ndjson.gz", 0.998],
] as const) {
  const records = readRecords(path);
  test.skipIf(records === undefined)(
    `reads at least ${share * 100} % of ${path} as BuildKit does, and prints all of it back`,
    () => {
      const { files, roundTrip, agree, differences } = compareAll(records ?? []);
      console.log(`${path}: ${agree} of ${files} agree, ${roundTrip} round trip`);
      if (differences.length > 0) console.log(differences.slice(0, 30).join("\n"));
      expect(roundTrip).toBe(files);
      expect(agree / files).toBeGreaterThanOrEqual(share);
    },
  );
}
