import { describe, expect, test } from "vitest";
import { summaryOf } from "../../src/report/verify.js";
import { baseImages, hasImage, inFolder, judge, rewriteIn, tool } from "./harness.js";
import { PROJECTS } from "./projects/index.js";

describe.skipIf(tool === undefined)("a real builder makes the same image of both", () => {
  test.for(PROJECTS.map((project) => [project.name, project] as const))("%s", async ([, project], { skip }) => {
    const images = await Promise.all(baseImages(project.dockerfile).map(hasImage));
    skip(images.includes(false), "a base image is not here");
    await inFolder({ ...project.files, Dockerfile: project.dockerfile }, async (folder) => {
      const report = rewriteIn(folder, project.dockerfile, project.safety);
      const names = new Set(report.applied.map((one) => one.transform));
      expect(
        [...project.by].filter((name) => !names.has(name)),
        JSON.stringify(report.refused),
      ).toEqual([]);
      const verdict = await judge(folder, report, project.faster === undefined ? 0 : 2);
      expect(verdict, report.after).toMatchObject({ outcome: "same", differences: [], log: "" });
      if (project.faster === undefined || verdict.timing === undefined) return;
      const { before, after } = summaryOf(verdict.timing);
      expect(after * Number(project.faster)).toBeLessThan(before);
    });
  });
});
