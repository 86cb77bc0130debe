package main

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// TestCommandsFor: kong is told of the commands that are named, and of all where it has
// to list them or to guess.
func TestCommandsFor(t *testing.T) {
	var every []string
	for _, c := range commands() {
		every = append(every, c.name)
	}
	for _, tt := range []struct {
		typed string
		want  []string
	}{
		{"", every},
		{"--help", every},
		{"-h", every},
		{"--brand serve --help", every},
		{"acount list", every},
		{"--version", nil},
		{"serve", []string{"serve"}},
		{"serve --version", []string{"serve"}},
		{"--brand init serve", []string{"init", "serve"}},
		{"webhook add --event case.opened", []string{"webhook"}},
		{"ticket list --json", []string{"ticket"}},
	} {
		k, err := kong.New(new(commandLine), kong.Vars{"version": ""}, commandsFor(strings.Fields(tt.typed)))
		if err != nil {
			t.Fatalf("%q: %v", tt.typed, err)
		}
		var got []string
		for _, c := range k.Model.Children {
			got = append(got, c.Name)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q: %s", tt.typed, diff)
		}
	}
}

// TestOneMeaning: no command has a flag that another command above it has; kong would take
// the first of them without a word.
func TestOneMeaning(t *testing.T) {
	k, err := kong.New(new(commandLine), kong.Vars{"version": ""}, commandsFor(nil))
	if err != nil {
		t.Fatal(err)
	}
	leaves := k.Model.Leaves(false)
	if len(leaves) < len(commands()) {
		t.Fatalf("only %d commands", len(leaves))
	}
	for _, leaf := range leaves {
		seen := map[string]bool{}
		for _, group := range leaf.AllFlags(false) {
			for _, flag := range group {
				for _, name := range append(flag.Aliases, flag.Name) {
					if seen[name] {
						t.Errorf("%s has --%s twice", leaf.FullPath(), name)
					}
					seen[name] = true
				}
			}
		}
	}
}
