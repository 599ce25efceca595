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

// Which files are read: their real paths, a line each.
if (fault.do === "trace" && isMainThread && process.argv[1]?.endsWith("dockopt.js")) {
  for (const name of ["openSync", "readFileSync", "readdirSync", "readlinkSync", "opendirSync", "createReadStream"]) {
    const inner = fs[name];
    fs[name] = (path, ...args) => {
      if (typeof path === "string") {
        let real = path;
        try {
          // A link that is read itself is where it lies.
          if (name !== "readlinkSync") real = plain.realpathSync(path);
        } catch {
          // There is nothing to be read.
        }
        plain.appendFileSync(fault.into, `${real}\n`);
      }
      return inner(path, ...args);
    };
  }
  syncBuiltinESMExports();
}

// The world outside: whoever asks for it is told of it.
if (fault.do === "no-network") {
  const refuse = (what) => () => {
    plain.appendFileSync(fault.into, `${what}\n`);
    throw new Error(`${what}: the test allows no network`);
  };
  const [net, dns, http, https, tls, dgram] = await Promise.all(
    ["net", "dns", "http", "https", "tls", "dgram"].map(async (name) => (await import(`node:${name}`)).default),
  );
  for (const [module, names] of [
    [net, ["connect", "createConnection"]],
    [dns, ["lookup", "resolve", "resolve4", "resolve6"]],
    [dns.promises, ["lookup", "resolve", "resolve4", "resolve6"]],
    [http, ["request", "get"]],
    [https, ["request", "get"]],
    [tls, ["connect"]],
    [dgram, ["createSocket"]],
  ])
    for (const name of names) module[name] = refuse(name);
  net.Socket.prototype.connect = refuse("Socket.connect");
  globalThis.fetch = refuse("fetch");
  syncBuiltinESMExports();
}
