package courier

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	mailHost     = "mail.example"
	mailUser     = "portal"
	mailPassword = "s3cr&t/p@ss:word"
)

// mailServer answers SMTP on loopback as a test wants it to.
type mailServer struct {
	net.Listener
	cert tls.Certificate

	mu sync.Mutex
	// What the server offers; see set.
	startTLS, implicitTLS, auth, eightBit bool

	replies map[string]string // by verb, in place of the usual reply
	mails   []string          // the text after DATA
	verbs   []string          // of all conversations, in order
	secure  []bool            // for each mail, whether it came over TLS
	hung    chan string       // told the verb that gets no answer, see hang
	once    map[string]bool   // replies that are given a single time
	newest  uint16            // version of TLS that it speaks; 0 is any
	name    string            // that the client last greeted with
}

// hang as a reply leaves the client without one until it goes away.
const hang = "hang"

// leave as a reply closes the connection.
const leave = "leave"

func (s *mailServer) answerOnce(verb, reply string) {
	s.answer(verb, reply)
	s.set(func(s *mailServer) { s.once[verb] = true })
}

func (s *mailServer) greeted() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name
}

func startMailServer(t *testing.T) *mailServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &mailServer{Listener: l, cert: selfSigned(t), startTLS: true, auth: true, eightBit: true,
		replies: map[string]string{}, once: map[string]bool{}, hung: make(chan string, 1)}
	var busy sync.WaitGroup
	t.Cleanup(func() { l.Close(); busy.Wait() })
	busy.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			busy.Go(func() { s.serve(conn) })
		}
	})
	return s
}

func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{mailHost, "localhost"},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// set changes what the server offers from now on.
func (s *mailServer) set(change func(s *mailServer)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// answer sets the reply to a verb; "" is the usual one again.
func (s *mailServer) answer(verb, reply string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[verb] = reply
}

func (s *mailServer) reply(verb, usual string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verbs = append(s.verbs, verb)
	if r := s.replies[verb]; r != "" {
		if s.once[verb] {
			delete(s.replies, verb)
			delete(s.once, verb)
		}
		return r
	}
	return usual
}

func (s *mailServer) got() (mails, verbs []string, secure []bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mails, s.verbs, s.secure
}

// talk is one conversation. It ends when the client goes or a reply cannot be written.
type talk struct {
	*mailServer
	conn   net.Conn
	in     *bufio.Reader
	secure bool
}

func (s *mailServer) serve(conn net.Conn) {
	c := &talk{mailServer: s, conn: conn, in: bufio.NewReader(conn)}
	defer func() { c.conn.Close() }()
	s.mu.Lock()
	implicit := s.implicitTLS
	s.mu.Unlock()
	if implicit {
		c.encrypt()
	}
	for ok := c.say("CONNECT", "220 "+mailHost); ok; {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		ok = c.handle(strings.ToUpper(verb), rest)
	}
}

func (c *talk) encrypt() {
	c.conn = tls.Server(c.conn, &tls.Config{Certificates: []tls.Certificate{c.cert},
		MinVersion: tls.VersionTLS10, MaxVersion: c.newest})
	c.in, c.secure = bufio.NewReader(c.conn), true
}

func (c *talk) say(verb, usual string) bool {
	return c.write(verb, c.reply(verb, usual))
}

func (c *talk) write(verb, r string) bool {
	switch r {
	case hang:
		c.hung <- verb
		_, _ = io.Copy(io.Discard, c.in)
		return false
	case leave:
		return false
	}
	_, err := fmt.Fprintf(c.conn, "%s\r\n", r)
	return err == nil && !strings.HasPrefix(r, "421")
}

func (c *talk) handle(verb, rest string) bool {
	switch verb {
	case "EHLO", "HELO":
		c.set(func(s *mailServer) { s.name = rest })
		verb = "EHLO"
		return c.say(verb, c.greeting())
	case "STARTTLS":
		r := c.reply(verb, "220 go on")
		ok := c.write(verb, r)
		if ok && strings.HasPrefix(r, "220") {
			c.encrypt()
		}
		return ok
	case "AUTH":
		return c.say(verb, c.signIn(rest))
	case "DATA":
		return c.data()
	case "QUIT":
		c.say(verb, "221 bye")
		return false
	}
	return c.say(verb, "250 2.0.0 ok")
}

func (c *talk) greeting() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines := []string{"250-" + mailHost, "250-ENHANCEDSTATUSCODES"}
	if c.startTLS && !c.secure {
		lines = append(lines, "250-STARTTLS")
	}
	if c.auth {
		lines = append(lines, "250-AUTH PLAIN LOGIN")
	}
	if c.eightBit {
		lines = append(lines, "250-8BITMIME")
	}
	return strings.Join(append(lines, "250 SIZE"), "\r\n")
}

// signIn answers a wrong password with the password itself, as badly as a server can.
func (c *talk) signIn(rest string) string {
	plain, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
	if string(plain) == "\x00"+mailUser+"\x00"+mailPassword {
		return "235 2.7.0 welcome"
	}
	_, password, _ := strings.Cut(string(plain[1:]), "\x00")
	return "535 5.7.8 not with " + password + " nor " + rest
}

func (c *talk) data() bool {
	r := c.reply("DATA", "354 go on")
	if ok := c.write("DATA", r); !ok || !strings.HasPrefix(r, "3") {
		return ok
	}
	var text strings.Builder
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	if r := c.reply("END", "250 2.0.0 taken"); !strings.HasPrefix(r, "2") {
		return c.write("END", r)
	}
	c.mu.Lock()
	c.mails = append(c.mails, text.String())
	c.mailServer.secure = append(c.mailServer.secure, c.secure)
	c.mu.Unlock()
	_, err := fmt.Fprint(c.conn, "250 2.0.0 taken\r\n")
	return err == nil
}
