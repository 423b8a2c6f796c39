//go:build tools

// registry is the local quarantine and release registry with the referrers-free v2 API; v3.1.2 is the newest stable release.
package tools

import _ "github.com/distribution/distribution/v3/cmd/registry"
