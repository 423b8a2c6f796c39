//go:build tools

// crane copies, tags and inspects OCI images by digest; v0.22.1 is the newest release and the one the signing stack was measured with.
package tools

import _ "github.com/google/go-containerregistry/cmd/crane"
