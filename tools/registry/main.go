// Command registry runs the Distribution registry with local files as its only
// storage. It can ask for passwords (a file as of htpasswd) or for tokens of a
// token server, where its configuration says so.
//
// The upstream command also links the Azure, Google and Amazon storage drivers,
// which double the binary and its dependencies and are never used here, and an
// authentication for its own tests. It also starts a trace exporter that dials
// a collector unless the environment says otherwise; here tracing is off unless
// the environment asks for it.
package main

import (
	"os"

	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/auth/token"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
)

const traceExporterVariable = "OTEL_TRACES_EXPORTER"

func main() {
	if os.Getenv(traceExporterVariable) == "" {
		os.Setenv(traceExporterVariable, "none")
	}
	if err := registry.RootCmd.Execute(); err != nil {
		os.Exit(1)
	}
}
