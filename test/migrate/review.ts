import { createHash } from "node:crypto";
import type { Applied, Planned, PlannedFile } from "../../src/migrate/events.js";
import type { Latest } from "../../src/migrate/report/model.js";
import { unifiedDiff } from "../../src/report/diff.js";

/** A made-up ledger: the latest of every repository, and the patches by hash. */
export interface Ledger {
  readonly latest: readonly Latest[];
  readonly patch: (hash: string) => string;
}

export const AT = "2026-11-24T12:00:00Z";

export function planned(name: string, parts: Partial<Planned> = {}): Planned {
  return {
    v: 1,
    event: "planned",
    repository: `github.com/${name}`,
    url: `https://github.com/${name}.git`,
    at: AT,
    commit: createHash("sha1").update(name).digest("hex"),
    base: "main",
    rules: "dockopt 0.1.0 suggested 5f3a9c01d2e4",
    outcome: "unchanged",
    patch: null,
    files: [],
    ...parts,
  };
}

export function plannedFile(parts: Partial<PlannedFile> = {}): PlannedFile {
  return {
    path: "Dockerfile",
    applied: [],
    refused: [],
    problems: [],
    ecosystems: [],
    seconds: null,
    leading: null,
    ...parts,
  };
}

export const applied = (plan: Planned, parts: Partial<Applied> = {}): Applied => ({
  v: 1,
  event: "applied",
  repository: plan.repository,
  url: plan.url,
  at: AT,
  patch: plan.patch ?? "",
  branch: "dockopt",
  head: plan.commit,
  state: "opened",
  pull: { number: 12, url: `https://${plan.repository}/pull/12` },
  ...parts,
});

const pick = <T>(items: readonly T[], seed: number): T => items[seed % items.length] as T;

const TEAMS = "payments search identity catalog media billing growth platform data mobile".split(" ");
const NOUNS = "api web worker gateway importer console scheduler exporter proxy notifier indexer site".split(" ");
const REFUSALS = [
  ["lifecycle-script", "package.json: postinstall runs `node scripts/setup.js`, which is source"],
  ["unknown-command", "`./configure.sh` may read or write anything"],
  ["no-context", "the compose file names ../shared, which lies outside of the repository"],
  ["local-dependency", "requirements.txt: `-e ./lib` installs from source"],
] as const;
const ECOSYSTEMS = {
  npm: ["node:22", "package.json package-lock.json", "RUN npm ci"],
  pip: ["python:3.13", "requirements.txt", "RUN pip install -r requirements.txt"],
  go: ["golang:1.24", "go.mod go.sum", "RUN go mod download"],
  cargo: ["rust:1.85", "Cargo.toml Cargo.lock", "RUN cargo fetch"],
} as const;
const APT = [
  "RUN apt-get update && apt-get install -y curl git",
  "RUN apt-get update && apt-get install -y git curl",
  "RUN apt-get update && \\\n    apt-get install -y \\\n      curl git",
];

/** `count` repositories of a plausible organisation; the same number gives the same ones. */
export function ledgerOf(count: number): Ledger {
  const texts = new Map<string, () => string>();
  const latest = Array.from({ length: count }, (_, index): Latest => {
    const seed = (index * 2654435761) >>> 7;
    const name = `acme/${pick(TEAMS, seed)}-${pick(NOUNS, seed >> 4)}-${index}`;
    if (index % 97 === 96) {
      const { repository, url } = planned(name);
      return {
        failed: { v: 1, event: "failed", repository, url, at: AT, phase: "plan", reason: "git clone: not found" },
      };
    }
    const kind = (seed >> 9) % 10;
    if (kind === 9) return { planned: planned(name, { outcome: "empty" }) };
    if (kind > 5) return { planned: refusedPlan(name, seed, kind === 8) };
    const plan = changedPlan(name, seed, texts);
    const states = ["opened", "merged", "declined", "written"] as const;
    return seed % 3 === 0
      ? { planned: plan }
      : { planned: plan, applied: applied(plan, { state: pick(states, seed >> 2) }) };
  });
  return { latest, patch: (hash) => texts.get(hash)?.() ?? "" };
}

function refusedPlan(name: string, seed: number, unchanged: boolean): Planned {
  const [code, reason] = pick(REFUSALS, seed >> 3);
  const refused = unchanged ? [] : [{ transform: "split-manifest-copy", code, line: 4 + (seed % 9), reason }];
  const file = plannedFile({ refused, ecosystems: [pick(Object.keys(ECOSYSTEMS), seed >> 1)] });
  return planned(name, { outcome: unchanged ? "unchanged" : "refused", files: [file] });
}

function changedPlan(name: string, seed: number, texts: Map<string, () => string>): Planned {
  const ecosystem = pick(Object.keys(ECOSYSTEMS) as (keyof typeof ECOSYSTEMS)[], seed >> 1);
  const [image, manifests, install] = ECOSYSTEMS[ecosystem];
  const apt = pick(APT, seed >> 5);
  const digest = createHash("sha256").update(name).digest("hex");
  const head = [`FROM ${image}`, apt, "WORKDIR /app", ""];
  const tail = [
    "",
    `ENV SERVICE=${name}`,
    `ADD --checksum=sha256:${digest} https://files.acme.example/${digest}.tgz /opt/`,
    "RUN make build # with every optional feature and all of the checks that the release needs",
    'CMD ["./serve"]',
    "",
  ];
  const before = [...head, "COPY . .", install, ...tail].join("\n");
  const after = [...head, `COPY ${manifests} ./`, install, "", "COPY . .", ...tail].join("\n");
  texts.set(
    digest,
    () =>
      unifiedDiff({ path: "Dockerfile", before, after }) +
      unifiedDiff({ path: ".dockerignore", before: undefined, after: ".git\nnode_modules\n" }),
  );
  const seconds = { before: 20 + ((seed >> 3) % 60), after: 2 + (seed % 7) };
  return planned(name, {
    outcome: "changed",
    patch: digest,
    files: [
      plannedFile({
        ecosystems: [ecosystem],
        seconds,
        applied: [
          {
            transform: "split-manifest-copy",
            safety: "safe",
            line: 5,
            message: `\`${install.slice(4)}\` reads ${manifests.replace(" ", " and ")} only; the source is copied behind it`,
            notes: ["The lockfile is the context's one afterwards."],
          },
          ...(seed % 2 === 0
            ? [
                {
                  transform: "extend-dockerignore",
                  safety: "suggested" as const,
                  line: 5,
                  message: ".git and node_modules stay out of the context",
                  notes: [],
                },
              ]
            : []),
        ],
        refused: [
          {
            transform: "split-run-chains",
            code: "unknown-command",
            line: 9,
            reason: "`make build` may read or write anything",
          },
        ],
        leading: {
          image,
          steps: [{ text: apt, common: "RUN apt-get update && apt-get install -y curl git", bytes: 35e6 }],
        },
      }),
    ],
  });
}
