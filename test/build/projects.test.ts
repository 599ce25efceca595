import { afterAll, describe, expect, test } from "vitest";
import { summaryOf } from "../../src/report/verify.js";
import { baseImages, hasImage, inFolder, judge, makeBase, removeBases, rewriteIn, tool } from "./harness.js";
import { PROJECTS } from "./projects/index.js";
import type { Project } from "./projects/project.js";

afterAll(removeBases);

const named = (projects: readonly Project[]) => projects.map((project) => [project.name, project] as const);
const isTimed = ({ faster }: Project): boolean => faster !== undefined;

describe.skipIf(tool === undefined)("a real builder makes the same image of both", () => {
  test.concurrent.for(named(PROJECTS.filter((project) => !isTimed(project))))("%s", ([, project], { skip }) =>
    check(project, skip),
  );
  // One after another: what else runs would be timed too.
  test.for(named(PROJECTS.filter(isTimed)))("%s", ([, project], { skip }) => check(project, skip));
});

async function check(project: Project, skip: (condition: boolean, why: string) => void): Promise<void> {
  const { dockerfile, files, base, faster, lacks = [] } = project;
  const needed = [dockerfile, base?.dockerfile ?? ""].flatMap(baseImages).filter((image) => image !== base?.tag);
  const images = await Promise.all(needed.map(hasImage));
  skip(images.includes(false), "a base image is not here");
  if (base !== undefined) await makeBase(base);
  await inFolder({ ...files, Dockerfile: dockerfile }, async (folder) => {
    const report = rewriteIn(folder, dockerfile, project.safety);
    const names = new Set(report.applied.map((one) => one.transform));
    expect(
      [...project.by].filter((name) => !names.has(name)),
      JSON.stringify(report.refused),
    ).toEqual([]);
    // The two times are far apart: one pair is enough.
    const verdict = await judge(folder, report, isTimed(project) ? 1 : 0, project.touch);
    const found = { ...verdict, differences: verdict.differences.map((one) => `${one.kind} ${one.path}`) };
    expect(found, report.after).toMatchObject({
      outcome: lacks.length === 0 ? "same" : "different",
      differences: lacks.map((path) => `missing ${path}`),
      log: "",
    });
    if (faster === undefined) return;
    if (verdict.timing === undefined) throw new Error(verdict.untimed);
    const { before, after } = summaryOf(verdict.timing);
    expect(after * Number(faster)).toBeLessThan(before);
  });
}
