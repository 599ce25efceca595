import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

/** Scaffolds a transform with its fixture folder: `npm run new -- verb-object`. */
const name = process.argv[2] ?? "";
const camel = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

if (!/^[a-z]+(?:-[a-z0-9]+)+$/.test(name))
  fail(`\`${name}\` is no name for a transform. Give verb-object in kebab-case: npm run new -- sort-arguments`);
if (existsSync(`transforms/${name}.ts`)) fail(`transforms/${name}.ts is there already. Choose another name.`);

writeFileSync(
  `transforms/${name}.ts`,
  `import { defineTransform } from "../src/transform.js";

export default defineTransform({
  name: "${name}",
  summary: "One imperative line of at most 72 characters",
  docs: "Why; when it does nothing; what makes it less safe.",
  safety: "safe",
  *propose(document) {
    for (const instruction of document.instructions) {
      if (instruction.kind !== "MAINTAINER") continue;
      yield { at: instruction, code: "new/not-written-yet", reason: "this transform is not written yet" };
    }
  },
});
`,
);
for (const [folder, text] of [
  ["changes", "FROM scratch\nMAINTAINER somebody\n"],
  ["stays", "FROM scratch\n"],
] as const) {
  mkdirSync(`fixtures/${name}/${folder}/context`, { recursive: true });
  writeFileSync(`fixtures/${name}/${folder}/Dockerfile`, text);
}
writeFileSync(`fixtures/${name}/changes/expected.Dockerfile`, "FROM scratch\nLABEL maintainer=somebody\n");
writeFileSync(`fixtures/${name}/changes/case.json`, `${JSON.stringify({ shows: [name] })}\n`);
const index = readFileSync("transforms/index.ts", "utf8");
writeFileSync(
  "transforms/index.ts",
  index.replace(/\n\n\/\*\*/, `\nimport ${camel} from "./${name}.js";\n\n/**`).replace(/\];\n$/, `, ${camel}];\n`),
);
console.log(
  `transforms/${name}.ts and fixtures/${name}/ are there. The fixture "changes" fails until the transform does what it expects: npm test`,
);

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
