//go:build tools

// trivy-db builds the offline vulnerability database; the version that trivy v0.74.0 itself requires, so both agree on the schema.
package tools

import _ "github.com/aquasecurity/trivy-db/cmd/trivy-db"
