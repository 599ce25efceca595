# dockopt as an image: docker run --rm -v "$PWD:/work" dockopt --check .
FROM node:20-bookworm-slim AS manifests
WORKDIR /dockopt
COPY package.json package-lock.json .npmrc ./

FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM manifests AS dependencies
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev

FROM node:20-bookworm-slim
# git tells what .gitignore leaves out and how often files change; the folder that is mounted belongs to somebody else.
RUN apt-get update \
 && apt-get install -y --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && git config --system --add safe.directory '*'
WORKDIR /dockopt
COPY --from=dependencies /dockopt/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY --from=build /dockopt/dist/bundle ./dist/bundle
COPY --from=build /dockopt/dist/src ./dist/src
COPY --from=build /dockopt/dist/transforms ./dist/transforms
USER node
WORKDIR /work
ENTRYPOINT ["node", "/dockopt/bin/dockopt.js"]
