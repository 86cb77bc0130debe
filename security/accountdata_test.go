package security_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"regain/cmd/wiring"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security"
	"regain/security/access"
	"regain/security/account"
	"regain/security/audit"
	"regain/security/datacopy"
	"regain/security/notice"
	"regain/security/privacy"
	"regain/security/refusal"
	"regain/security/seal"
	"regain/store"
)

// copyOf asks for a copy, makes it and reads it.
func (w *world) copyOf(u *account.SignedIn) datacopy.Copy {
	w.t.Helper()
	w.must(w.Privacy.AskExport(w.t.Context(), u))
	n, err := w.Privacy.BuildExports(w.t.Context())
	if n != 1 || err != nil {
		w.t.Fatalf("%d copies made, %v", n, err)
	}
	list, err := w.Privacy.OwnExports(w.t.Context(), u)
	w.must(err)
	_, c, err := w.Privacy.ReadExport(w.t.Context(), u, list[0].ID, privacy.ExportAsFile)
	w.must(err)
	return c
}

// written is the file of a copy, with codes in place of words.
func written(t *testing.T, c datacopy.Copy) []byte {
	t.Helper()
	text, err := c.File(func(_ datacopy.Column, code string) string { return code })
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// rowsOf are the rows of one section of a copy.
func rowsOf(t *testing.T, c datacopy.Copy, name string) [][]string {
	t.Helper()
	i := slices.IndexFunc(c.Sections, func(s datacopy.Section) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no section %s", name)
	}
	return c.Sections[i].Rows
}

func TestExport(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		u := w.alan()
		w.account("u-1002", "bob", "bob@example.org")
		bob := w.signIn("bob")
		w.deliver()
		w.must(w.Privacy.AskExport(ctx, u))
		wantRefusal(t, w.Privacy.AskExport(ctx, u), refusal.ExportWaits)
		list, err := w.Privacy.OwnExports(ctx, u)
		w.must(err)
		want := []privacy.Export{{ID: list[0].ID, Account: "u-1001", AskedAt: w.Now(),
			EndsAt: w.Now().Add(7 * 24 * time.Hour)}}
		if diff := cmp.Diff(want, list); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}
		id := list[0].ID
		unknown := func(who *account.SignedIn, when string) {
			_, _, err := w.Privacy.ReadExport(ctx, who, id, privacy.ExportAsPage)
			if !errors.Is(err, security.ErrNotFound) {
				t.Errorf("%s: %v", when, err)
			}
		}
		unknown(u, "before it was ready")
		w.advance(time.Minute)
		if n, err := w.Privacy.BuildExports(ctx); n != 1 || err != nil {
			t.Fatalf("%d copies, %v", n, err)
		}
		ends := w.Now().Add(7 * 24 * time.Hour)
		told := mailed[notice.DataExported](w, w.deliver())
		if !told.At.Equal(w.Now()) || !told.Expires.Equal(ends) {
			t.Errorf("mail %+v", told)
		}
		unknown(bob, "somebody else reads it")
		x, got, err := w.Privacy.ReadExport(ctx, u, id, privacy.ExportAsPage)
		w.must(err)
		if name := rowsOf(t, got, "account")[0][0]; !x.EndsAt.Equal(ends) || name != "alan" ||
			got.Version != datacopy.Version || !got.MadeAt.Equal(w.Now()) {
			t.Errorf("copy of %s, version %d, made %s, ends %s", name, got.Version, got.MadeAt,
				x.EndsAt)
		}
		if e := w.newest(); e.Kind != audit.ExportRead || e.Data["as"] != "page" ||
			e.By.Kind != security.ByOwner {
			t.Errorf("on record: %+v", e)
		}
		w.must(w.Privacy.AskExport(ctx, u)) // the last one is ready
		w.must(ignored(w.Privacy.BuildExports(ctx)))
		w.advance(7 * 24 * time.Hour)
		u.Session.ProvedAt = w.Now()
		_, _, err = w.Privacy.ReadExport(ctx, u, id, privacy.ExportAsFile)
		wantRefusal(t, err, refusal.ExportOver)
		if list, err := w.Privacy.OwnExports(ctx, u); len(list) != 0 || err != nil {
			t.Errorf("listed after their end: %v, %v", list, err)
		}
		w.intact()
	})
}

func ignored(_ any, err error) error { return err }

func TestExportNeedsAFreshProof(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx, u := t.Context(), w.alan()
	w.advance(access.ProofFresh)
	before := w.lines()
	wantRefusal(t, w.Privacy.AskExport(ctx, u), refusal.ProofNeeded)
	_, _, err := w.Privacy.ReadExport(ctx, u, "x", privacy.ExportAsFile)
	wantRefusal(t, err, refusal.ProofNeeded)
	_, err = w.Privacy.AskDeletion(ctx, u, true)
	wantRefusal(t, err, refusal.ProofNeeded)
	if w.lines() != before {
		t.Error("something was recorded")
	}
}

