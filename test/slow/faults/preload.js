/**
 * Loaded before the program (NODE_OPTIONS=--import): counts the calls that change the disk, and at one of them has happen what
 * DOCKOPT_FAULT says: {"count": FILE} | {"at": N, "do": "kill"} | {"from": N, "do": "ENOSPC"}.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

const fault = JSON.parse(process.env.DOCKOPT_FAULT ?? "{}");
const plain = { ...fs };
let calls = 0;

const kill = () => process.kill(process.pid, "SIGKILL");

function failing(code) {
  return Object.assign(new Error(`${code}: as the test wants it`), { code, errno: -28, syscall: "write" });
}

/** What is torn is torn in its middle. */
const halves = {
  writeSync: (file, bytes, at = 0) => plain.writeSync(file, bytes, at, Math.floor((bytes.length - at) / 2)),
  writeFileSync: (path, text, options) => plain.writeFileSync(path, text.slice(0, text.length / 2), options),
};

/** Only calls on files of the test count, not those of Node, nor what is printed. */
const counts = (name, [first, second]) => (name === "openSync" ? second !== "r" : name !== "writeSync" || first > 2);

function around(name) {
  fs[name] = (...args) => {
    if (!counts(name, args)) return plain[name](...args);
    calls += 1;
    if (fault.do === "kill" && calls === fault.at) {
      halves[name]?.(...args);
      kill();
    }
    if (fault.do === "ENOSPC" && calls >= fault.from && name.startsWith("write")) {
      halves[name]?.(...args);
      throw failing("ENOSPC");
    }
    return plain[name](...args);
  };
}

if (isMainThread && process.argv[1]?.endsWith("dockopt.js")) {
  for (const name of [
    "chmodSync",
    "fsyncSync",
    "ftruncateSync",
    "linkSync",
    "mkdirSync",
    "mkdtempSync",
    "openSync",
    "renameSync",
    "rmSync",
    "unlinkSync",
    "writeFileSync",
    "writeSync",
  ])
    around(name);
  syncBuiltinESMExports();
  if (fault.count !== undefined) process.on("exit", () => plain.writeFileSync(fault.count, String(calls)));
}

// A clock that somebody sets, far and often.
if (fault.do === "clock") {
  const now = Date.now;
  const jumps = [0, -86_400_000, 3_600_000_000, -1];
  let asked = 0;
  Date.now = () => now() + (jumps[asked++ % jumps.length] ?? 0);
}
