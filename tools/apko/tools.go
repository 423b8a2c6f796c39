//go:build tools

// apko locks and assembles OCI images from APK repositories; v1.2.36 is the version the hermetic build was measured with.
package tools

import _ "chainguard.dev/apko"
