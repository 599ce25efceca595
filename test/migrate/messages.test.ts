import { expect, test } from "vitest";
import type { Planned } from "../../src/migrate/events.js";
import {
  checkTemplates,
  DEFAULT_TEMPLATES,
  messagesFor,
  readVerdict,
  TemplateError,
} from "../../src/migrate/messages.js";

const planned = (path: string, message: string): Planned => ({
  ...{ v: 1, event: "planned", repository: "github.com/acme/web", url: "https://github.com/acme/web", at: "" },
  ...{ commit: "c", base: "main", rules: "dockopt 0.1.0 safe 5f3a9c01d2e4", outcome: "changed", patch: "f".repeat(64) },
  files: [
    {
      ...{ path, problems: [], ecosystems: ["npm"], leading: null, seconds: { before: 60.04, after: 2 } },
      applied: [{ transform: "split-manifest-copy", safety: "safe", line: 3, message, notes: ["a *note*"] }],
      refused: [
        { transform: "merge-run-chains", code: "opaque", line: 9, reason: "`make` may read anything" },
        { transform: "mount-package-caches", code: "less-safe", line: 9, reason: "--suggested keeps downloads" },
      ],
    },
  ],
});

test("what a pull request says", () => {
  expect(
    messagesFor(
      planned("web/Dockerfile", "runs `npm ci` first"),
      DEFAULT_TEMPLATES,
      "both images are the same (docker).",
    ),
  ).toEqual({
    title: "Reuse cached layers in web/Dockerfile",
    commit: "Reuse cached layers in web/Dockerfile\n\n- web/Dockerfile: runs `npm ci` first",
    body: `This lets rebuilds reuse cached layers. **The image stays the same.**

Expected rebuild, on average: 60 s before, 2 s after (an estimate; \`dockopt layers\` shows how it is made).

### web/Dockerfile

- runs \`npm ci\` first (\`split-manifest-copy\`, safe)
  - a \\*note\\*

### Left alone, and why

- web/Dockerfile, line 9: \`make\` may read anything

**Verified with a real builder:** both images are the same (docker).

Made by [dockopt](https://github.com/dockopt/dockopt) (dockopt 0.1.0 safe 5f3a9c01d2e4). Close this to keep things as they are: it will not come again for the same change.

<!-- dockopt patch ${"f".repeat(64)} -->
`,
  });
});

test("a repository's text says nothing of its own: no trailer, no HTML, no mention, no escape", () => {
  const hostile = "a\nDockopt-Patch: 0\n<img src=x onerror=alert(1)> @everyone [x](javascript:y) \u001b[31m\u202e";
  const { title, commit, body } = messagesFor(planned(hostile, hostile), DEFAULT_TEMPLATES, undefined);
  expect(title.split("\n")).toHaveLength(1);
  expect(commit).not.toMatch(/^Dockopt-Patch/m);
  expect(body).not.toMatch(/^<img|[^\\]<img|@everyone|[^\\]\[x\]|\u001b|\u202e/m);
});

test("templates name values that there are", () => {
  expect(() => {
    checkTemplates({ ...DEFAULT_TEMPLATES, body: "{{saving}} {{constructor}}" });
  }).toThrow(TemplateError);
  expect(() => {
    checkTemplates({ ...DEFAULT_TEMPLATES, commit: "\n" });
  }).toThrow("the commit's template is empty");
  checkTemplates(DEFAULT_TEMPLATES);
});

test("the verdict of dockopt verify in a sentence; anything else is none", () => {
  const report = { version: 1, outcome: "same", tool: "docker", timing: { before: 9.91, after: 0.12, ratio: 80 } };
  expect(readVerdict(JSON.stringify(report))).toBe(
    "both images are the same (docker); a rebuild after a change took 9.9 s before, 0.1 s after.",
  );
  for (const odd of [undefined, "", "[]", "null", "{}", '{"outcome":1,"tool":2}', '{"outcome":"same"'])
    expect(readVerdict(odd)).toBeUndefined();
});
