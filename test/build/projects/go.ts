import { goProxy, type Files } from "../../../scripts/bench/files.js";
import { CACHES, HOIST, SPLIT, type Project } from "./project.js";

const MODULE: Files = {
  "go.mod": "module example.com/app\n\ngo 1.19\n\nrequire example.com/lib v1.0.0\n",
  "go.sum": "",
  "main.go": 'package main\n\nimport lib "example.com/lib"\n\nfunc main() { println(lib.Name) }\n',
};
/** Of the standard library enough that compiling takes seconds. */
const GO_CERTIFICATES =
  'package main\n\nimport (\n\t"crypto/x509"\n\n\tlib "example.com/lib"\n)\n\nfunc main() {\n\tprintln(lib.Name, x509.NewCertPool())\n}\n';
const PROXY = "COPY proxy /proxy\nENV GOPROXY=file:///proxy GONOSUMDB=* GOFLAGS=-mod=mod GONOSUMCHECK=1 GOSUMDB=off\n";

export const GO: readonly Project[] = [
  {
    name: "go with a proxy of files",
    dockerfile: `FROM golang:1.19\n${PROXY}WORKDIR /src\nCOPY main.go go.mod go.sum ./\nCOPY . .\nRUN go mod download\nRUN go build -o /app .\n`,
    files: { ...MODULE, ...goProxy("example.com/lib", "v1.0.0") },
    by: SPLIT,
  },
  {
    name: "go build that downloads by itself",
    dockerfile: `FROM golang:1.19 AS build\n${PROXY}WORKDIR /src\nCOPY . .\nRUN go build -o /app .\n\nFROM debian:bookworm-slim\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n`,
    files: { ...MODULE, ...goProxy("example.com/lib", "v1.0.0") },
    by: SPLIT,
  },
  {
    name: "go with a local replacement",
    dockerfile:
      "FROM golang:1.19\nENV GOFLAGS=-mod=mod GOPROXY=off\nWORKDIR /src\nCOPY . .\nRUN go mod download && go build -o /app .\n",
    files: {
      "go.mod":
        "module example.com/app\n\ngo 1.19\n\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ./lib\n",
      "go.sum": "",
      "lib/go.mod": "module example.com/lib\n\ngo 1.19\n",
      "lib/lib.go": 'package lib\n\nconst Name = "lib"\n',
      "main.go": MODULE["main.go"] ?? "",
    },
    by: SPLIT,
  },
  {
    name: "go with vendor, packages behind the source",
    dockerfile:
      "FROM golang:1.19\nWORKDIR /src\nCOPY . .\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nRUN go build -o /app .\n",
    files: {
      ...MODULE,
      "vendor/modules.txt": "# example.com/lib v1.0.0\n## explicit; go 1.19\nexample.com/lib\n",
      "vendor/example.com/lib/lib.go": 'package lib\n\nconst Name = "lib"\n',
    },
    by: HOIST,
    faster: true,
  },
  {
    name: "go with a module cache and a build cache",
    dockerfile: `FROM golang:1.19 AS build\n${PROXY}ENV CGO_ENABLED=0\nWORKDIR /src\nCOPY . .\nRUN go build -trimpath -o /app .\n\nFROM debian:bookworm-slim\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n`,
    files: { ...MODULE, "main.go": GO_CERTIFICATES, ...goProxy("example.com/lib", "v1.0.0") },
    by: [...SPLIT, ...CACHES, "mount-build-caches"],
    safety: "suggested",
    faster: 5,
  },
];
