import { expect, test } from "vitest";
import { sandbox } from "../../cli/process.js";

const { put, dockopt } = sandbox();
const CHANGES = "FROM debian:12\nCOPY . /app\nRUN apt-get update\nRUN apt-get install -y git\n";

test("nothing to rewrite, nothing is built", () => {
  put({ Dockerfile: "FROM debian:12\n" });
  expect(dockopt(["verify"])).toEqual({
    status: 0,
    stdout: "Dockerfile: nothing to rewrite, so nothing was built\n",
    stderr: "",
  });
});

test.each([
  [["verify", "missing"], 3, "missing: there is no such file. Check the path."],
  [["verify", "src"], 3, "src: it is a folder. Give the Dockerfile in it."],
  [["verify", "-"], 2, "what comes on stdin has no folder to build in"],
  [["verify", "broken"], 4, "broken:1:1: "],
  [["verify", "a", "b"], 2, "give one Dockerfile"],
  [["verify", "Dockerfile", "--rounds", "many"], 2, "--rounds many: give a number"],
  [["verify", "Dockerfile", "--touch", "nowhere"], 2, "--touch nowhere: there is no such file"],
  [["verify", "Dockerfile", "--touch", "src"], 2, "--touch src: it is a folder"],
  [["verify", "Dockerfile", "--touch", "../Dockerfile"], 2, "--touch ../Dockerfile: there is no such file"],
  [["verify", "Dockerfile", "--touch", "local/x"], 2, "--touch local/x: .dockerignore leaves it out"],
  [["verify", "Dockerfile", "--tuoch", "x"], 2, "Did you mean --touch?"],
  [
    ["verify", "Dockerfile", "--builder", "linear"],
    2,
    "--builder: there is no linear. There are: docker, podman, buildah.",
  ],
] as const)("%j: exit %i", (args, code, message) => {
  put({ Dockerfile: CHANGES, broken: "RNU x\n", "src/a": "", "local/x": "", ".dockerignore": "local\n" });
  const { status, stdout, stderr } = dockopt(args);
  expect({ status, stdout }).toEqual({ status: code, stdout: "" });
  expect(stderr).toContain(message);
});

test("no builder answers: what was tried, and what to do", () => {
  put({ Dockerfile: CHANGES });
  const { status, stderr } = dockopt(["verify"], "", { PATH: "/nowhere" });
  expect(status).toBe(2);
  expect(stderr).toMatch(/no builder answers \(docker: .*podman: .*buildah: .*\)/);
});
