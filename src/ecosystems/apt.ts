import { readArgs } from "../shell/args.js";
import type { Command } from "../shell/script.js";
import { neededCache } from "./caches.js";
import type { CacheUser } from "./ecosystem.js";

const verbOf = ({ program = "", args }: Command): string | undefined =>
  /^apt(?:-get)?$/.test(program) ? readArgs(args, "-o -c -t --option --target-release").words[0]?.value : undefined;

/** Debian's package manager: archives and lists, which only one process may use at a time. */
export const apt: CacheUser = {
  name: "apt",
  caches(command, _site, _context, beside) {
    const verb = verbOf(command);
    if (verb === undefined || !/^(?:update|install|upgrade|dist-upgrade|full-upgrade|build-dep)$/.test(verb))
      return undefined;
    const updates = beside.some((one) => verbOf(one) === "update");
    const installs = beside.some((one) => /^(?:install|build-dep|.*upgrade)$/.test(verbOf(one) ?? ""));
    if (!updates) return neededCache(`apt-get ${verb}`, "without an update in the same RUN");
    if (!installs) return neededCache("apt-get update", "a later install takes its lists");
    return ["/var/cache/apt", "/var/lib/apt/lists"].map((path) => ({ path, holds: "downloads", sharing: "locked" }));
  },
  // Debian's images delete every archive behind each install (docker-clean, made by debuerreotype).
  prepare: "rm -f /etc/apt/apt.conf.d/docker-clean",
  clears: (command) =>
    /^(?:auto)?clean$/.test(verbOf(command) ?? "") ||
    (command.program === "rm" &&
      command.args.every((word) => /^-[rf]+$|^\/var\/(?:lib\/apt\/lists|cache\/apt)(?:\/|$)/.test(word.text))),
};
