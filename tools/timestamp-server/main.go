// Command timestamp-server runs the Sigstore timestamp authority behind a
// single HTTP listener.
//
// The upstream serve command always opens a Prometheus listener on the
// hard-coded address ":2112". That is every interface, no flag turns it off,
// and a second instance on the machine dies because the port is taken, while
// this project's services may listen on loopback only. So this command starts
// the same public REST server and leaves the metrics listener out.
//
// It is narrower than upstream on purpose: only the file signer exists, no NTP
// server is asked, and the key's passphrase comes from a file, because
// arguments can be read by every user of the machine.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/sigstore/timestamp-authority/v2/pkg/api"
	"github.com/sigstore/timestamp-authority/v2/pkg/log"
	"github.com/sigstore/timestamp-authority/v2/pkg/server"
	"github.com/sigstore/timestamp-authority/v2/pkg/signer"
	"github.com/spf13/viper"
)

const (
	modulePath      = "github.com/sigstore/timestamp-authority/v2"
	maxRequestBytes = 1 << 20
	requestTimeout  = 30 * time.Second
	idleTimeout     = 60 * time.Second
	// sigstorePolicy is the policy that upstream stamps unless told otherwise.
	sigstorePolicy = "1.3.6.1.4.1.57264.2"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "timestamp-server:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "version":
		fmt.Println("timestamp-server", moduleVersion())
		return nil
	case len(args) > 0 && args[0] == "serve":
		return serve(args[1:])
	default:
		return errors.New("usage: timestamp-server serve [flags] | timestamp-server version")
	}
}

func serve(args []string) error {
	flags := flag.NewFlagSet("timestamp-server serve", flag.ExitOnError)
	host := flags.String("host", "127.0.0.1", "address to listen on")
	port := flags.Int("port", 3000, "port to listen on")
	keyPath := flags.String("file-signer-key-path", "", "signing key, PEM (required)")
	passphrasePath := flags.String("file-signer-passwd-file", "", "file holding the key's passphrase; empty if the key is not encrypted")
	chainPath := flags.String("certificate-chain-path", "", "certificate chain of the key, leaf first, PEM (required)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	log.ConfigureLogger("prod")

	passphrase, err := readPassphrase(*passphrasePath)
	if err != nil {
		return fmt.Errorf("passphrase: %w", err)
	}
	// The upstream API package takes its settings from viper.
	for key, value := range map[string]any{
		"timestamp-signer":         signer.FileScheme,
		"timestamp-signer-hash":    "sha256",
		"file-signer-key-path":     *keyPath,
		"file-signer-passwd":       passphrase,
		"certificate-chain-path":   *chainPath,
		"enforce-intermediate-eku": true,
		"default-policy-oid":       sigstorePolicy,
		"accepted-policy-oids":     []string{sigstorePolicy},
		"max-request-body-size":    maxRequestBytes,
	} {
		viper.Set(key, value)
	}
	// NewRestAPIServer panics on a bad key or chain, so try them first.
	if _, err := api.NewAPI(); err != nil {
		return fmt.Errorf("signer: %w", err)
	}

	log.Logger.Infow("starting", "host", *host, "port", *port, "version", moduleVersion())
	restServer := server.NewRestAPIServer(*host, *port, []string{"http"}, false, requestTimeout, requestTimeout)
	restServer.CleanupTimeout = idleTimeout
	return restServer.Serve()
}

func readPassphrase(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	raw, err := os.ReadFile(path)
	return strings.TrimRight(string(raw), "\r\n"), err
}

// moduleVersion reports the timestamp authority version that go.mod pinned for
// this binary.
func moduleVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == modulePath {
				return dep.Version
			}
		}
	}
	return "unknown"
}
