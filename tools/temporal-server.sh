#!/bin/sh
# Builds the Temporal server for many machines, `temporal-sql-tool` for its schema in PostgreSQL, and its UI, into the folder that is named:
# from pinned modules with the pinned Go, as every tool of the foundry (adapters/toolchain/go-build.ts).
# `--without-ui` leaves the UI out.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
into=${1:?usage: tools/temporal-server.sh <folder> [--without-ui]}
mkdir -p "$into"
into=$(CDPATH='' cd -- "$into" && pwd)
go=$(sed -n 's/^  "go": "\([0-9.]*\)",$/\1/p' "$here/tools.json")
export CGO_ENABLED=0 GO111MODULE=on GOWORK=off GOFLAGS='' GOAMD64=v1 GOARM64=v8.0 GOFIPS140=off GOTOOLCHAIN="go${go:?no Go release in tools.json}"
cd "$here/temporal-server"
build() {
  go build -trimpath -buildvcs=false -mod=readonly -ldflags='-s -w -buildid=' -o "$into/$1" "$2"
}
build temporal-server go.temporal.io/server/cmd/server
build temporal-sql-tool go.temporal.io/server/cmd/tools/sql
[ "${2:-}" = --without-ui ] || build temporal-ui github.com/temporalio/ui-server/v2/cmd/server
