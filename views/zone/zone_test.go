package zone

import (
	"strings"
	"testing"
	"time"

	"regain/views/words"
)

func TestClock(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 21, 5, 0, 0, time.UTC)
	for _, tt := range []struct{ zone, tell, hour string }{
		{"Europe/Lisbon", "1 July 2026, 22:05 (Lisbon time)", "22:05 (Lisbon time)"},
		{"America/New_York", "1 July 2026, 17:05 (New York time)", "17:05 (New York time)"},
		{"Asia/Kolkata", "2 July 2026, 02:35 (Kolkata time)", "02:35 (Kolkata time)"},
		{"", "1 July 2026, 21:05 (UTC)", "21:05 (UTC)"},
		{"UTC", "1 July 2026, 21:05 (UTC)", "21:05 (UTC)"},
		{"Local", "1 July 2026, 21:05 (UTC)", "21:05 (UTC)"},
		{"Etc/GMT+3", "1 July 2026, 21:05 (UTC)", "21:05 (UTC)"},
		{"../../etc/passwd", "1 July 2026, 21:05 (UTC)", "21:05 (UTC)"},
	} {
		k := Of(tt.zone)
		if got := k.Tell(at).String(); got != tt.tell {
			t.Errorf("%q: tell %q, want %q", tt.zone, got, tt.tell)
		}
		if got := k.Hour(at).String(); got != tt.hour {
			t.Errorf("%q: hour %q, want %q", tt.zone, got, tt.hour)
		}
		if got := k.Tell(time.Time{}); !got.IsZero() || got.String() != "" {
			t.Errorf("%q: no moment is %q", tt.zone, got)
		}
	}
}

// TestReader: a reader who has chosen a zone reads each form in it, and a page tells the script to leave
// it there; no moment stays none.
func TestReader(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 23, 5, 0, 0, time.UTC)
	ctx := With(t.Context(), Of("Asia/Tokyo"))
	for _, tt := range []struct {
		m           Moment
		form        string
		want, asWas string
	}{
		{UTC.Tell(at), "full", "23 November 2026, 08:05 (Tokyo time)", "22 November 2026, 23:05 (UTC)"},
		{UTC.Fixed(at), "fixed", "23 November 2026, 08:05 (Tokyo time)", "22 November 2026, 23:05 (UTC)"},
		{UTC.Plain(at), "plain", "23 November 2026, 08:05", "22 November 2026, 23:05"},
		{UTC.Hour(at), "hour", "08:05 (Tokyo time)", "23:05 (UTC)"},
	} {
		if got := tt.m.In(ctx); got != tt.want {
			t.Errorf("%s reads %q, want %q", tt.m, got, tt.want)
		}
		if got := tt.m.In(t.Context()); got != tt.asWas {
			t.Errorf("%s reads %q without a choice", tt.m, got)
		}
		if got := tt.m.Attrs(ctx)["data-form"]; got != "fixed" {
			t.Errorf("%s is %v for the script", tt.m, got)
		}
		var page strings.Builder
		_ = tt.m.Render(t.Context(), &page)
		if want := `<time data-form="` + tt.form + `" datetime="2026-11-22T23:05:00Z">` + tt.asWas +
			`</time>`; page.String() != want {
			t.Errorf("%s, want %s", page.String(), want)
		}
	}
	if got := (Moment{}).In(ctx); got != "" {
		t.Errorf("no moment reads %q", got)
	}
}

// TestLanguages: a moment is told in the language of whoever reads, with the city as the language calls
// it, and its machine form stays.
func TestLanguages(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 23, 5, 0, 0, time.UTC)
	m, in := Of("Europe/Lisbon").Tell(at), map[string][]string{
		"en":    {"22 November 2026", "23:05", "Lisbon"},
		"en-XA": {"22 November 2026", "23:05", "Lisbon", "⟦"},
		"es":    {"22 de noviembre de 2026", "23:05", "Lisboa"},
		"fr":    {"22 novembre 2026", "23:05", "Lisbonne"},
		"de":    {"22. November 2026", "23:05", "Lissabon"},
		"pt-BR": {"22 de novembro de 2026", "23:05", "Lisboa"},
		"uk":    {"22 листопада 2026 р.", "23:05", "Лісабон"},
		"hi":    {"22 नवंबर 2026", "11:05 pm", "लिस्बन"},
		"ar":    {"٢٢ نوفمبر ٢٠٢٦", "١١:٠٥ م", "لشبونة"},
	}
	for _, l := range append(words.All[:len(words.All):len(words.All)], words.Pseudo) {
		ctx := words.With(t.Context(), l)
		for _, part := range in[l.Tag] {
			if got := m.In(ctx); !strings.Contains(got, part) {
				t.Errorf("%s: %q, want %q in it", l.Tag, got, part)
			}
		}
		if len(in[l.Tag]) == 0 || m.Attrs(ctx)["datetime"] != "2026-11-22T23:05:00Z" {
			t.Errorf("%s: %v", l.Tag, m.Attrs(ctx))
		}
	}
}

// BenchmarkMoment is what a moment of a page costs.
func BenchmarkMoment(b *testing.B) {
	m := Of("Europe/Lisbon").Tell(time.Date(2026, 11, 22, 23, 5, 0, 0, time.UTC))
	var page strings.Builder
	b.ReportAllocs()
	for b.Loop() {
		page.Reset()
		_ = m.Render(b.Context(), &page)
	}
}
