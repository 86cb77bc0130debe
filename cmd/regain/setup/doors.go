package setup

import (
	"errors"
	"net"
	"strconv"
	"strings"

	"regain/cmd/regain/settings"
	"regain/security"
)

// behindProxy says in so many words what is so when nothing is said about TLS.
const behindProxy = "proxy"

// asked is what flags and the environment say, as settings know it.
func asked(c settings.Config) settings.Config {
	if c.TLS == behindProxy {
		c.TLS = ""
	}
	return c
}

// takeAddress reads the public address, and who speaks TLS there.
func (s *setup) takeAddress(a string) error {
	words := strings.Fields(a)
	if len(words) > 2 {
		return errors.New("want an address, and at most one word after it")
	}
	s.config.BaseURL, s.config.TLS = words[0], asked(s.Config()).TLS
	if len(words) < 2 {
		return nil
	}
	if words[1] != "acme" && words[1] != behindProxy {
		return errors.New("want acme or " + behindProxy + " after the address, or nothing")
	}
	s.config.TLS = words[1]
	s.config = asked(s.config)
	return nil
}

// The ports of browsers, and the first one that is not the system's.
const (
	secure = ":443"
	plain  = ":80"
	free   = 1024
)

// open has a portal that speaks TLS listen where browsers and the authority come to, unless it was said where.
func (s *setup) open() {
	bare, _ := settings.Default()
	if s.config.TLS != "" && s.config.Listen == bare.Listen && !exists(s.settings) {
		s.config.Listen = secure
		if s.config.RedirectListen == "" {
			s.config.RedirectListen = plain
		}
	}
}

// doors reports whether others than this machine come to a listener of the portal, and whether one of them
// takes a port that is the system's.
func (s *setup) doors() (far, low bool) {
	c := s.config
	_, inbound, _ := strings.Cut(c.InboundListen, ":")
	for _, address := range []string{c.Listen, c.APIListen, c.MetricsListen, c.RedirectListen, inbound} {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			continue // there is none, or it is a socket in a folder
		}
		n, err := strconv.ParseUint(port, 10, 16)
		far, low = far || !security.Loopback(host), low || err == nil && n > 0 && n < free
	}
	return far, low
}

// before is what has to stand before the portal.
func (s *setup) before() string {
	switch {
	case s.config.TLS == "":
		return "Put a proxy with a certificate before " + s.config.Listen + ", as the README tells."
	case s.config.TLS != "acme":
		return "The portal speaks TLS at " + s.config.Listen + " with your certificate, and takes a new one when the files change."
	}
	told := "The portal orders its certificate when it starts, and agrees to the terms of the authority for you. What\n" +
		"it listens on, " + strings.TrimPrefix(s.config.RedirectListen+" and "+s.config.Listen, " and ") +
		", has to be reached from the internet at ports 80 and 443."
	if s.config.ACMEDirectory == "" {
		told += " Try it with\nREGAIN_ACME_DIRECTORY of a staging authority first, as the README tells."
	}
	return told
}
