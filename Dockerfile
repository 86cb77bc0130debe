# The portal in an image that holds nothing else: no shell, no package manager, no root.
#   docker build --build-arg VERSION="$(git describe --always)" -t regain .
FROM golang:1.26.8-trixie AS build
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
VOLUME /var/lib/regain
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["/usr/local/bin/regain", "doctor", "--ready"]
ENTRYPOINT ["/usr/local/bin/regain"]
CMD ["serve"]
