#!/bin/sh
# Installs the system packages the foundry needs, when it may; else prints the one line to type and ends with 7. With the argument
# `test`, also the foreign programs that the tests hold our images against; with `worker`, only what a worker runs, whose tools are
# built elsewhere; with `image`, also what deploy/worker.Dockerfile needs before there is a Node.
# Each row: the program, the Debian package that brings it.
set -eu
needed='
bwrap bubblewrap
unifdef unifdef
flock util-linux
prlimit util-linux
setpriv util-linux
unshare util-linux
openssl openssl
perl perl
tar tar
gzip gzip
git git
cargo cargo
'
if [ "${1:-}" = test ]; then
  needed="$needed
skopeo skopeo
umoci umoci
runc runc
dockerd docker.io
python3 python3-venv
jq jq
zsh zsh
fish fish
"
fi
if [ "${1:-}" = image ]; then
  needed="$needed
npm npm
update-ca-certificates ca-certificates
"
fi
if [ "${1:-}" = worker ]; then
  needed="$(printf '%s' "$needed" | sed '/^cargo /d')
update-ca-certificates ca-certificates
"
fi
missing=''
for row in $(printf '%s' "$needed" | sed '/^$/d; s/ /:/'); do
  command -v "${row%%:*}" >/dev/null || missing="$missing ${row#*:}"
done
# Go fetches the exact release that tools.json pins by itself, from 1.21 on. Debian 12 has an older one, but newer in backports.
go_minor=$(go env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
if [ "${1:-}" != worker ] && [ "${go_minor:-0}" -lt 21 ]; then
  if [ "$(sed -n 's/^VERSION_ID="\([0-9]*\)"/\1/p' /etc/os-release)" = 12 ]; then
    echo 'error[FND_TOOL_MISSING]: Go 1.21 or newer is missing, and the golang-go of Debian 12 is older' >&2
    echo 'hint: install Go from bookworm-backports (golang-go) or from go.dev/dl, then run the same command again' >&2
    exit 7
  fi
  missing="$missing golang-go"
fi
if [ -z "$missing" ]; then
  echo "system packages: all there"
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "error[FND_TOOL_MISSING]: these programs are missing and there is no apt-get to install them:$missing" >&2
  echo "hint: install them with the package manager of this system, then run the same command again" >&2
  exit 7
fi
install="apt-get install --yes --no-install-recommends$missing"
if [ "$(id -u)" -eq 0 ]; then
  as_root=''
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root='sudo -n'
else
  echo "error[FND_TOOL_MISSING]: these system packages are missing:$missing" >&2
  echo "hint: sudo apt-get update && sudo $install" >&2
  exit 7
fi
echo "system packages: installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # words on purpose
$as_root apt-get update -q -q
# shellcheck disable=SC2086 # words on purpose
$as_root $install -q -q
