package report

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"regain/security/identifier"
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

// genuine is the code of a mail that is proven to be ours.
const genuine = "genuine"

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
	if f.Verdict == genuine {
		b.WriteString("\n" + genuine)
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

// sharedHosts are mail providers, senders of newsletters, link shorteners, file hosts and sites where
// everybody has a page. Hosts that give each of them a name of their own, such as github.io, are told
// apart by that.
var sharedHosts = setOf(`gmail.com googlemail.com google.com goo.gl g.co outlook.com hotmail.com live.com
	msn.com office.com onmicrosoft.com sharepoint.com microsoft.com yahoo.com yahoo.co.uk aol.com
	icloud.com me.com apple.com gmx.de gmx.net web.de mail.ru yandex.ru yandex.com proton.me
	protonmail.com zoho.com fastmail.com qq.com 163.com mail.com amazonses.com sendgrid.net mcsv.net
	mailchimpapp.net mailgun.org sparkpostmail.com mandrillapp.com sendinblue.com brevo.com
	mailjet.com mlsend.com bit.ly tinyurl.com t.co ow.ly is.gd buff.ly cutt.ly rebrand.ly t.ly
	shorturl.at rb.gy lnkd.in wa.me t.me telegram.me whatsapp.com facebook.com fb.me instagram.com
	linkedin.com twitter.com x.com youtube.com youtu.be tiktok.com dropbox.com dropboxusercontent.com
	wetransfer.com we.tl box.com mega.nz mediafire.com github.com githubusercontent.com gitlab.com
	googleusercontent.com googleapis.com amazonaws.com cloudfront.net docusign.net notion.so
	notion.site canva.com typeform.com jotform.com surveymonkey.com linktr.ee medium.com archive.org
	w3.org schema.org gravatar.com pastebin.com discord.com discord.gg discordapp.com`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
