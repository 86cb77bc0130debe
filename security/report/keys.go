package report

import (
	"crypto/sha256"
	_ "embed" // the list of shared hosts
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"regain/security/identifier"
	"regain/security/mailproof"
)

// leastBody is how many letters and digits a text has to have to be told from others by it.
const leastBody = 40

// keysOf are the keys of a report, the surest first: the same text with the same links, the one site
// that it leads to, the domain that signed it. Whoever writes a mail chooses what links it has, so
// one that leads to several sites is known by none of them, but by the only one that imitates us.
func keysOf(w What, f Facts) []string {
	var keys []string
	if w.Kind != Job && w.Kind != Person {
		if key := bodyKey(f); key != "" {
			keys = append(keys, key)
		}
	} else if id := identifier.Fold(w.Job); id != "" && len(f.Hosts) == 0 {
		return []string{"job:" + digest(id)}
	}
	if key := hostKey(f.Hosts); key != "" {
		keys = append(keys, key)
	}
	// On which of our own pages a job or a person is, tells it from others.
	if (w.Kind == Job || w.Kind == Person) && len(keys) == 0 && len(f.Hosts) == 1 {
		return []string{"job:" + digest(f.Hosts[0].Name+f.Hosts[0].Path)}
	}
	for _, d := range slices.Compact(slices.Sorted(slices.Values(f.Signers))) {
		if !shared(d) {
			keys = append(keys, "dkim:"+d)
		}
	}
	return keys
}

// bodyKey is the key of a text with its links; "" for one too short to be told from others. What is
// proven to be ours is never taken for what only reads like it.
func bodyKey(f Facts) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ToLower(f.Body) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
			n++
		}
	}
	if n < leastBody {
		return ""
	}
	sites := make([]string, len(f.Hosts))
	for i, h := range f.Hosts {
		sites[i] = h.Site
	}
	slices.Sort(sites)
	if f.Verdict == string(mailproof.Genuine) {
		b.WriteString("\n" + f.Verdict)
	}
	return "body:" + digest(b.String()+"\n"+strings.Join(slices.Compact(sites), "\n"))
}

// hostKey is the key of the only site that is neither ours nor everybody's or, of several, of the
// only one that imitates us; "" when there is none.
func hostKey(hosts []Host) string {
	var all, imitating []string
	for _, h := range hosts {
		key := siteKey(h)
		if h.Ours || key == "" {
			continue
		}
		if !slices.Contains(all, key) {
			all = append(all, key)
		}
		if h.Imitates && !slices.Contains(imitating, key) {
			imitating = append(imitating, key)
		}
	}
	switch {
	case len(all) == 1:
		return all[0]
	case len(imitating) == 1:
		return imitating[0]
	}
	return ""
}

// siteKey is the key of a link; of what everybody shares, the page counts. "" for none.
func siteKey(h Host) string {
	if !shared(h.Name) {
		return "host:" + h.Site
	}
	if path := strings.Trim(h.Path, "/"); path != "" {
		return "host:" + h.Name + "/" + path
	}
	return ""
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// shared reports whether a host, or the domain of an address, is used by people who have nothing to
// do with each other.
func shared(host string) bool {
	for {
		if sharedHosts[host] {
			return true
		}
		_, rest, ok := strings.Cut(host, ".")
		if !ok {
			return false
		}
		host = rest
	}
}

//go:embed sharedhosts.txt
var sharedList string

// sharedHosts are mail providers, senders of newsletters, link shorteners, file hosts and sites where
// everybody has a page. Hosts that give each of them a name of their own, such as github.io, are told
// apart by that.
var sharedHosts = setOf(sharedList)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
