import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { reach, takersOf } from "../../src/facts/ignore/takers.js";
import { withIgnoreLines } from "../../src/facts/ignore/lines.js";
import { parse } from "../../src/syntax/parse.js";

const context = contextFromList([
  { path: "dist/app.jar", text: "" },
  { path: "packages/a/package.json", text: "{}" },
  { path: "packages/a/dist/a.js", text: "" },
  { path: "current", link: "dist" },
]);

describe("what an instruction takes of dist", () => {
  test.each([
    ["COPY . .", "brings"],
    ["COPY ./ /app/", "brings"],
    ["ADD dist /app", "names"],
    ["COPY dist/later.jar /app", "names"],
    ["COPY d*/*.jar /app", "names"],
    ["COPY */*.war /app", undefined],
    ["COPY * /app", "names"],
    ['COPY ["dist", "/app"]', "names"],
    ['COPY "dist" /app', "names"],
    ["COPY $JAR /app", "names"],
    ["COPY packages/$NAME /app", undefined],
    ["COPY current/ /app", "names"],
    ["COPY packages /app", undefined],
    ["COPY --from=build /dist /app", undefined],
    ["ADD https://example.com/dist /app", undefined],
    ["RUN --mount=target=. make", "brings"],
    ["RUN --mount=type=bind,src=dist,dst=/d make", "names"],
    ["RUN --mount=type=bind,from=build,source=dist,target=/d make", undefined],
    ["RUN --mount=type=cache,target=/dist make", undefined],
  ] as const)("%s: %s", (line, expected) => {
    const result = parse(`FROM a\nARG JAR NAME\n${line}\n`);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const [taker] = takersOf(result.document, context);
    expect(taker === undefined ? undefined : reach(taker, "dist")).toBe(expected);
  });
});

test.each([
  [undefined, "b\n"],
  ["", "b\n"],
  ["a", "a\nb\n"],
  ["a\r\n", "a\r\nb\r\n"],
])("a line at the end of %j", (text, after) => {
  const given = contextFromList(text === undefined ? [] : [{ path: ".dockerignore", text }]);
  expect(withIgnoreLines(["b"], given)).toEqual({ path: ".dockerignore", before: text, after });
});
