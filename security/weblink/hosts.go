package weblink

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Hosts are the hosts that are ours: each with all that are below it.
type Hosts struct{ all []ownHost }

// ownHost is one of our hosts, and what others make of it.
type ownHost struct {
	name     string // in ASCII
	alone    bool   // what is below it is not ours
	label    string // the word of it that is ours, in its own letters: example of www.example.co.uk
	skeleton string // how that looks
}

// HostFault is what is wrong with an entry of the list of our hosts.
type HostFault string

// The faults of entries.
const (
	NoHost       HostFault = "no_host"       // no name of a host, such as an address with a path
	NumberHost   HostFault = "number"        // an IP address
	PublicSuffix HostFault = "public_suffix" // an ending below which anybody can have a name
	SharedHost   HostFault = "shared"        // a service for short links, which anybody can make
)

// BadHost is an entry of the list of our hosts that cannot stand in it.
type BadHost struct {
	Entry string
	Fault HostFault
}

// ParseHosts reads the operator's list of our hosts: names such as example.com, with commas or
// blanks between them. It tells of every entry that cannot stand in it.
func ParseHosts(list string) (Hosts, []BadHost) {
	var h Hosts
	var bad []BadHost
	for _, entry := range strings.FieldsFunc(list, func(c rune) bool { return c <= ' ' || c == ',' }) {
		name, fault := parseHost(entry)
		if fault != "" {
			bad = append(bad, BadHost{entry, fault})
			continue
		}
		h.add(name, false)
	}
	return h, bad
}

func parseHost(entry string) (string, HostFault) {
	name, ok := hostOf(entry)
	switch {
	case ok && isIP(name):
		return "", NumberHost
	case !ok || strings.ContainsAny(entry, `/\:@?#%*[]`) || strings.HasPrefix(name, ".") ||
		strings.HasSuffix(name, ".") || strings.Contains(name, ".."):
		return "", NoHost
	case shorteners[domainOf(name)]:
		return "", SharedHost
	}
	// localhost is what a portal on one's own machine is called.
	if suffix, _ := publicsuffix.PublicSuffix(name); suffix == name && name != "localhost" {
		return "", PublicSuffix
	}
	return name, ""
}

// HostsOf are our hosts when the operator names none: the registrable domains of the addresses of
// the portal and of the marketplace. Empty ones count for nothing.
func HostsOf(addresses ...string) Hosts {
	var h Hosts
	for _, address := range addresses {
		r := read(address)
		if r.host == "" {
			continue
		}
		name := domainOf(r.host)
		suffix, _ := publicsuffix.PublicSuffix(name)
		h.add(name, suffix == name || isIP(name))
	}
	return h
}

func (h *Hosts) add(name string, alone bool) {
	own := ownHost{name: name, alone: alone}
	if !isIP(name) {
		domain := domainOf(name)
		label, _, _ := strings.Cut(domain, ".")
		own.label = shownOf(label)
		own.skeleton = skeleton(own.label)
	}
	if !slices.ContainsFunc(h.all, func(o ownHost) bool { return o.name == name }) {
		h.all = append(h.all, own)
	}
}

// Names are our hosts, in ASCII, in the order in which they were given.
func (h Hosts) Names() []string {
	var names []string
	for _, own := range h.all {
		names = append(names, own.name)
	}
	return names
}

// Has tells whether a host, in ASCII, is ours.
func (h Hosts) Has(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for _, own := range h.all {
		if host == own.name {
			return true
		}
		if !own.alone && strings.HasSuffix(host, "."+own.name) {
			return true
		}
	}
	return false
}

// shorteners are services that make short links. Whose the page behind one is does not show.
var shorteners = set("bit.ly", "bitly.com", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "v.gd",
	"buff.ly", "rebrand.ly", "cutt.ly", "shorturl.at", "t.ly", "tiny.cc", "rb.gy", "lnkd.in",
	"s.id", "bl.ink", "short.io", "dub.sh", "qrco.de", "t.me", "wa.me", "aka.ms", "g.co", "amzn.to",
	"adf.ly", "bit.do", "mcaf.ee", "su.pr", "x.co", "soo.gd", "clck.ru", "vk.cc", "u.to", "urlz.fr",
	"shorturl.gg", "linktr.ee", "tr.ee", "l.ead.me", "zpr.io", "trib.al", "dlvr.it", "youtu.be",
	"fb.me", "ift.tt", "kutt.it", "0rz.tw", "reurl.cc", "surl.li", "shrtco.de", "gg.gg", "n9.cl",
	"tinylink.in", "chilp.it", "po.st", "tny.im", "x.gd", "bitly.ws", "lihi.cc", "page.link",
	"app.link", "onelink.me", "l.instagram.com", "l.facebook.com", "lm.facebook.com")

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}
