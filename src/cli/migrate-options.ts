import type { OptionTable } from "./options.js";
import { rewritesOptions } from "./options.js";

const state: OptionTable = {
  state: { type: "string", value: "DIR", group: "Migration", help: "Ledger and patches (default .dockopt-migrate)" },
};

const spread: OptionTable = {
  concurrency: { type: "string", value: "N", group: "Migration", help: "Repositories at a time (default 4)" },
  shard: { type: "string", value: "I/N", group: "Migration", help: "Only part I of N, by a hash of the name" },
  limit: { type: "string", value: "N", group: "Migration", help: "Stop after N repositories" },
  refresh: { type: "boolean", group: "Migration", help: "Also those that are done: look again" },
};

const hosts: OptionTable = {
  "github-url": {
    type: "string",
    value: "URL",
    group: "Hosts",
    help: "API of GitHub Enterprise (https://HOST/api/v3)",
  },
  "gitlab-url": { type: "string", value: "URL", group: "Hosts", help: "API of your GitLab (https://HOST/api/v4)" },
};

const limits: OptionTable = {
  "max-seconds": { type: "string", value: "N", group: "Limits", help: "Per repository (default 300)" },
  "max-files": { type: "string", value: "N", group: "Limits", help: "Files in its tree (default 500000)" },
  "max-megabytes": { type: "string", value: "N", group: "Limits", help: "Disk for its copy (default 500)" },
};

export const planOptions: OptionTable = {
  list: { type: "string", value: "FILE", group: "Sources", help: "URLs or paths, one a line; - for stdin" },
  checkouts: { type: "repeated", value: "DIR", group: "Sources", help: "A folder of checkouts" },
  github: { type: "repeated", value: "NAME", group: "Sources", help: "All of an organisation or user of GitHub" },
  gitlab: { type: "repeated", value: "GROUP", group: "Sources", help: "All of a group of GitLab, subgroups too" },
  language: { type: "string", value: "NAME", group: "Sources", help: "Only of this main language" },
  topic: { type: "string", value: "NAME", group: "Sources", help: "Only with this topic" },
  archived: { type: "boolean", group: "Sources", help: "Archived ones as well" },
  forks: { type: "boolean", group: "Sources", help: "Forks as well" },
  ...state,
  ...spread,
  queue: { type: "string", value: "URL", group: "Migration", help: "Let workers plan: redis://HOST:PORT" },
  ...rewritesOptions,
  ...hosts,
  ...limits,
};

export const reviewOptions: OptionTable = {
  ...state,
  format: {
    alias: ["f"],
    type: "string",
    value: "NAME",
    choices: ["html", "markdown", "json"],
    group: "Output",
    help: "html (default), markdown or json",
  },
  output: {
    alias: ["o"],
    type: "string",
    value: "FILE",
    group: "Output",
    help: "Default: STATE/report.html, .md, .json",
  },
};

export const applyOptions: OptionTable = {
  branch: { type: "string", value: "NAME", group: "Pull requests", help: "Default: dockopt/cached-layers" },
  draft: { type: "boolean", group: "Pull requests", help: "Open them as drafts" },
  label: { type: "repeated", value: "NAME", group: "Pull requests", help: "A label; may be given again" },
  reviewer: { type: "repeated", value: "USER", group: "Pull requests", help: "A reviewer; may be given again" },
  author: { type: "string", value: "NAME <MAIL>", group: "Pull requests", help: "Who commits" },
  "commit-template": { type: "string", value: "FILE", group: "Pull requests", help: "First line: also the title" },
  "body-template": { type: "string", value: "FILE", group: "Pull requests", help: "Text of the pull request" },
  "max-prs": { type: "string", value: "N", group: "Pull requests", help: "Open at most N in this run" },
  "per-hour": { type: "string", value: "N", group: "Pull requests", help: "Writes to the host (default 450)" },
  "per-minute": { type: "string", value: "N", group: "Pull requests", help: "Writes to the host (default 60)" },
  push: { type: "boolean", group: "Pull requests", help: "Push the branch to other hosts, too" },
  ...state,
  ...spread,
  ...hosts,
  ...limits,
};

export const statusOptions: OptionTable = {
  ...state,
  format: {
    alias: ["f"],
    type: "string",
    value: "NAME",
    choices: ["text", "json"],
    group: "Output",
    help: "text (default) or json",
  },
};

export const workerOptions: OptionTable = {
  queue: { type: "string", value: "URL", group: "Migration", help: "redis://HOST:PORT; REDIS_PASSWORD is used" },
  concurrency: { type: "string", value: "N", group: "Migration", help: "Repositories at a time (default 4)" },
  ...hosts,
};
