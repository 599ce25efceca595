import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { bashScript } from "../../src/cli/completion/bash.js";
import { grammar } from "../../src/cli/completion/grammar.js";
import { CASES, completionFolder, has, titled } from "./completion-cases.js";
import { sandbox } from "./process.js";

const folder = completionFolder();
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.skipIf(!has("bash"))(titled("bash"), () => {
  const offered = (words: readonly string[]): readonly string[] => {
    const script = `source "$0/bash"; cd "$0/in"; COMP_WORDS=(dockopt "$@"); COMP_CWORD=$#; _dockopt; ((\${#COMPREPLY[@]})) && printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script, folder, ...words], { encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.split("\n").filter((line) => line !== "");
  };

  test.each(CASES)("dockopt %s", (words, some, others) => {
    const all = offered(words);
    expect(all).toEqual(expect.arrayContaining([...some]));
    for (const other of others) expect(all).not.toContain(other);
  });

  test("what bash takes apart at =", () => {
    expect(offered(["verify", "--format", "=", ""])).toEqual(["text", "json"]);
    expect(offered(["verify", "--format", "=", "js"])).toEqual(["json"]);
  });

  test("the first word is a command or a file, whatever its name", () => {
    expect(offered([""])).toEqual(expect.arrayContaining(["verify", "Dockerfile", "a b$(x).Dockerfile", "it's"]));
  });
});

const { dockopt } = sandbox();

test("dockopt completion prints the script of the shell that is named; exit 2 for others", () => {
  expect(dockopt(["completion", "bash"])).toEqual({ status: 0, stdout: bashScript(grammar()), stderr: "" });
  expect(dockopt(["completion"])).toEqual({
    status: 2,
    stdout: "",
    stderr: "dockopt: no shell named. Give bash, zsh or fish.\n",
  });
  expect(dockopt(["completion", "tcsh"]).stderr).toBe(
    "dockopt: `tcsh` is no shell that can be completed in. Give bash, zsh or fish.\n",
  );
});

test("words that are put into scripts need no quotes", () => {
  const words = grammar().flatMap(({ name, options, operands }) => [
    ...name.split(" "),
    ...(typeof operands === "string" ? [] : operands),
    ...options.flatMap(({ short, long, values }) => [...short, ...long, ...(typeof values === "object" ? values : [])]),
  ]);
  expect(words.filter((word) => !/^[\w@.-]*$/.test(word))).toEqual([]);
});
