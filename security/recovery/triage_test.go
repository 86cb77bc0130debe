package recovery_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regain/security/recovery"
)

const day = 24 * time.Hour

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return now.Add(-d) }

func changed(kind string, d time.Duration) []recovery.Change {
	return []recovery.Change{{Kind: kind, At: ago(d)}}
}

type signals []recovery.Signal

var triageTests = []struct {
	name  string
	in    recovery.TriageInput
	cause recovery.Cause
	fired []recovery.Signal
}{
	{"nothing known", recovery.TriageInput{}, "compromised", nil},
	{"password changed yesterday",
		recovery.TriageInput{Changes: changed("password_changed", day)},
		"hijacked", signals{{"password_changed_recently", ago(day)}}},
	{"e-mail changed just inside two weeks",
		recovery.TriageInput{Changes: changed("email_changed", 14*day-time.Millisecond)},
		"hijacked", signals{{"email_changed_recently", ago(14*day - time.Millisecond)}}},
	{"e-mail changed, known twice",
		recovery.TriageInput{Changes: append(changed("email_changed", day), changed("email_changed", day)...)},
		"hijacked", signals{{"email_changed_recently", ago(day)}}},
	{"security question changed exactly two weeks ago",
		recovery.TriageInput{Changes: changed("security_question_changed", 14*day)},
		"compromised", nil},
	{"security question changed yesterday",
		recovery.TriageInput{Changes: changed("security_question_changed", day)},
		"hijacked", signals{{"security_question_changed_recently", ago(day)}}},
	{"changed by a clock that runs ahead",
		recovery.TriageInput{Changes: changed("password_changed", -time.Minute)},
		"hijacked", signals{{"password_changed_recently", ago(-time.Minute)}}},
	{"old change after the owner's last login",
		recovery.TriageInput{
			Changes:      changed("password_changed", 30*day),
			LastOwnLogin: ago(31 * day),
		},
		"hijacked", signals{{"password_changed_since_own_login", ago(30 * day)}}},
	{"old e-mail change after the owner's last login",
		recovery.TriageInput{
			Changes: changed("email_changed", 30*day), LastOwnLogin: ago(31 * day),
		},
		"hijacked", signals{{"email_changed_since_own_login", ago(30 * day)}}},
	{"old question change after the owner's last login",
		recovery.TriageInput{
			Changes:      changed("security_question_changed", 30*day),
			LastOwnLogin: ago(31 * day),
		},
		"hijacked", signals{{"security_question_changed_since_own_login", ago(30 * day)}}},
	{"old change at the moment of the owner's login",
		recovery.TriageInput{
			Changes: changed("password_changed", 30*day), LastOwnLogin: ago(30 * day),
		},
		"compromised", nil},
	{"old change before the owner's last login",
		recovery.TriageInput{
			Changes: changed("password_changed", 30*day), LastOwnLogin: ago(29 * day),
		},
		"compromised", nil},
	{"old change, no own login known",
		recovery.TriageInput{Changes: changed("password_changed", 900*day)},
		"compromised", nil},
	{"both halves of the rule",
		recovery.TriageInput{
			Changes: changed("password_changed", day), LastOwnLogin: ago(2 * day),
		},
		"hijacked", signals{
			{"password_changed_recently", ago(day)},
			{"password_changed_since_own_login", ago(day)},
		}},
	{"payout and profile do not count",
		recovery.TriageInput{Changes: append(
			changed("payout_changed", day), changed("profile_changed", day)...)},
		"compromised", nil},
	{"succeeded login denied",
		recovery.TriageInput{DeniedSucceeded: []time.Time{ago(40 * day)}},
		"hijacked", signals{{"succeeded_login_denied", ago(40 * day)}}},
	{"several facts, oldest first",
		recovery.TriageInput{
			Changes: append(
				changed("email_changed", day), changed("password_changed", 3*day)...),
			DeniedSucceeded: []time.Time{ago(2 * day)},
		},
		"hijacked", signals{
			{"password_changed_recently", ago(3 * day)},
			{"succeeded_login_denied", ago(2 * day)},
			{"email_changed_recently", ago(day)},
		}},
}

func TestPropose(t *testing.T) {
	t.Parallel()
	for _, tt := range triageTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.in.Now = now
			cause, fired := recovery.Propose(tt.in)
			if cause != tt.cause {
				t.Errorf("cause %s, want %s", cause, tt.cause)
			}
			if diff := cmp.Diff(tt.fired, fired); diff != "" {
				t.Errorf("signals (-want +got):\n%s", diff)
			}
		})
	}
}
