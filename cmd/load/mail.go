package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// mailWait is how long somebody looks into the mailbox.
const mailWait = 2 * time.Minute

// letter is a mail as it came.
type letter struct {
	kind, code, text string
	at               time.Time
}

// mailbox is the mail server of everybody. It takes whatever is brought.
type mailbox struct {
	mu      sync.Mutex
	letters map[string][]letter // by recipient
	codes   map[string]int      // how often each mail was brought
	came    map[string]chan struct{}
	server  *smtp.Server
	address string
	slow    time.Duration // what each mail takes
}

func openMailbox() (*mailbox, error) {
	m := &mailbox{letters: map[string][]letter{}, codes: map[string]int{},
		came: map[string]chan struct{}{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	m.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &delivery{box: m}, nil
	}))
	m.server.Domain = "localhost"
	m.address = l.Addr().String()
	go m.server.Serve(l) // it ends with Close
	return m, nil
}

// delivery is one connection.
type delivery struct {
	box *mailbox
	to  []string
}

func (d *delivery) Mail(string, *smtp.MailOptions) error { return nil }

func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = append(d.to, to)
	return nil
}

func (d *delivery) Reset()        { d.to = nil }
func (d *delivery) Logout() error { return nil }

func (d *delivery) Data(r io.Reader) error {
	time.Sleep(d.box.slow)
	m, err := netmail.ReadMessage(bufio.NewReader(r))
	if err != nil {
		return err
	}
	text, err := plain(m)
	if err != nil {
		return err
	}
	d.box.put(d.to, letter{kind: m.Header.Get("X-Regain-Notice"),
		code: m.Header.Get("X-Regain-Message"), text: text, at: time.Now()})
	return nil
}

// plain is the text part.
func plain(m *netmail.Message) (string, error) {
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", err
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			return "", errors.Join(errors.New("a mail without text"), err)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/plain") {
			text, err := io.ReadAll(quotedprintable.NewReader(p))
			return string(text), err
		}
	}
}

func (m *mailbox) put(to []string, l letter) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.codes[l.code]++
	for _, who := range to {
		m.letters[who] = append(m.letters[who], l)
		close(m.knock(who))
		delete(m.came, who)
	}
}

// knock is closed when the next mail to somebody comes.
func (m *mailbox) knock(who string) chan struct{} {
	if m.came[who] == nil {
		m.came[who] = make(chan struct{})
	}
	return m.came[who]
}

// wait takes the first mail of a kind to somebody out of the mailbox, when it is there.
func (m *mailbox) wait(who, kind string) (letter, error) {
	over := time.After(mailWait)
	for {
		m.mu.Lock()
		for i, l := range m.letters[who] {
			if l.kind == kind {
				m.letters[who] = append(m.letters[who][:i:i], m.letters[who][i+1:]...)
				m.mu.Unlock()
				return l, nil
			}
		}
		came := m.knock(who)
		m.mu.Unlock()
		select {
		case <-came:
		case <-over:
			return letter{}, fmt.Errorf("no mail %s within %v", kind, mailWait)
		}
	}
}

// twice are the mails that were brought more than once.
func (m *mailbox) twice() (all []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for code, n := range m.codes {
		if n > 1 {
			all = append(all, code)
		}
	}
	return all
}

var linkLine = regexp.MustCompile(`(?m)^https?://\S+`)

// link is the path of the link that stands alone on a line. It must be one of the portal's.
func (l letter) link(base string) (string, error) {
	found := linkLine.FindString(l.text)
	path, ok := strings.CutPrefix(found, base)
	if !ok {
		return "", fmt.Errorf("mail %s has the link %q, which does not begin with %s", l.kind, found, base)
	}
	return path, nil
}
