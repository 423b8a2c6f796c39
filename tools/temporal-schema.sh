#!/bin/sh
# Makes the two databases of a Temporal server in PostgreSQL, or brings them up to the version of the tool. May be run again at any time.
# POSTGRES_ADDRESS is host:port, PGPASSFILE the file with the password; `temporal-sql-tool` is on the PATH.
set -eu
host=${POSTGRES_ADDRESS%:*}
port=${POSTGRES_ADDRESS##*:}
for row in temporal:temporal temporal_visibility:visibility; do
  database=${row%%:*}
  sql() { temporal-sql-tool --plugin postgres12 --ep "$host" -p "$port" -u "${POSTGRES_USER:-temporal}" --db "$database" "$@"; }
  sql create-database
  # Begins a schema at nothing, where there is none: version 0.0 is known to every server.
  sql setup-schema -v 0.0
  sql update-schema --schema-name "postgresql/v12/${row##*:}"
done
