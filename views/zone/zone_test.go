package zone

import (
	"testing"
	"time"
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
		if got := k.Tell(time.Time{}); !got.IsZero() {
			t.Errorf("%q: no moment is %q", tt.zone, got)
		}
	}
}

// TestFor: a reader who has chosen a zone reads each form in it; no moment stays none.
func TestFor(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 23, 5, 0, 0, time.UTC)
	ctx := With(t.Context(), Of("Asia/Tokyo"))
	for _, tt := range []struct {
		m    Moment
		want string
	}{
		{UTC.Tell(at), "23 November 2026, 08:05 (Tokyo time)"},
		{UTC.Fixed(at), "23 November 2026, 08:05 (Tokyo time)"},
		{UTC.Plain(at), "23 November 2026, 08:05"},
		{UTC.Hour(at), "08:05 (Tokyo time)"},
		{Moment{}, ""},
	} {
		if got := tt.m.For(ctx).String(); got != tt.want {
			t.Errorf("%s reads %q, want %q", tt.m, got, tt.want)
		}
		if tt.m.For(t.Context()) != tt.m {
			t.Errorf("%s changes without a choice", tt.m)
		}
	}
}
