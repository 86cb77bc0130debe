SHELL := /bin/bash
.DEFAULT_GOAL := help

# Asked only where it is needed: git would touch its folder, and tests that list the tree would run again.
version = $(shell git describe --always --dirty 2>/dev/null || echo unknown)
tool    := go tool -modfile=.ci/tools.mod
define generate
$(tool) templ generate
$(tool) oapi-codegen -config handlers/api/oapi-codegen.yaml handlers/api/openapi.yaml
$(tool) oapi-codegen -config handlers/api/client/oapi-codegen.yaml handlers/api/openapi.yaml
endef
cache   := $(CURDIR)/.cache

# The driver clears the values of a statement after each use, and SQLite then plans most of them anew, unless plans do
# not depend on values (https://sqlite.org/queryplanner-ng.html#qpstab).
qpsg := -DSQLITE_ENABLE_QPSG
build bench load failover: export CGO_CFLAGS = -O2 -g $(qpsg)
# SQLite compiles in seconds instead of a minute. Never for what is shipped.
check test update: export CGO_CFLAGS = -O0 -g0 $(qpsg)
# A program with the race detector waits a whole second before it ends, for races of its last goroutines. There are
# a hundred test programs, and those start hundreds more.
check test: export GORACE = atexit_sleep_ms=50
# A commit on SQLite waits for the disk, and tests make thousands. In memory nothing waits: a tenth less of the clock
# and of the processor in the tests of security. What Go builds stays on the disk, it is large.
disk := $(or $(GOTMPDIR),$(TMPDIR),/tmp)
check test: export GOTMPDIR = $(disk)
check test: export TMPDIR = $(or $(shell .ci/memory),$(disk))
# One line for check and test, so that the second of them finds what the first one ran in Go's cache.
# Vet looks at everything once, in check, with more than go test would ask of it.
gotest := go test -vet=off -timeout 45m -race ./...

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

.PHONY: run
run: places ## the demo on http://localhost:8080, with demo people and their mails
	go run ./cmd/regain dev

.PHONY: test
test: ## every test, in the browser and on both databases; installs what is missing on Debian
	.ci/install "$(cache)"
	$(gotest)
	REGAIN_AXE="$(cache)/node_modules/axe-core/axe.min.js" REGAIN_JOSE="$(cache)/node_modules/jose" \
	REGAIN_OIDC="$(cache)/node_modules/oidc-provider" \
		go test -vet=off -timeout 45m -tags e2e -run '^(TestBrowser|TestQRDecodes|TestJose|TestLoad)' ./cmd/regain ./cmd/regain/oidc ./cmd/load ./security/otp

.PHONY: check
check: ## generated code, format, vet, staticcheck, and the tests with the race detector; VULNDB=folder: known vulnerabilities
	$(generate)
	git diff --exit-code -- '*_templ.go' '*_gen.go'
	@unformatted=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); \
		test -z "$$unformatted" || { echo "not formatted:" $$unformatted; exit 1; }
	go vet -tags e2e ./...
	$(tool) staticcheck -tags e2e ./...
	@test -z "$(VULNDB)" || .ci/vulns "$(VULNDB)"
	$(gotest)

.PHONY: bench
bench: ## the table of figures; BASE=commit: what things cost beside what they cost then, in .cache/bench.txt
	.ci/bench $(BASE)

.PHONY: load
load: build ## everybody at once for half a minute, and whether all held; LOAD="--rate 30 --processes 2 …": how
	go run ./cmd/load $(LOAD)

.PHONY: failover
failover: build ## the same while a second PostgreSQL takes the place of the first, by its address and by pgbouncer
	go run ./cmd/load --failover hosts --processes 2 $(LOAD)
	go run ./cmd/load --failover pooler --processes 2 $(LOAD)

.PHONY: build
build: places ## bin/regain, with the country data beside it
	go build -trimpath -ldflags '-s -w -X main.version=$(version)' -o bin/regain ./cmd/regain

.PHONY: release
release: places ## bin/regain as one static file, what it is made of (bin/regain.cdx.json), and the sums
	.ci/release bin "$(version)"

.PHONY: reproducible
reproducible: ## the release twice, in two folders, and whether both are the same; some minutes
	.ci/reproducible

.PHONY: geo
geo: ## bin/country.mmdb, from Debian's tor-geoipdb
	.ci/geo bin/country.mmdb "$(cache)"

# The portal works without country data: places are then shown as unknown.
.PHONY: places
places:
	@test -s bin/country.mmdb || .ci/geo bin/country.mmdb "$(cache)" || \
		echo "No country data; places will be shown as unknown." >&2

.PHONY: generate
generate: ## pages from their templates, the API from its document
	$(generate)

.PHONY: update
update: ## golden files, from what the code makes now
	go test -run 'Golden|Mermaid|CopyShape' ./views/mail ./security/recovery ./store -update

.PHONY: watch
watch: ## the demo, rebuilt and reloaded on every change
	$(tool) templ generate --watch --proxy=http://localhost:8080 \
		--cmd "go run ./cmd/regain dev"
