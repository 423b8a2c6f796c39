//go:build tools

// slsa-verifier is what the SLSA project judges provenance and verification summaries with; docs/verify.md uses it.
package tools

import _ "github.com/slsa-framework/slsa-verifier/v2/cli/slsa-verifier"
