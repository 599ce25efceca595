import { expect, test } from "vitest";
import { includedProjects, whyNotEarly } from "../../src/ecosystems/gradle-scripts.js";

test.each([
  "version = file('VERSION').text",
  'val v = rootProject.file("VERSION").readText()',
  "if (file('local.gradle').exists()) { }",
  "new File(rootDir, 'x').withReader { }",
  "val p = Properties()",
  "def out = 'git rev-parse HEAD'.execute()",
  "project.exec { commandLine 'git' }",
  "providers.exec { commandLine('git') }",
  "tasks.register('a') { doLast { println '}' } }\nversion = file('V').text",
  'tasks.register("a") { doLast { println("{") } }\nversion = file("V").readText()',
  "id 'com.palantir.git-version' version '3'",
])("%s reads", (code) => {
  expect(whyNotEarly("build.gradle", code)).toBeDefined();
});

test.each([
  "implementation files('libs/a.jar')",
  "sourceSets.main.java.srcDir file('gen')",
  "tasks.register('a') { doLast { println file('V').text } }",
  'tasks.register("a") { doFirst { if (x) { file("V").readText() } } }',
  "id 'com.gorylenko.gradle-git-properties' version '2.4.2'",
])("%s does not", (code) => {
  expect(whyNotEarly("build.gradle", code)).toBeUndefined();
});

test.each<[string, readonly string[] | undefined]>([
  ["rootProject.name = 'x'", []],
  ["include 'a', ':b:c'\ninclude('d')", ["a", "b/c", "d"]],
  ['include(\n  ":a",\n  ":b",\n)', ["a", "b"]],
  ["include(':a', \":b\")\nincludeGroup('x')", ["a", "b"]],
  ["include name", undefined],
  ['include "lib-$x"', undefined],
  ["include 'a/b'", undefined],
  ["includeBuild 'x'", undefined],
  ["include 'a'\nproject(':a').projectDir = file('x')", undefined],
])("%s includes %s", (code, projects) => {
  const found = includedProjects("settings.gradle", code);
  expect("reason" in found ? undefined : found).toEqual(projects);
});
