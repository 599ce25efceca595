import { describe, expect, test } from "vitest";
import { builderNamed } from "../../src/facts/cost/evidence.js";
import { frontendLacks } from "../../src/facts/frontend.js";
import { parse } from "../../src/syntax/parse.js";

describe("which frontends know a feature", () => {
  const lacks = (syntax: string, feature: "RUN --mount" | "COPY --parents"): boolean => {
    const result = parse(`${syntax === "" ? "" : `# syntax=${syntax}\n`}FROM a\n`);
    if (!result.ok) throw new Error(syntax);
    return frontendLacks(feature, result.document) !== undefined;
  };
  test.each([
    ["", false, true],
    ["docker/dockerfile:1", false, false],
    ["docker/dockerfile", false, false],
    ["docker/dockerfile:latest", false, false],
    ["docker/dockerfile:1.1", true, true],
    ["docker/dockerfile:1.1.7-experimental", false, false],
    ["docker/dockerfile:experimental", false, false],
    ["docker/dockerfile:1.2", false, true],
    ["docker/dockerfile:1.4.3", false, true],
    ["docker/dockerfile:1.7-labs", false, false],
    ["docker/dockerfile:1.19", false, true],
    ["docker/dockerfile:1.20", false, false],
    ["docker.io/docker/dockerfile:1.20@sha256:abc", false, false],
    ["docker/dockerfile@sha256:abc", true, true],
    ["docker/dockerfile-upstream:master", false, false],
    ["example.com/docker/dockerfile:1", true, true],
  ])("%s: mounts missing %s, --parents missing %s", (syntax, mounts, parents) => {
    expect([lacks(syntax, "RUN --mount"), lacks(syntax, "COPY --parents")]).toEqual([mounts, parents]);
  });
});

test.each([
  ["buildkit", "buildkit", false],
  ["docker", "buildkit", false],
  ["buildah", "linear", false],
  ["buildah@1.24", "linear", false],
  ["buildah@1.23.9", "linear", true],
  ["podman@3.4", "linear", true],
  ["podman@4", "linear", false],
  ["kaniko", "linear", true],
  ["classic", "linear", true],
  ["linear", "linear", true],
])("--builder %s is %s, lacks cache mounts: %s", (text, builder, lacks) => {
  const named = builderNamed(text);
  expect([named?.builder, named?.noCacheMounts !== undefined]).toEqual([builder, lacks]);
});

test.each(["", "bazel", "buildah@new"])("--builder %s is none", (text) => {
  expect(builderNamed(text)).toBeUndefined();
});
