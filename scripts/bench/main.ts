import { growthTable } from "./growth.js";
import { withPeers } from "./peers.js";
import { startup } from "./startup.js";
import { throughput } from "./throughput.js";

/**
 * `npm run bench [-- startup|throughput|growth ...]`: how fast dockopt is, beside its peers in the same run. Ratios count; milliseconds are
 * those of this machine today. Prints Markdown.
 */
const asked = process.argv.slice(2);
const wants = (name: string): boolean => asked.length === 0 || asked.includes(name);

if (wants("startup") || wants("throughput")) {
  await withPeers(async (peers) => {
    if (wants("startup")) await startup(peers, 31);
    if (wants("throughput")) await throughput(peers, 1);
  });
}
if (wants("growth")) growthTable();
