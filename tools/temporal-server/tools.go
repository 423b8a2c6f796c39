//go:build tools

// The Temporal server for many machines, with the tool that makes its schema in PostgreSQL, and its UI: the versions that the dev server
// of the module temporal holds. No row of tools.json: one machine does not need them, and tools/temporal-server.sh builds them.
package tools

import (
	_ "github.com/temporalio/ui-server/v2/cmd/server"
	_ "go.temporal.io/server/cmd/server"
	_ "go.temporal.io/server/cmd/tools/sql"
)
