import { expect, test } from "vitest";
import { elementsAt, readXml, textAt } from "../../src/ecosystems/pom.js";

test("elements, text, CDATA, entities and comments", () => {
  const root = readXml(`\uFEFF<?xml version="1.0"?>
<!-- <project> -->
<project xmlns="a>b" xmlns:m='c'>
  <m:name>A &amp; <![CDATA[<b>]]></m:name><!-- <modules> -->
  <modules><module>x</module><module/></modules>
</project>`);
  expect(root && textAt(root, "name")).toBe("A & <b>");
  expect(root && elementsAt(root, "modules", "module").map((one) => one.text)).toEqual(["x", ""]);
  expect(root && textAt(root, "modules", "none")).toBeUndefined();
});

test.each([
  ["a tag that is not closed", "<project><a></project>"],
  ["tags that cross", "<project><a><b></a></b></project>"],
  ["a tag too many", "<project></project></a>"],
  ["entities of its own", '<!DOCTYPE project [<!ENTITY x SYSTEM "x.xml">]><project>&x;</project>'],
  ["two roots", "<project/><project/>"],
  ["text around the root", "x<project/>"],
  ["a stray angle", "<project>1 < 2</project>"],
  ["nothing", ""],
])("%s is not read", (_, source) => {
  expect(readXml(source)).toBeUndefined();
});
