package ticket_test

import (
	"strings"
	"testing"
	"time"

	"regain/security/ticket"
)

// TestMoves holds the machine against a drawing of it: a row for each status, a
// column for each status it may lead to.
func TestMoves(t *testing.T) {
	t.Parallel()
	drawn := map[ticket.Status]string{
		//              new open pending on_hold solved closed
		ticket.New:     "-   yes  yes     yes     yes    -",
		ticket.Open:    "-   -    yes     yes     yes    -",
		ticket.Pending: "-   yes  -       yes     yes    -",
		ticket.OnHold:  "-   yes  yes     -       yes    -",
		ticket.Solved:  "-   yes  -       -       -      yes",
		ticket.Closed:  "-   -    -       -       -      -",
		"lost":         "-   -    -       -       -      -",
	}
	for from, row := range drawn {
		cells := strings.Fields(row)
		if len(cells) != len(ticket.Statuses) {
			t.Fatalf("%s: %d cells for %d statuses", from, len(cells), len(ticket.Statuses))
		}
		for i, to := range ticket.Statuses {
			if got, want := from.To(to), cells[i] == "yes"; got != want {
				t.Errorf("%s to %s: %v, want %v", from, to, got, want)
			}
		}
		if from.To("lost") || from.To("") {
			t.Errorf("%s leads to what is no status", from)
		}
	}
}

// TestEveryStatusEnds: from each status the ticket can be closed, and from
// closed nothing leads on.
func TestEveryStatusEnds(t *testing.T) {
	t.Parallel()
	for _, s := range ticket.Statuses {
		ends := s.To(ticket.Closed) || s.To(ticket.Solved)
		if want := s != ticket.Closed; ends != want {
			t.Errorf("%s leads to an end: %v, want %v", s, ends, want)
		}
		if got, want := s.Settled(), s == ticket.Solved || s == ticket.Closed; got != want {
			t.Errorf("%s is settled: %v, want %v", s, got, want)
		}
	}
}

func TestLevel(t *testing.T) {
	t.Parallel()
	want := map[string]time.Duration{ticket.Usual: 24 * time.Hour, ticket.Phishing: 10 * time.Hour,
		ticket.Malware: 10 * time.Hour}
	if len(ticket.Topics) != len(want) {
		t.Errorf("topics %q", ticket.Topics)
	}
	for _, topic := range append([]string{"gossip"}, ticket.Topics...) {
		level, known := want[topic]
		if !known {
			level = 24 * time.Hour
		}
		if got := ticket.Level(topic); got != level {
			t.Errorf("level of %q is %v, want %v", topic, got, level)
		}
	}
}
