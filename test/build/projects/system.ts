import { debian, SOURCE } from "./debian.js";
import { CACHES, HOIST, MERGE, type Project } from "./project.js";

export const SYSTEM: readonly Project[] = [
  debian(
    "apt's cache in a build stage",
    "RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*\nRUN echo 'int main(){return 0;}' > /a.c && gcc -o /a.out /a.c\n\nFROM debian:bookworm-slim\nCOPY --from=0 /a.out /a.out\n",
    CACHES,
    undefined,
    "suggested",
  ),
  debian(
    "a compiler cache",
    "RUN apt-get update && apt-get install -y --no-install-recommends ccache gcc libc6-dev make\nENV PATH=/usr/lib/ccache:$PATH\nWORKDIR /src\nCOPY src/a.txt ./\nRUN echo 'int main(){return 0;}' > a.c\nRUN make a\n\nFROM debian:bookworm-slim\nCOPY --from=0 /src/a /a\n",
    ["mount-build-caches"],
    undefined,
    "suggested",
  ),
  debian(
    "packages behind the source",
    "WORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nRUN sh build.sh\n",
    HOIST,
    true,
  ),
  debian(
    "packages with a variable",
    "WORKDIR /app\nCOPY . .\nENV PACKAGE=tree\nRUN apt-get update && apt-get install -y --no-install-recommends $PACKAGE\n",
    HOIST,
    true,
  ),
  debian(
    "packages behind another stage's files",
    "COPY . /src\nRUN cat /src/build.sh /src/src/a.txt > /src/built\n\nFROM debian:bookworm-slim\nCOPY --from=0 /src/built /srv/built\nRUN apt-get update && apt-get install -y --no-install-recommends tree\n",
    HOIST,
    true,
  ),
  debian(
    "packages as root between users",
    "RUN useradd app\nUSER app\nCOPY --chown=app . /app\nUSER root\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nUSER app\n",
    HOIST,
    true,
  ),
  debian(
    "packages behind two copies and a WORKDIR",
    'COPY . /b/\nCOPY src /app/src\nWORKDIR /app\nSHELL ["/bin/bash", "-c"]\nRUN apt-get update && apt-get install -y --no-install-recommends tree\n',
    HOIST,
    true,
  ),
  debian(
    "packages out of a build",
    "WORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y --no-install-recommends tree && sh build.sh\n",
    ["split-run-chains"],
    true,
  ),
  debian(
    "packages out of a build with options",
    "WORKDIR /app\nCOPY . .\nRUN set -eu && apt-get update && apt-get install -y --no-install-recommends tree && sh build.sh && rm build.sh\n",
    ["split-run-chains"],
    true,
  ),
  debian(
    "build metadata",
    "ARG GIT_SHA\nARG BUILD_DATE=unknown\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nENV SHA=$GIT_SHA\nCOPY . /app\nRUN echo $BUILD_DATE > /date\n",
    HOIST,
  ),
  debian(
    "everything at once",
    "ARG VERSION=dev\nWORKDIR /app\nCOPY . .\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends tree\nRUN rm -rf /var/lib/apt/lists/*\nRUN sh build.sh\nRUN echo $VERSION > /version\n",
    [...HOIST, ...MERGE],
    true,
  ),
  {
    ...debian(
      "an editor's settings and a developer's caches in the context",
      "WORKDIR /app\nCOPY . .\nRUN sh build.sh && sleep 2\n",
      ["extend-dockerignore"],
      true,
      "suggested",
    ),
    files: {
      ...SOURCE,
      ".vscode/settings.json": "{}\n",
      "tools/a.py": "1\n",
      "tools/__pycache__/a.cpython-311.pyc": "1",
    },
    lacks: [
      "app/.vscode",
      "app/.vscode/settings.json",
      "app/Dockerfile",
      "app/tools/__pycache__",
      "app/tools/__pycache__/a.cpython-311.pyc",
    ],
    touch: ".vscode/settings.json",
  },
];
