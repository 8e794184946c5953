# The image of the gateway: Node, its bundle and the command line's with their source maps, the CRD, the license, and a
# list of what is in it. It has no shell, no npm and no node_modules, runs as 65532, and writes nowhere.
#
#   docker build --tag omneo-gateway:0.1.0 .
#
# Both base images can be replaced; BASE_IMAGE needs glibc, libstdc++ and the CAs, and nothing else.
ARG BUILD_IMAGE=docker.io/library/node:24-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No package needs its install script for this: the script of `node` would only bring a second Node.
RUN npm ci --ignore-scripts && npm sbom --omit=dev --sbom-format=cyclonedx > sbom.cdx.json
COPY scripts/build.ts scripts/page.ts scripts/
COPY web web/
COPY src src/
RUN node scripts/build.ts

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="omneo-gateway" \
      org.opencontainers.image.description="Multi-tenant webhook gateway between Klaviyo Flows and Omneo rewards, run as a Kubernetes operator" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY scripts/omneo-gateway /usr/local/bin/
WORKDIR /app
COPY package.json LICENSE ./
COPY crds crds/
COPY --from=build /build/sbom.cdx.json ./
COPY --from=build /build/dist dist/
ENV NODE_ENV=production
USER 65532:65532
EXPOSE 8080 9090
# In a container of 512 MiB Node leaves 1 MiB for what is young, and what a webhook leaves behind is then taken for old
# and collected dearly. What is old may double before it is collected: its collections are what webhooks wait for.
# The source map is there, but not read: it takes 100 MiB. NODE_OPTIONS=--enable-source-maps reads it.
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=64", "--heap-growing-percent=100", "/app/dist/main.js"]
