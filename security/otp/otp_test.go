package otp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"regain/security/otp"
)

// secret is the seed of RFC 4226 and of RFC 6238 for SHA-1.
var secret = otp.Secret([]byte("12345678901234567890"))

func TestStepVectors(t *testing.T) {
	t.Parallel()
	codes := []string{
		"755224", "287082", "359152", "969429", "338314",
		"254676", "287922", "162583", "399871", "520489",
	}
	for i, code := range codes {
		step, ok := otp.Step(code, secret, time.Unix(int64(i)*30, 0), -1)
		if step != int64(i) || !ok {
			t.Errorf("RFC 4226 counter %d: %d, %v", i, step, ok)
		}
	}
	totp := map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471",
		1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	}
	for at, code := range totp {
		step, ok := otp.Step(code, secret, time.Unix(at, 0), 0)
		if step != at/30 || !ok {
			t.Errorf("RFC 6238 time %d: %d, %v", at, step, ok)
		}
	}
}

func TestStepSkewAndReplay(t *testing.T) {
	t.Parallel()
	const code, home = "359152", 2 // step 2 is 60 s to 89 s
	tests := []struct {
		name  string
		at    int64
		after int64
		want  int64
		ok    bool
	}{
		{"two steps early", 29, -1, 0, false},
		{"one step early, first second", 30, -1, home, true},
		{"one step early, last second", 59, -1, home, true},
		{"in time, first second", 60, -1, home, true},
		{"in time, last second", 89, -1, home, true},
		{"one step late, first second", 90, -1, home, true},
		{"one step late, last second", 119, -1, home, true},
		{"two steps late", 120, -1, 0, false},
		{"earlier step was used", 60, 1, home, true},
		{"replay", 60, 2, 0, false},
		{"replay one step late", 90, 2, 0, false},
		{"later step was used", 60, 3, 0, false},
		{"before 1970", -60, -10, 0, false},
	}
	for _, tt := range tests {
		step, ok := otp.Step(code, secret, time.Unix(tt.at, 0), tt.after)
		if step != tt.want || ok != tt.ok {
			t.Errorf("%s: %d, %v, want %d, %v", tt.name, step, ok, tt.want, tt.ok)
		}
	}
}

func TestStepShapes(t *testing.T) {
	t.Parallel()
	grouped := strings.ToLower(strings.Join(otp.Groups(secret), " "))
	tests := []struct {
		name, code, secret string
		ok                 bool
	}{
		{"plain", "755224", secret, true},
		{"space inside", "755 224", secret, true},
		{"hyphen inside", "755-224", secret, true},
		{"spaces around", " 755224\n", secret, true},
		{"no-break space and soft hyphen", "755\u00a022\u00ad4", secret, true},
		{"secret in groups, lower case", "755224", grouped, true},
		{"secret with padding", "755224", secret + "====", true},
		{"full width", "７５５２２４", secret, false},
		{"arabic digits", "٧٥٥٢٢٤", secret, false},
		{"one full width", "75522４", secret, false},
		{"five digits", "55224", secret, false},
		{"seven digits", "0755224", secret, false},
		{"letter", "75522A", secret, false},
		{"sign", "+55224", secret, false},
		{"empty code", "", secret, false},
		{"other code", "755225", secret, false},
		{"not base32", "755224", secret[:31] + "1", false},
		{"another secret", "755224", otp.Secret([]byte("12345678901234567891")), false},
	}
	for _, tt := range tests {
		if _, ok := otp.Step(tt.code, tt.secret, time.Unix(0, 0), -1); ok != tt.ok {
			t.Errorf("%s: Step %v, want %v", tt.name, ok, tt.ok)
		}
		if _, ok := otp.Near(tt.code, tt.secret, time.Unix(0, 0)); ok != tt.ok {
			t.Errorf("%s: Near %v, want %v", tt.name, ok, tt.ok)
		}
	}
}

// The library gives a code for every seed, the empty one included.
func TestStepRefusesShortSecrets(t *testing.T) {
	t.Parallel()
	raw := []byte("12345678901234567890")
	for size, want := range map[int]bool{0: false, 10: false, 15: false, 16: true, 20: true} {
		seed := otp.Secret(raw[:size])
		code, err := hotp.GenerateCode(seed, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := otp.Step(code, seed, time.Unix(0, 0), -1); ok != want {
			t.Errorf("Step with a seed of %d bytes: %v, want %v", size, ok, want)
		}
		if _, ok := otp.Near(code, seed, time.Unix(0, 0)); ok != want {
			t.Errorf("Near with a seed of %d bytes: %v, want %v", size, ok, want)
		}
	}
}

func TestNoStepBefore1970(t *testing.T) {
	t.Parallel()
	code, err := hotp.GenerateCode(secret, ^uint64(0))
	if err != nil {
		t.Fatal(err)
	}
	if step, ok := otp.Step(code, secret, time.Unix(0, 0), -5); ok {
		t.Errorf("step %d was accepted", step)
	}
	if skew, ok := otp.Near(code, secret, time.Unix(0, 0)); ok {
		t.Errorf("skew %v was found", skew)
	}
}

func TestNear(t *testing.T) {
	t.Parallel()
	// 755224 is the code of step 0, 0 s to 29 s.
	tests := []struct {
		name string
		at   int64
		want time.Duration
		ok   bool
	}{
		{"in time", 29, 0, true},
		{"clock one step behind", 30, -30 * time.Second, true},
		{"clock ten minutes behind", 629, -10 * time.Minute, true},
		{"clock further behind", 630, 0, false},
	}
	for _, tt := range tests {
		skew, ok := otp.Near("755224", secret, time.Unix(tt.at, 0))
		if skew != tt.want || ok != tt.ok {
			t.Errorf("%s: %v, %v, want %v, %v", tt.name, skew, ok, tt.want, tt.ok)
		}
	}
	// 081804 is the code of step 37037036, which begins at 1111111080.
	const begin = 1111111080
	for at, want := range map[int64]time.Duration{
		begin - 1: 30 * time.Second, begin - 600: 10 * time.Minute, begin - 601: 0,
	} {
		skew, ok := otp.Near("081804", secret, time.Unix(at, 0))
		if skew != want || ok != (want != 0) {
			t.Errorf("%d s: %v, %v, want %v", at, skew, ok, want)
		}
	}
}

func FuzzStep(f *testing.F) {
	f.Add("755224", secret, int64(0), int64(-1))
	f.Add("755 224", "", int64(59), int64(0))
	f.Add("\xff", "A=======", int64(-1), int64(-5))
	f.Fuzz(func(t *testing.T, code, seed string, at, after int64) {
		step, ok := otp.Step(code, seed, time.Unix(at, 0), after)
		if !ok {
			if step != 0 {
				t.Errorf("no match and yet step %d", step)
			}
			return
		}
		if d := step - at/30; step <= after || d < -1 || d > 1 {
			t.Errorf("step %d at %d after %d", step, at, after)
		}
		if _, again := otp.Step(code, seed, time.Unix(at, 0), step+1); again {
			t.Error("accepted again after its step")
		}
	})
}
