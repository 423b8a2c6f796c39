//go:build tools

// melange builds the OpenSSL core and FIPS provider APKs; v0.58.0 is the version the hermetic build was measured with.
package tools

import _ "chainguard.dev/melange"
