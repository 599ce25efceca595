import { afterAll, describe, expect, test } from "vitest";
import { summaryOf } from "../../src/report/verify.js";
import { baseImages, hasImage, inFolder, judge, makeBase, removeBases, rewriteIn, tool } from "./harness.js";
import { PROJECTS } from "./projects/index.js";

afterAll(removeBases);

describe.skipIf(tool === undefined)("a real builder makes the same image of both", () => {
  test.for(PROJECTS.map((project) => [project.name, project] as const))("%s", async ([, project], { skip }) => {
    const { dockerfile, files, base, lacks = [] } = project;
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
      const verdict = await judge(folder, report, project.faster === undefined ? 0 : 2, project.touch);
      expect(
        { ...verdict, differences: verdict.differences.map((one) => `${one.kind} ${one.path}`) },
        report.after,
      ).toMatchObject({
        outcome: lacks.length === 0 ? "same" : "different",
        differences: lacks.map((path) => `missing ${path}`),
        log: "",
      });
      if (project.faster === undefined) return;
      if (verdict.timing === undefined) throw new Error(verdict.untimed);
      const { before, after } = summaryOf(verdict.timing);
      expect(after * Number(project.faster)).toBeLessThan(before);
    });
  });
});
