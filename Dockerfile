# Treetop in the browser, for machines without a display (docs/BROWSER-MODE.md).
# It wants a token: docker run -e TREETOP_TOKEN=... -v treetop:/data -p 7883:7883 treetop

FROM node:24-trixie-slim AS build
WORKDIR /treetop
COPY . .
RUN node scripts/build.mjs

FROM node:24-trixie-slim AS dependencies
WORKDIR /treetop
COPY package.json package-lock.json ./
# Not `npm ci`, which refuses this lock file (scripts/setup.mjs). No dependency needs an install script, and SQLite's binaries for other systems
# are removed.
RUN npm install --no-save --omit=dev --ignore-scripts --no-audit --no-fund \
  && find node_modules/better-sqlite3 -path '*/prebuilds/*' ! -name "linux-$(node -p process.arch).node" -type f -delete \
  && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src

FROM node:24-trixie-slim
ENV NODE_ENV=production
WORKDIR /treetop
COPY --from=dependencies /treetop/node_modules node_modules
COPY --from=build /treetop/out out
COPY package.json LICENSE ./
# `docker exec NAME treetop …` runs the command line on the same data.
RUN printf '#!/bin/sh\nexec node /treetop/out/main/headless.js --data-dir /data "$@"\n' > /usr/local/bin/treetop \
  && chmod 755 /usr/local/bin/treetop
RUN mkdir /data && chown node:node /data && chmod 700 /data
USER node
VOLUME /data
EXPOSE 7883
# Treetop's own answer, asked for by Node: there is no curl in here.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7883/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# A container's loopback is reached by nobody: it listens on all addresses, and so refuses to start without a token.
ENTRYPOINT ["node", "out/main/headless.js", "--host", "0.0.0.0", "--port", "7883", "--data-dir", "/data", "--no-open"]
