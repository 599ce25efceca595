import { describe, expect, test } from "vitest";
import { ecosystems } from "../../../src/ecosystems/index.js";
import { transforms } from "../../../transforms/index.js";
import { sandbox } from "../../cli/process.js";

const { dockopt } = sandbox();
const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));

describe("dockopt list", () => {
  test("shows each transform in a group by what it takes to have it, within 80 columns", () => {
    const { status, stdout, stderr } = dockopt(["list"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const { name } of transforms) expect(stdout).toMatch(new RegExp(`^  ${name} {2}`, "m"));
    expect(stdout).toMatch(/--suggested \(.*\):\n {2}mount-package-caches/);
    expect(stdout).toMatch(/Only by name[^]*skip-recommended-packages .*\(--unsafe\)/);
    expect(stdout.replace(/\s+/g, " ")).toContain("before the source is copied (needs the build context)");
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  });

  test("--ecosystems shows their commands and files, within 80 columns", () => {
    const { stdout } = dockopt(["list", "--ecosystems"]);
    expect(stdout).toContain(
      "pdm: Packages of Python with PDM\n  by pdm install; pdm sync\n  reads pyproject.toml, pdm.lock\n",
    );
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  });

  test("--format json has all of it for programs", () => {
    const all = JSON.parse(dockopt(["list", "--format", "json"]).stdout) as {
      transforms: { name: string; safety: string; optIn: boolean; hadolint: string[] }[];
      ecosystems: { name: string; lockfiles: string[] }[];
    };
    expect(all.transforms.map((one) => one.name)).toEqual(transforms.map((one) => one.name));
    expect(all.transforms.find((one) => one.name === "replace-maintainer")).toMatchObject({
      safety: "suggested",
      optIn: true,
      hadolint: ["DL4000"],
    });
    expect(all.ecosystems.map((one) => one.name)).toEqual(ecosystems.map((one) => one.name));
  });

  test("a name is none of its business", () => {
    const { status, stderr } = dockopt(["list", "npm"]);
    expect(status).toBe(2);
    expect(stderr).toBe("dockopt: list takes no names, and was given npm. dockopt explain npm tells of one.\n");
  });
});

describe("dockopt explain", () => {
  test("a transform: docs, the diff of its example, its refusals, within 80 columns", () => {
    const { status, stdout, stderr } = dockopt(["explain", "clean-apt-lists"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^clean-apt-lists\n\nRemove apt's package lists/);
    expect(stdout).toContain("Safety: suggested");
    expect(stdout).toMatch(/^ {2}\+.*rm -rf \/var\/lib\/apt\/lists/m);
    expect(stdout).toMatch(/- `lists-needed`: A later install uses the package lists\./);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  });

  test("an ecosystem, also one of two words", () => {
    expect(dockopt(["explain", "npm"]).stdout).toContain("  +COPY package.json package-lock.json ./\n");
    const two = dockopt(["explain", "dotnet", "tool"]);
    expect(two.stdout).toMatch(/^dotnet tool\n/);
    expect(dockopt(["explain", "dotnet-tool"]).stdout).toBe(two.stdout);
  });

  test("the code of a refusal", () => {
    const { stdout } = dockopt(["explain", "no-lockfile"]);
    expect(stdout).toMatch(/^no-lockfile\n\nThe command needs a lockfile/);
    expect(stdout).toContain("Transforms: split-manifest-copy");
  });

  test("colours when they are asked for", () => {
    expect(dockopt(["explain", "npm", "--color"]).stdout).toContain("\u001b[32m+COPY . .");
    expect(dockopt(["explain", "npm"]).stdout).not.toContain("\u001b");
  });

  test("an unknown name: the nearest one, or where all are; exit 2", () => {
    expect(dockopt(["explain", "splt-manifest-copy"])).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "dockopt: there is no transform, ecosystem or refusal `splt-manifest-copy`. Did you mean split-manifest-copy?\n",
    });
    expect(dockopt(["explain", "zzzzzz"]).stderr).toContain("dockopt list shows the transforms and the ecosystems.");
    expect(dockopt(["explain"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no name given") as string,
    });
  });
});
