package store_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/lockout"
	"regain/store"
	"regain/store/storetest"
)

// A check is one write to the world of a person of its own: what is read when
// it went through, and which writes are then refused.
type check struct {
	name    string
	before  []security.Write
	write   security.Write
	read    func(context.Context) (any, error)
	want    any
	refused []security.Write
}

// reading makes the result of a read method comparable.
func reading[T any](read func(context.Context, string) (T, error), id string) func(
	context.Context) (any, error) {
	return func(ctx context.Context) (any, error) { return read(ctx, id) }
}

func allChecks(db *store.DB, p person) []check {
	return slices.Concat(accountChecks(db, p), passwordChecks(db, p), addressChecks(db, p),
		caseChecks(db, p), sessionChecks(db, p),
		linkChecks(db, p), requestChecks(db, p), factorChecks(db, p), codeChecks(db, p),
		importChecks(db, p), ticketChecks(db, p), lineChecks(db, p),
		staffChecks(db, p), invitationChecks(db, p), staffSessionChecks(db, p),
		staffCodeChecks(db, p), callerChecks(db, p), proposalChecks(db, p), holdChecks(db, p),
		wakeChecks(db, p), lockJobChecks(db, p), ownChecks(db, p))
}

// ownChecks are those of owners who sign in, and of what watches over accounts.
func ownChecks(db *store.DB, p person) []check {
	return slices.Concat(accountSessionChecks(db, p), tryChecks(db, p), passkeyChecks(db, p),
		addressChangeChecks(db, p), noticeChecks(db, p), watchChecks(db, p), alertChecks(db, p),
		exportChecks(db, p), oldChecks(db, p), tallyChecks(db, p), secretChecks(db, p), waysInChecks(db, p),
		keyChecks(db, p), outsideChecks(db, p), hookChecks(db, p), signalChecks(db, p), reportChecks(db, p),
		streamChecks(db, p), fileChecks(db, p), fraudChecks(db, p), inboundChecks(db, p),
		certificateChecks(db, p), organisationChecks(db, p), federationChecks(db, p))
}

// nobody is a person of whom nothing is stored: enough to count the checks.
var nobody = person{codes: make([]security.RecoveryCode, 2), desk: console{
	codes: make([]security.RecoveryCode, 2), items: make([]lockout.LockItem, 3)}}

func TestWrites(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		all := tables(t, db)
		for i := range allChecks(db, nobody) {
			p := somebody(t, db, fmt.Sprintf("u%d", i))
			c := allChecks(db, p)[i]
			t.Run(c.name, func(t *testing.T) { c.run(t, db, all) })
		}
		if n, bad, err := db.VerifyChain(t.Context()); bad != nil || err != nil {
			t.Errorf("audit chain after %d lines: %v, %v", n, bad, err)
		}
	})
}

func (c check) run(t *testing.T, db *store.DB, tables []string) {
	storetest.Commit(t, db, append(c.before, c.write)...)
	got, err := c.read(t.Context())
	if err != nil && !errors.Is(err, security.ErrNotFound) {
		t.Fatal(err)
	}
	if err != nil {
		got = err
	}
	if want, ok := c.want.(error); ok {
		if !errors.Is(err, want) {
			t.Errorf("read %v, want %v", got, want)
		}
	} else if diff := cmp.Diff(c.want, got); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	before := census(t, db, tables)
	for i, w := range c.refused {
		err := db.Commit(t.Context(), storetest.Event(), w)
		if !errors.Is(err, security.ErrConflict) {
			t.Errorf("refused[%d] %T: %v, want ErrConflict", i, w, err)
		}
	}
	if diff := cmp.Diff(before, census(t, db, tables)); diff != "" {
		t.Errorf("a refused write left something (-before +after):\n%s", diff)
	}
	again, err := c.read(t.Context())
	if err == nil && c.refused != nil {
		if diff := cmp.Diff(got, again); diff != "" {
			t.Errorf("a refused write changed something (-before +after):\n%s", diff)
		}
	}
}

// Every kind of write that security declares has a check.
func TestEveryWriteIsChecked(t *testing.T) {
	t.Parallel()
	var declared []string
	names, err := filepath.Glob("../security/*/write.go")
	if err != nil || len(names) < 8 {
		t.Fatal(names, err)
	}
	for _, name := range append(names, "../security/write.go") {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "Write" && f.Recv != nil {
				declared = append(declared, file.Name.Name+"."+f.Recv.List[0].Type.(*ast.Ident).Name)
			}
		}
	}
	var checked []string
	for _, c := range allChecks(nil, nobody) {
		checked = append(checked, reflect.TypeOf(c.write).String())
	}
	slices.Sort(declared)
	slices.Sort(checked)
	if diff := cmp.Diff(declared, slices.Compact(checked)); diff != "" {
		t.Errorf("declared and checked (-declared +checked):\n%s", diff)
	}
	if len(declared) < 75 {
		t.Errorf("found only %d kinds of write", len(declared))
	}
}
