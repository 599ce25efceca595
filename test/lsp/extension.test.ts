import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createHost } from "../../src/cli/editor-host.js";

const FOLDER = "docs/editors/vscode";
const { contributes } = JSON.parse(readFileSync(`${FOLDER}/package.json`, "utf8")) as {
  contributes: { configuration: { properties: Record<string, { default: unknown; enum?: string[] }> } };
};

test("the VS Code extension passes its settings, and the server takes them, as they are and as they may be", async () => {
  const own = /^(?:path|trace\.server)$/;
  const settings = Object.entries(contributes.configuration.properties)
    .map(([name, property]) => ({ name: name.replace(/^dockopt\./, ""), ...property }))
    .filter(({ name }) => !own.test(name));
  const source = readFileSync(`${FOLDER}/extension.js`, "utf8");
  for (const { name } of settings) expect(source).toContain(`${name}: settings.get("${name}")`);
  const host = createHost("/");
  expect(await host.configure(Object.fromEntries(settings.map((one) => [one.name, one.default])))).toBeUndefined();
  for (const { name, enum: choices = [] } of settings)
    for (const choice of choices) expect(await host.configure({ [name]: choice })).toBeUndefined();
  expect(await host.configure({ other: 1 })).toBe(
    "there is no setting `other`. There are: safety, only, skip, builder.",
  );
  expect(await host.configure({ only: 3 })).toBe("the setting only is no text or list of texts.");
  expect(await host.configure({ safety: "sure" })).toBe('the setting safety is "sure". Use safe, suggested or unsafe.');
});
