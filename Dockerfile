# The portal in an image that holds nothing else: no shell, no package manager, no root.
#   docker build --build-arg VERSION="$(git describe --always)" -t regain .
FROM golang:1.26.10-trixie AS build
WORKDIR /src
COPY go.mod go.sum ./
COPY .ci/tools.mod .ci/tools.sum .ci/
RUN go mod download && go mod download -modfile=.ci/tools.mod
COPY . .
ARG VERSION=unknown
# The folder of the database is made here, because nothing could make it below.
RUN .ci/release /out "$VERSION" && install -d -m 700 /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/regain /usr/local/bin/
COPY --from=build --chown=65532:65532 /out/data /var/lib/regain
USER 65532:65532
ENV REGAIN_LISTEN=0.0.0.0:8080 REGAIN_PLAIN_HTTP=behind-proxy REGAIN_DATABASE=sqlite:/var/lib/regain/regain.db
# SQLite lets go of memory and takes it again, all the time; this much is kept for it.
ENV MALLOC_TRIM_THRESHOLD_=33554432
VOLUME /var/lib/regain
EXPOSE 8080
# It asks over TLS where the portal speaks it: -e REGAIN_TLS=acme -e REGAIN_PLAIN_HTTP= -e REGAIN_LISTEN=:8443
# -e REGAIN_REDIRECT_LISTEN=:8080 -p 443:8443 -p 80:8080, and https:// in REGAIN_BASE_URL.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["/usr/local/bin/regain", "doctor", "--ready"]
ENTRYPOINT ["/usr/local/bin/regain"]
CMD ["serve"]
