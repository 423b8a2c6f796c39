// Command compose loads a compose file as `docker compose config` does, and prints what it found as JSON.
//
// It is the loader of that program, github.com/compose-spec/compose-go, and nothing of its engine: no daemon is asked. The command
// that the library brings (cmd/) stops at the model, before names of services, secrets and networks are looked up; this one goes on.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/sirupsen/logrus"
)

const modulePath = "github.com/compose-spec/compose-go/v2"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "compose:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "version":
		fmt.Println("compose", moduleVersion())
		return nil
	case len(args) == 2 && args[0] == "config":
		return config(args[1])
	default:
		return errors.New("usage: compose config FILE | compose version")
	}
}

// config resolves a file with the variables of the process, and of `.env` beside the file, as the working directory.
func config(file string) error {
	// What is only a warning there, such as a variable without a value, is refused here.
	warnings := &refusal{}
	logrus.AddHook(warnings)
	options, err := cli.NewProjectOptions([]string{file}, cli.WithOsEnv, cli.WithDotEnv, cli.WithResolvedPaths(true))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	if warnings.first != "" {
		return errors.New(warnings.first)
	}
	text, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = fmt.Println(string(text))
	return err
}

// refusal keeps the first warning of the loader.
type refusal struct{ first string }

func (r *refusal) Levels() []logrus.Level { return []logrus.Level{logrus.WarnLevel} }

func (r *refusal) Fire(entry *logrus.Entry) error {
	if r.first == "" {
		r.first = entry.Message
	}
	return nil
}

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
