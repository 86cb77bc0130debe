// Command geodata turns the country files of Debian's tor-geoipdb package into one .mmdb file.
//
// Usage: geodata OUT.mmdb GEOIP GEOIP6
//
// The data is from the IPFire Location Database under CC BY-SA 4.0; the file it writes names
// source, licence and date in its description, and is the same for the same input.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: geodata OUT.mmdb GEOIP GEOIP6")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "geodata:", err)
		os.Exit(1)
	}
}

func run(out string, in []string) error {
	var all source
	for _, name := range in {
		if err := readFile(&all, name); err != nil {
			return err
		}
	}
	tree, err := build(all)
	if err != nil {
		return err
	}
	return write(out, tree)
}

func readFile(all *source, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("country file: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := all.read(f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func build(all source) (*mmdbwriter.Tree, error) {
	description, err := all.description()
	if err != nil {
		return nil, err
	}
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		BuildEpoch:              all.generated.Unix(),
		DatabaseType:            "Regain-Country",
		Description:             map[string]string{"en": description},
		IncludeReservedNetworks: true,
		RecordSize:              24,
	})
	if err != nil {
		return nil, fmt.Errorf("new tree: %w", err)
	}
	for _, r := range all.ranges {
		record := mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(r.country)}}
		err := tree.InsertRange(r.first.AsSlice(), r.last.AsSlice(), record)
		if err != nil {
			return nil, fmt.Errorf("range from %s: %w", r.first, err)
		}
	}
	return tree, nil
}

// write puts the whole file beside its name first, so that a stopped run leaves no half one.
func write(name string, tree io.WriterTo) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".geodata-*")
	if err != nil {
		return fmt.Errorf("output file: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = tree.WriteTo(f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("output file: %w", err)
	}
	return nil
}
