#!/bin/sh
# Makes the secrets of a foundry on many machines in a new folder, each a file that only its owner may read:
#   ca.crt, ca.key              an authority of their own for the two services below; keep the key away from all machines
#   server.crt, server.key      what Temporal and the registry show
#   client.crt, client.key      what workers and people show to Temporal
#   postgres.password, pgpass   the database's, as it wants it and as its clients want it
#   registry.json               who the workers are at registries: nobody, until somebody writes it (docs/profiles.md)
# usage: tools/machine-secrets.sh <folder> [<more names of the servers, such as temporal.example,10.0.0.5>]
set -eu
umask 077
into=${1:?usage: tools/machine-secrets.sh <folder> [<more names, by commas>]}
mkdir "$into"
cd "$into"
names='DNS:temporal,DNS:registry,DNS:localhost,IP:127.0.0.1'
for name in $(printf '%s' "${2:-}" | tr ',' ' '); do
  case $name in
    *[!0-9.]*) names="$names,DNS:$name" ;;
    *) names="$names,IP:$name" ;;
  esac
done
key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
signed() { # name, extensions
  key "$1"
  printf '%s\n' "$2" >"$1.ext"
  openssl req -new -key "$1.key" -subj "/CN=foundry $1" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -days 365 -extfile "$1.ext" -out "$1.crt" 2>"$1.log" || { cat "$1.log" >&2; exit 1; }
  rm "$1.csr" "$1.ext" "$1.log"
}
key ca
openssl req -x509 -new -key ca.key -days 730 -subj '/CN=foundry authority' \
  -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign -out ca.crt
# Temporal's own workers show the certificate of the server, too.
signed server "subjectAltName=$names
extendedKeyUsage=serverAuth,clientAuth"
signed client 'extendedKeyUsage=clientAuth'
openssl rand -hex 32 >postgres.password
printf '*:*:*:temporal:%s\n' "$(cat postgres.password)" >pgpass
printf '{ "auths": {} }\n' >registry.json
