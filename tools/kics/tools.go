//go:build tools

// kics scans Dockerfiles, manifests and workflows; v2.2.0 postdates the poisoned 2026 images and is built from source.
package tools

import _ "github.com/Checkmarx/kics/v2/cmd/console"
