# The images of a foundry on many machines (docker-compose.yml): `worker`, which serves any task queues, and the servers around it,
# `temporal` and `registry`, all built from this checkout: the toolchain from the modules under tools/, npm packages by the lockfile.
FROM debian:trixie-slim@sha256:a29215f6a35e51e22adffa17f89e9d2ef06214e64a2bad10d765c46aea49f11f AS build
WORKDIR /opt/foundry
COPY tools/system-packages.sh tools/
RUN tools/system-packages.sh image
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY . .
RUN ./foundry tools --cache-dir /opt/cache && tools/temporal-server.sh /opt/servers \
  && cp /opt/cache/tools/temporal-*/temporal /opt/cache/tools/registry-*/registry /opt/servers/

FROM debian:trixie-slim@sha256:a29215f6a35e51e22adffa17f89e9d2ef06214e64a2bad10d765c46aea49f11f AS temporal
COPY --from=build /opt/servers/temporal /opt/servers/temporal-server /opt/servers/temporal-sql-tool /opt/servers/temporal-ui /usr/local/bin/
COPY tools/temporal-schema.sh /usr/local/bin/
COPY tools/temporal-server/config /etc/temporal/config
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["temporal", "operator", "cluster", "health"]
ENTRYPOINT ["temporal-server", "--root", "/etc/temporal", "--env", "foundry", "--allow-no-auth", "start"]

FROM debian:trixie-slim@sha256:a29215f6a35e51e22adffa17f89e9d2ef06214e64a2bad10d765c46aea49f11f AS registry
COPY --from=build /opt/servers/registry /opt/foundry/node_modules/.bin/node /usr/local/bin/
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=5s CMD ["node", "-e", "require('https').get('https://localhost:5000/v2/', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))"]
ENTRYPOINT ["registry", "serve", "/etc/registry.yaml"]

FROM debian:trixie-slim@sha256:a29215f6a35e51e22adffa17f89e9d2ef06214e64a2bad10d765c46aea49f11f AS worker
COPY tools/system-packages.sh /usr/local/lib/
RUN /usr/local/lib/system-packages.sh worker
COPY --from=build /opt/foundry /opt/foundry
COPY --from=build /opt/cache/tools /opt/tools
# Volumes begin as these folders are: whoever the container runs as may write there.
RUN install -d -m 1777 /var/lib/foundry /var/cache/foundry && ln -s /opt/tools /var/cache/foundry/tools
WORKDIR /opt/foundry
ENV FOUNDRY_STATE_DIR=/var/lib/foundry FOUNDRY_CACHE_DIR=/var/cache/foundry FOUNDRY_METRICS=0.0.0.0:9464
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node_modules/.bin/node", "-e", "fetch('http://127.0.0.1:9233/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node_modules/.bin/node", "--external-memory-accounted-in-global-limit", "--initial-old-space-size=256", "worker/main.ts"]
