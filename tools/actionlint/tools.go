//go:build tools

// actionlint checks the workflows of GitHub Actions: keys, expressions, contexts and events; v1.7.12 is the newest release.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
