//go:build tools

// gh is GitHub's command; docs/verify.md uses its `attestation verify`.
package tools

import _ "github.com/cli/cli/v2/cmd/gh"
