import { chmodSync, cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { run } from "../../src/verify/process.js";
import { hasImage, inFolder, tool } from "./harness.js";

const IMAGE = `dockopt-image-test:${process.pid}`;
const CASE = "fixtures/split-manifest-copy/npm-workspaces";
/** buildah builds, but does not run what it has built as docker does. */
const ready = tool !== undefined && tool.name !== "buildah" && (await hasImage("node:20-bookworm-slim"));

describe.skipIf(!ready)("the image of dockopt itself", () => {
  const name = tool?.name ?? "docker";
  afterAll(async () => {
    await run(name, ["rmi", "-f", IMAGE]);
  });

  test("builds, and works on a folder that belongs to somebody else", async () => {
    const built = await run(name, ["build", "-t", IMAGE, "."]);
    expect(built.code, built.stderr).toBe(0);
    await inFolder({}, async (folder) => {
      // Temporary folders are for their owner only; checkouts are for all to read.
      chmodSync(folder, 0o755);
      cpSync(join(CASE, "context"), folder, { recursive: true });
      cpSync(join(CASE, "Dockerfile"), join(folder, "Dockerfile"));
      await run("git", ["init", "-q", folder]);
      const { code, stdout, stderr } = await run(name, ["run", "--rm", "-v", `${folder}:/work`, IMAGE, "--check", "."]);
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "Dockerfile\n", stderr: "" });
      const user = await run(name, ["run", "--rm", "--entrypoint", "id", IMAGE, "-u"]);
      expect(user.stdout).toBe("1000\n");
    });
  });
});
