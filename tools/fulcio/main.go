// Command fulcio runs the Fulcio certificate authority behind a single HTTP
// listener.
//
// Fulcio's own serve command also opens a gRPC port, an abstract unix socket
// and a Prometheus listener on ":<metrics-port>". That last one is on every
// interface and no flag narrows it or turns it off, while this project's
// services may listen on loopback only. So this command mounts the same public
// Fulcio packages (file CA, issuer pool, configuration, HTTP API v2) in one
// process and opens nothing else.
//
// It is narrower than upstream on purpose: only the file CA and the v2 API
// exist, a missing configuration is an error (upstream falls back to public
// issuers), and the key's passphrase comes from a file, because arguments can
// be read by every user of the machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	ctclient "github.com/google/certificate-transparency-go/client"
	"github.com/google/certificate-transparency-go/jsonclient"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/sigstore/fulcio/pkg/ca/fileca"
	"github.com/sigstore/fulcio/pkg/config"
	"github.com/sigstore/fulcio/pkg/generated/protobuf"
	"github.com/sigstore/fulcio/pkg/log"
	"github.com/sigstore/fulcio/pkg/server"
	v1 "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore/pkg/signature"
	"google.golang.org/grpc/metadata"
)

const (
	modulePath      = "github.com/sigstore/fulcio"
	maxRequestBytes = 4 << 20
	ctLogTimeout    = 30 * time.Second
	shutdownTimeout = 10 * time.Second
)

// clientAlgorithms lists the keys a certificate may be asked for: Fulcio's own
// default list.
var clientAlgorithms = []v1.PublicKeyDetails{
	v1.PublicKeyDetails_PKIX_ECDSA_P256_SHA_256,
	v1.PublicKeyDetails_PKIX_ECDSA_P384_SHA_384,
	v1.PublicKeyDetails_PKIX_ECDSA_P521_SHA_512,
	v1.PublicKeyDetails_PKIX_RSA_PKCS1V15_2048_SHA256,
	v1.PublicKeyDetails_PKIX_RSA_PKCS1V15_3072_SHA256,
	v1.PublicKeyDetails_PKIX_RSA_PKCS1V15_4096_SHA256,
	v1.PublicKeyDetails_PKIX_ED25519,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "fulcio:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "version":
		fmt.Println("fulcio", moduleVersion())
		return nil
	case len(args) > 0 && args[0] == "serve":
		return serve(args[1:])
	default:
		return errors.New("usage: fulcio serve [flags] | fulcio version")
	}
}

func serve(args []string) error {
	flags := flag.NewFlagSet("fulcio serve", flag.ExitOnError)
	host := flags.String("host", "127.0.0.1", "address to listen on")
	port := flags.String("port", "5555", "port to listen on")
	configPath := flags.String("config-path", "", "issuer configuration, YAML or JSON (required)")
	certPath := flags.String("fileca-cert", "", "CA certificate chain, PEM (required)")
	keyPath := flags.String("fileca-key", "", "CA private key, PEM (required)")
	passphrasePath := flags.String("fileca-key-passwd-file", "", "file holding the key's passphrase; empty if the key is not encrypted")
	ctLogURL := flags.String("ct-log-url", "", "certificate transparency log; empty issues without SCT")
	ctLogKeyPath := flags.String("ct-log-public-key-path", "", "the log's public key, PEM, to verify its SCTs")
	if err := flags.Parse(args); err != nil {
		return err
	}
	log.ConfigureLogger("prod")

	rawConfig, err := os.ReadFile(*configPath)
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	cfg, err := config.Read(rawConfig)
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	passphrase, err := readPassphrase(*passphrasePath)
	if err != nil {
		return fmt.Errorf("passphrase: %w", err)
	}
	ca, err := fileca.NewFileCA(*certPath, *keyPath, passphrase, false)
	if err != nil {
		return fmt.Errorf("certificate authority: %w", err)
	}
	defer ca.Close()
	ctLog, err := newCTClient(*ctLogURL, *ctLogKeyPath)
	if err != nil {
		return fmt.Errorf("transparency log: %w", err)
	}
	algorithms, err := signature.NewAlgorithmRegistryConfig(clientAlgorithms)
	if err != nil {
		return err
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	service := server.NewGRPCCAServer(ctLog, ca, algorithms, server.NewIssuerPool(cfg))
	handler, err := newHandler(ctx, service, cfg)
	if err != nil {
		return err
	}
	return listenAndServe(ctx, net.JoinHostPort(*host, *port), handler)
}

// newHandler serves the v2 API by calling the service in process, where
// upstream's gateway goes through a gRPC port.
func newHandler(ctx context.Context, service protobuf.CAServer, cfg *config.FulcioConfig) (http.Handler, error) {
	mux := runtime.NewServeMux(runtime.WithMetadata(bearerToken))
	if err := protobuf.RegisterCAHandlerServer(ctx, mux, service); err != nil {
		return nil, err
	}
	err := mux.HandlePath(http.MethodGet, "/healthz", func(w http.ResponseWriter, _ *http.Request, _ map[string]string) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintln(w, `{"status":"SERVING"}`)
	})
	if err != nil {
		return nil, err
	}
	withConfig := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		mux.ServeHTTP(recorder, r.WithContext(config.With(r.Context(), cfg)))
		log.Logger.Infow("request", "method", r.Method, "path", r.URL.Path, "status", recorder.status, "duration", time.Since(start))
	})
	return server.WithMaxBytes(withConfig, maxRequestBytes), nil
}

// bearerToken passes an Authorization header on to the service, which looks
// there when the request body carries no credentials.
func bearerToken(_ context.Context, r *http.Request) metadata.MD {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	return metadata.Pairs(server.MetadataOIDCTokenKey, token)
}

func listenAndServe(ctx context.Context, address string, handler http.Handler) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	httpServer := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       30 * time.Second,
	}
	log.Logger.Infow("listening", "address", listener.Addr().String(), "version", moduleVersion())

	stopped := make(chan error, 1)
	go func() { stopped <- httpServer.Serve(listener) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
		deadline, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
		defer cancel()
		return httpServer.Shutdown(deadline)
	}
}

func newCTClient(url, keyPath string) (*ctclient.LogClient, error) {
	if url == "" {
		return nil, nil
	}
	var opts jsonclient.Options
	if keyPath != "" {
		key, err := os.ReadFile(keyPath)
		if err != nil {
			return nil, err
		}
		opts.PublicKey = string(key)
	}
	return ctclient.New(url, &http.Client{Timeout: ctLogTimeout}, opts)
}

func readPassphrase(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	raw, err := os.ReadFile(path)
	return strings.TrimRight(string(raw), "\r\n"), err
}

// moduleVersion reports the Fulcio version that go.mod pinned for this binary.
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

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}
