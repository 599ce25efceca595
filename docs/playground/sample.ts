import type { PlaygroundFile } from "./protocol.js";

/** What a visitor sees first: the usual mistake. */
export const SAMPLE: {
  readonly text: string;
  readonly files: readonly (PlaygroundFile & { readonly content: string })[];
} = {
  text: `FROM node:22-alpine
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
CMD ["node", "dist/server.js"]
`,
  files: [
    {
      path: "package.json",
      content: `{
  "name": "shop",
  "scripts": { "build": "tsc" },
  "dependencies": { "express": "5.1.0" },
  "devDependencies": { "typescript": "5.9.2" }
}
`,
    },
    {
      path: "package-lock.json",
      content: `{
  "name": "shop",
  "lockfileVersion": 3,
  "packages": {
    "": {
      "name": "shop",
      "dependencies": { "express": "5.1.0" },
      "devDependencies": { "typescript": "5.9.2" }
    }
  }
}
`,
    },
    { path: "src/server.ts", content: "console.log(1);\n" },
    { path: ".dockerignore", content: "node_modules\n" },
  ],
};