// TestExportIsSealed: the database holds nothing of a copy in the clear, and a copy opens under
// its own id only.
func TestExportIsSealed(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	text := written(t, w.copyOf(u))
	list, err := w.Privacy.OwnExports(t.Context(), u)
	w.must(err)
	row, err := w.db.Export(t.Context(), list[0].ID)
	w.must(err)
	if strings.Contains(row.Data, "alan") || !strings.Contains(string(text), "alan@example.org") {
		t.Errorf("row %.80q", row.Data)
	}
	w.commit(audit.ExportAsked, privacy.AskExport{Export: privacy.Export{ID: "other",
		Account: "u-1001", AskedAt: w.Now(), EndsAt: w.Now()}})
	w.commit(audit.ExportReady, privacy.FinishExport{ID: "other", Data: row.Data,
		ReadyAt: w.Now(), Ends: w.Now().Add(time.Hour)})
	if _, _, err := w.Privacy.ReadExport(t.Context(), u, "other",
		privacy.ExportAsPage); err == nil {
		t.Error("a copy opens under another id")
	}
}

// TestExportOfAnEarlierForm: a copy that an earlier program made cannot be read any more, and
// whoever asks for it is told to ask for a new one.
func TestExportOfAnEarlierForm(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(`{"format": "regain.account-data", "version": 1, "logins": []}`))
	w.must(errors.Join(err, z.Close()))
	sealed := w.Box.Seal(packed.Bytes(), seal.For("export", "early"))
	w.commit(audit.ExportAsked, privacy.AskExport{Export: privacy.Export{ID: "early",
		Account: "u-1001", AskedAt: w.Now(), EndsAt: w.Now()}})
	w.commit(audit.ExportReady, privacy.FinishExport{ID: "early", ReadyAt: w.Now(),
		Data: base64.StdEncoding.EncodeToString(sealed), Ends: w.Now().Add(time.Hour)})
	before := w.lines()
	_, _, err = w.Privacy.ReadExport(t.Context(), u, "early", privacy.ExportAsFile)
	wantRefusal(t, err, refusal.ExportOver)
	if w.lines() != before {
		t.Error("it is on record as read")
	}
}

// TestExportOnce: of many who ask at once one is heard, and of many who make the copy one tells.
func TestExportOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, u := t.Context(), w.alan()
		w.deliver()
		const n = 10
		var asking, making sync.WaitGroup
		refused := make([]error, n)
		made := make([]int, n)
		for i := range n {
			asking.Go(func() { refused[i] = w.Privacy.AskExport(ctx, u) })
		}
		asking.Wait()
		asked := 0
		for _, err := range refused {
			var r *security.Refusal
			switch {
			case err == nil:
				asked++
			case !errors.As(err, &r) || r.Code != refusal.ExportWaits &&
				r.Code != refusal.TooManyRequests:
				t.Errorf("refused with %v", err)
			}
		}
		for i := range n {
			making.Go(func() {
				var err error
				if made[i], err = w.Privacy.BuildExports(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		making.Wait()
		total := 0
		for _, m := range made {
			total += m
		}
		if asked != 1 || total != 1 {
			t.Errorf("asked %d times, made %d", asked, total)
		}
		mailed[notice.DataExported](w, w.deliver())
	})
}

// TestExportComesAfterACrash: a copy whose worker was lost is made by another one later, and one
// that cannot be made keeps no other waiting.
func TestExportComesAfterACrash(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx, u := t.Context(), w.alan()
	w.account("u-1002", "bob", "bob@example.org")
	bob := w.signIn("bob")
	w.must(w.Privacy.AskExport(ctx, bob))
	w.advance(time.Second)
	w.must(w.Privacy.AskExport(ctx, u))
	w.All = wiring.Rooms(*w.Core, noMail{w.db, "u-1002"})
	if n, err := w.Privacy.BuildExports(ctx); n != 1 || err == nil {
		t.Errorf("%d made, %v", n, err)
	}
	w.All = wiring.Rooms(*w.Core, w.db)
	if n, err := w.Privacy.BuildExports(ctx); n != 0 || err != nil {
		t.Errorf("at once, %d made, %v", n, err)
	}
	w.advance(time.Minute)
	if n, err := w.Privacy.BuildExports(ctx); n != 1 || err != nil {
		t.Errorf("later, %d made, %v", n, err)
	}
}

// noMail is a store that loses the addresses of one account.
type noMail struct {
	*store.DB
	account string
}

func (n noMail) Addresses(ctx context.Context, account string, more ...string) ([]security.Address,
	error) {
	if account == n.account {
		return nil, errors.New("gone")
	}
	return n.DB.Addresses(ctx, account, more...)
}

// TestLargeAccount: ten thousand logins go into a copy, and come out again.
func TestLargeAccount(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	u := w.alan()
	var logins []security.Login
	for i := range 10_000 {
		logins = append(logins, security.Login{ID: fmt.Sprintf("many-%05d", i), Account: "u-1001",
			At: start.Add(-time.Duration(i) * time.Minute), IP: "81.2.69.142", Agent: phone.Agent,
			Outcome: "succeeded"})
	}
	w.commit(audit.LoginsImported, security.PutLogins{Logins: logins})
	c := w.copyOf(u)
	if n := len(rowsOf(t, c, "logins")); n != 10_001 || len(c.Cut()) != 0 { // alan signed in
		t.Errorf("%d logins, cut short %v", n, c.Cut())
	}
	list, err := w.Privacy.OwnExports(t.Context(), u)
	w.must(err)
	row, err := w.db.Export(t.Context(), list[0].ID)
	w.must(err)
	if len(row.Data) > 500_000 {
		t.Errorf("the row has %d bytes", len(row.Data))
	}
}
