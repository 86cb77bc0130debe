package depot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"regain/cmd/regain/depot"
	"regain/security/attach"
	"regain/security/token"
)

func names(t *testing.T, d attach.Depot) (all []string) {
	t.Helper()
	err := d.Each(t.Context(), func(id string, at time.Time) error {
		if time.Since(at) > time.Minute || time.Since(at) < -time.Minute {
			t.Errorf("%s is from %s", id, at)
		}
		all = append(all, id)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// keeps is what every depot does.
func keeps(t *testing.T, d attach.Depot) {
	t.Helper()
	ctx, id := t.Context(), token.ID()
	content := bytes.Repeat([]byte("0123456789abcdef"), 700_000)
	if err := d.Put(ctx, id, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	r, err := d.Open(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	trouble := errors.New("the browser has gone")
	broken := io.MultiReader(bytes.NewReader(content), iotest.ErrReader(trouble))
	if err := d.Put(ctx, token.ID(), broken); !errors.Is(err, trouble) {
		t.Errorf("cut off: %v", err)
	}
	if all := names(t, d); len(all) != 1 || all[0] != id {
		t.Errorf("there is %v, want %s alone", all, id)
	}
	for _, other := range []string{token.ID(), "../" + id[3:], "", id + "A", strings.ToLower(id)} {
		if r, err := d.Open(ctx, other); err == nil {
			t.Errorf("%q opens: %v", other, r)
		}
	}
	if _, err := d.Open(ctx, token.ID()); !errors.Is(err, attach.ErrNoBlob) {
		t.Errorf("nothing: %v", err)
	}
	for range 2 {
		if err := d.Remove(ctx, id); err != nil {
			t.Error(err)
		}
	}
	if all := names(t, d); len(all) != 0 {
		t.Errorf("%v is left", all)
	}
	if err := depot.Probe(ctx, d, token.ID()); err != nil {
		t.Error(err)
	}
}

func TestDir(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "files")
	d, err := depot.OpenDir(root)
	if err != nil {
		t.Fatal(err)
	}
	keeps(t, d)
	id := token.ID()
	if err := d.Put(t.Context(), id, strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, id[:2], id[2:4], id)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the file: %v, %v", info, err)
	}
	// What a kill leaves is named, so that it goes, and what others put there is not.
	left := token.ID()
	for _, name := range []string{"arriving/" + left, "README"} {
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if all := names(t, d); len(all) != 2 {
		t.Errorf("there is %v", all)
	}
	if err := d.Remove(t.Context(), left); err != nil || len(names(t, d)) != 1 {
		t.Errorf("what a kill left stays: %v", err)
	}
	// A second file of one id would take the place of the first.
	if err := os.WriteFile(filepath.Join(root, "arriving", left), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := d.Put(ctx, token.ID(), strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits for it: %v", err)
	}
	full := iotest.ErrReader(fmt.Errorf("write: %w", syscall.ENOSPC))
	if err := d.Put(t.Context(), token.ID(), full); !errors.Is(err, attach.ErrFull) {
		t.Errorf("full: %v", err)
	}
}

func TestReadPlace(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]string{"": "/var/lib/attachments", "dir:/files": "/files"} {
		if p, err := depot.ReadPlace(v, "sqlite:/var/lib/regain.db"); err != nil || p.Dir != want {
			t.Errorf("%q: %+v, %v", v, p, err)
		}
	}
	p, err := depot.ReadPlace("s3://KEY:a%2Fb@s3.example.org/box/files?region=eu-1", "postgres://x/y")
	if err != nil || *p.Bucket != (depot.Bucket{Host: "s3.example.org", Name: "box", Prefix: "files/",
		Region: "eu-1", Key: "KEY", Secret: "a/b"}) {
		t.Errorf("%+v, %v", p.Bucket, err)
	}
	for _, bad := range []string{"", "dir:", "/files", "s3://host/box", "s3://KEY:hunter2@/box",
		"s3://KEY:hunter2@host", "s3://KEY@host/box", "s3+http://KEY:hunter2@host/box", "gs://x"} {
		if p, err := depot.ReadPlace(bad, "postgres://x/y"); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %+v, %v", bad, p, err)
		}
	}
}
