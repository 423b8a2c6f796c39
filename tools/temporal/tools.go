//go:build tools

// temporal is the workflow CLI and dev server; v1.5.1 is the last stable release whose module builds without replace directives.
package tools

import _ "github.com/temporalio/cli/cmd/temporal"
