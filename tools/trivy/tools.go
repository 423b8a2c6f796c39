//go:build tools

// trivy scans images and configuration offline; v0.74.0 postdates the poisoned 2026 release and is built from source.
package tools

import _ "github.com/aquasecurity/trivy/cmd/trivy"
