# docker build -t prefect-server:3.8.8-1 .
# The web UI comes out of the reference's own package.
FROM python:3.11-slim-bookworm AS ui
RUN pip download --no-cache-dir --no-deps --only-binary=:all: --dest /wheel prefect==3.8.8 \
 && python -m zipfile -e /wheel/*.whl /wheel/unpacked \
 && mkdir /ui \
 && cp -r /wheel/unpacked/prefect/server/ui /ui/v1 \
 && cp -r /wheel/unpacked/prefect/server/ui-v2 /ui/v2 \
 && cp -r /wheel/unpacked/prefect/server/api/static /ui/static

FROM node:22-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY bin bin
COPY scripts scripts
COPY src src
COPY tsconfig.json README.md ./
RUN npm run --silent package \
 && npm install --global --prefix /opt/prefect-server ./prefect-server-*.tgz \
 && rm -rf /opt/prefect-server/lib/node_modules/prefect-server/node_modules/esbuild \
           /opt/prefect-server/lib/node_modules/prefect-server/node_modules/@esbuild
COPY --from=ui /ui /opt/prefect-server/lib/node_modules/prefect-server/ui
COPY docker/entrypoint.sh /opt/prefect-server/entrypoint.sh
# The Node that the package brings is the only one of the image.
RUN package=/opt/prefect-server/lib/node_modules/prefect-server \
 && ln -s "$(find $package/node_modules -path '*node-linux-*/bin/node' | head -n 1)" /opt/prefect-server/bin/node \
 && ln -s $package/bin/prefect.js /opt/prefect-server/bin/prefect \
 && chmod 755 $package/bin/*.js /opt/prefect-server/entrypoint.sh

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates tini tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --home-dir /home/prefect prefect \
 && mkdir --parents /home/prefect/.prefect /opt/prefect \
 && chown 10001:10001 /home/prefect/.prefect \
 && ln -s /opt/prefect-server/entrypoint.sh /opt/prefect/entrypoint.sh
COPY --from=build /opt/prefect-server /opt/prefect-server
ENV PATH=/opt/prefect-server/bin:$PATH \
    HOME=/home/prefect \
    PREFECT_HOME=/home/prefect/.prefect \
    PREFECT_SERVER_API_HOST=0.0.0.0
USER 10001:10001
WORKDIR /home/prefect
EXPOSE 4200
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=6 CMD ["prefect-server", "status", "--url", "http://127.0.0.1:4200/api"]
ENTRYPOINT ["/usr/bin/tini", "-g", "--", "/opt/prefect-server/entrypoint.sh"]
CMD ["start"]
