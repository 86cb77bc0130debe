package mailproof

import (
	"regexp"
	"strings"
	"sync"
)

// Fresh is what somebody wrote above, between and below what they quote. Where nothing is left of it,
// all of it counts: what was said is never lost to a guess.
func Fresh(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var kept []string
	for i := 0; i < len(lines); {
		if n := attribution(lines[i:]); n > 0 {
			if quotes(lines[i+n:]) {
				i += n
				continue
			}
			if strings.Contains(strings.Join(lines[i:i+n], ""), "@") { // all below is the other mail
				break
			}
		}
		if original(lines[i:]) {
			break
		}
		if line := strings.TrimLeft(lines[i], " \u00a0"); !strings.HasPrefix(line, ">") {
			kept = append(kept, lines[i])
		}
		i++
	}
	if fresh := strings.TrimSpace(strings.Join(kept, "\n")); fresh != "" {
		return fresh
	}
	return strings.TrimSpace(text)
}

// quotes reports whether the first line that is not empty is marked as quoted.
func quotes(lines []string) bool {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			return strings.HasPrefix(l, ">")
		}
	}
	return false
}

// wrapped is over how many lines programs spread the line that says who wrote when.
const wrapped = 3

// attribution is how many lines say who wrote when, at the beginning of these; 0 where none does.
func attribution(lines []string) int {
	var joined string
	for n := 1; n <= min(wrapped, len(lines)); n++ {
		l := plain(lines[n-1])
		if l == "" || strings.HasPrefix(l, ">") || len(joined)+len(l) > 500 {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + l)
		if hasDate.MatchString(joined) && wrote().MatchString(joined) {
			return n
		}
	}
	return 0
}

// hasDate looks for a year or a time of day, or for an address: no such line is without all of them.
var hasDate = regexp.MustCompile(`\p{Nd}{4}|\p{Nd}{1,2}[:.h]\p{Nd}{2}|\S@\S`)

// wrote is how mail programs say who wrote, in the languages of the portal and in some more. It is made at
// its first use, because every command would wait for it.
var wrote = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(` + strings.Join(wroteForms, "|") + `)$`)
})

var wroteForms = []string{
	`on .+ wrote:?`, `.+ wrote:?`, `at .+ (wrote|said):?`, // English
	`el .+ escribió:?`, `.+ escribió:?`, // Spanish
	`le .+ a écrit ?:?`, `.+ a écrit ?:?`, // French
	`(am|on|vom) .+ schrieb\b.*:`, `.+ schrieb( am .+)?:`, `.+ hat am .+ geschrieben:?`, // German
	`(em|no dia|a|on) .+ escreveu:?`, `.+ escreveu( .+)?:`, // Portuguese
	`.+ (пише|написав|написала|написали|писав|писала|написав\(-ла\)|написав\(ла\)|пишет|написал|написала):?`,
	`.+ को .+ ने लिखा:?`, `.+ ने लिखा:?`, `.+ पर .+ लिखा:?`, // Hindi
	`(في|بتاريخ) .+ (كتب|كتبت|تمت كتابة) .*[:]?`, `كتب .+:`, // Arabic
	`il .+ ha scritto:?`, `op .+ schreef .*:?`, `w dniu .+ (napisał|napisał\(a\)|pisze):?`, `dnia .+ napisał.*:`,
	`den .+ skrev .*:?`, `.+ kirjoitti( .+)?:`, `.+ tarihinde .+ (şunu yazdı|yazdı):?`, `.+(写道|寫道)[:：]`, `.+のメール[:：]`, `.+님이 작성[:：]?`,
}

// leastRule is how many underscores make a line that stands above the other mail.
const leastRule = 20

// original reports whether these lines begin the other mail as programs do that mark nothing: with a
// line of words, or with a list of its headers, and perhaps a rule above them.
func original(lines []string) bool {
	if l := plain(lines[0]); len(lines) > 1 && len(l) >= leastRule && strings.Trim(l, "_") == "" {
		lines = lines[1:]
	}
	if isDivider(lines[0]) {
		return true
	}
	if key, _, ok := label(lines[0]); !ok || !fromLabels[key] {
		return false
	}
	others := 0
	for _, l := range lines[1:min(len(lines), headLines)] {
		if key, _, ok := label(l); ok && (subjects[key] || otherLabels[key]) {
			others++
		}
	}
	return others >= 2
}
