//go:build tools

// rekor-server is the tile-backed transparency log on local files; v2.2.1 because the signing clients were measured against it.
package tools

import _ "github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix"
