package security_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"regain/security/genuine"
	"regain/security/limits"
	"regain/security/refusal"
	"regain/security/weblink"
)

// TestCheckLink: whoever pastes a link is answered from what we know alone.
func TestCheckLink(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	ctx := t.Context()
	w.Genuine.Links = weblink.Judge{Ours: weblink.HostsOf("https://market.example")}
	for pasted, code := range map[string]refusal.Code{"": refusal.LinkMissing, " \t": refusal.LinkMissing,
		"hello": refusal.LinkNone, strings.Repeat("é", genuine.MaxLinkText+1): refusal.LinkLong} {
		wantRefusal(t, w.Genuine.CheckLink(ctx, phone, pasted), code)
	}
	w.Genuine.Bad = func(context.Context, []string) ([]string, error) { return []string{"evil.example"}, nil }
	const text = "https://market.example/x https://www.evil.example"
	if err := w.Genuine.CheckLink(ctx, phone, text); err != nil {
		t.Fatal(err)
	}
	got, err := w.Genuine.JudgeLinks(ctx, text)
	if err != nil || len(got) != 2 || got[0].Verdict != weblink.Ours || !got[1].Has(weblink.Blocked) {
		t.Errorf("%+v, %v", got, err)
	}
	broken := errors.New("no database")
	w.Genuine.Bad = func(context.Context, []string) ([]string, error) { return nil, broken }
	if _, err = w.Genuine.JudgeLinks(ctx, text); !errors.Is(err, broken) {
		t.Errorf("without the list: %v", err)
	}
	for range limits.Links.Burst {
		if err = w.Genuine.CheckLink(ctx, phone, text); err != nil {
			break
		}
	}
	wantRefusal(t, err, refusal.TooManyRequests)
}
