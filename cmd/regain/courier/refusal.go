package courier

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"regain/security/notice"
)

// stepError is what ended a conversation, and at which step.
type stepError struct {
	step string
	err  error
}

// Error implements error.
func (e stepError) Error() string { return strings.TrimPrefix(e.step+": "+e.err.Error(), ": ") }

// Unwrap gives the wrapped error to errors.Is and errors.As.
func (e stepError) Unwrap() error { return e.err }

// closing is the reply of a server that ends the conversation, whatever it was asked.
const closing = 421

// gone reports whether a conversation cannot go on after err: the connection is lost, or the server
// closes it.
func gone(err error) bool {
	var reply *textproto.Error
	return err != nil && (!errors.As(err, &reply) || reply.Code == closing)
}

// given reports whether the server may have taken the mail, although nothing came back.
func given(err error) bool {
	var at stepError
	return errors.As(err, &at) && at.step == stepEnd.name
}

// final are the enhanced codes (RFC 3463, RFC 7505) that speak of the recipient's mailbox alone, so
// that no later try and no other set-up will reach it.
var final = map[string]bool{
	"5.1.1":  true, // no such mailbox
	"5.1.2":  true, // no such system
	"5.1.3":  true, // not an address
	"5.1.6":  true, // moved away
	"5.1.10": true, // a domain without mail
	"5.2.1":  true, // disabled
}

var enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}(?:\s|$)`)

// judge makes of what a conversation ended with: a verdict on the recipient, which is final; a
// refusal of the portal, which its operators have to mend; or a trouble that passes.
func (s *smtpSender) judge(err error, to string) error {
	var at stepError
	if err == nil || !errors.As(err, &at) {
		return err
	}
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		return s.trouble(at)
	}
	if !speaksOfMail(at.step) {
		return refused(reply.Code, s.say(fmt.Sprintf("%s: %d %s", at.step, reply.Code, s.heard(reply.Msg))))
	}
	enhanced := strings.TrimSpace(enhancedCode.FindString(reply.Msg))
	told := strings.TrimSpace(fmt.Sprintf("%s: %d %s", at.step, reply.Code, enhanced))
	addressed := at.step == stepSender.name || at.step == stepRecipient.name
	switch {
	case final[enhanced] && (at.step == stepRecipient.name || at.step == stepEnd.name):
		return notice.Permanent{Err: s.say(told)}
	case addressed && reply.Code >= 500:
		told += nobody(strings.TrimPrefix(s.heard(reply.Msg), enhanced), to)
	}
	return refused(reply.Code, s.say(told))
}

func refused(code int, told error) error {
	if code < 500 {
		return told
	}
	return notice.SetUp{Err: told}
}

// What a server lacks that the portal demands.
var (
	errNoTLS    = errors.New("the server does not support STARTTLS")
	errNoSignIn = errors.New("the server does not support SMTP AUTH by PLAIN or LOGIN")
)

// trouble is for errors that no server said. That one cannot be trusted or lacks something does not
// pass by itself.
func (s *smtpSender) trouble(at stepError) error {
	if speaksOfMail(at.step) {
		return s.say(at.step + ": connection lost")
	}
	text := at.Error()
	if errors.As(at, new(textproto.ProtocolError)) { // it quotes a line of the server that is no reply
		text = s.heard(text)
	}
	told := s.say(text)
	if errors.Is(at, errNoTLS) || errors.Is(at, errNoSignIn) ||
		errors.As(at, new(*tls.CertificateVerificationError)) {
		return notice.SetUp{Err: told}
	}
	return told
}

// speaksOfMail reports whether a server that answers at the step knows of a mail.
func speaksOfMail(name string) bool {
	return slices.ContainsFunc([]step{stepSender, stepRecipient, stepData, stepText, stepEnd},
		func(s step) bool { return s.name == name })
}

func isFinal(err error) bool { return errors.As(err, new(notice.Permanent)) }

// nobody takes out of a server's words whom the mail is for, and whatever looks like an address:
// they are stored, shown and logged. What is said after the text was seen is never repeated: some
// filters quote what they object to, which can be the recovery link.
func nobody(words, to string) string {
	name, _, _ := strings.Cut(to, "@")
	fields := strings.Fields(words)
	for i, f := range fields {
		if strings.Contains(f, "@") || strings.Contains(strings.ToLower(f), strings.ToLower(name)) {
			fields[i] = "[address]"
		}
	}
	return " " + strings.Join(fields, " ")
}

// heard is what the server said without the words in which our password stands. Whatever we say ourselves
// holds none, and stays as it is: a short password is a part of many words.
func (s *smtpSender) heard(words string) string {
	if s.Password == "" {
		return words
	}
	for _, secret := range []string{s.Password,
		base64.StdEncoding.EncodeToString([]byte(s.Password)),
		base64.StdEncoding.EncodeToString([]byte("\x00" + s.User + "\x00" + s.Password))} {
		words = regexp.MustCompile(`\S*`+regexp.QuoteMeta(secret)+`\S*`).ReplaceAllString(words, "[password]")
	}
	return words
}

// say names the server.
func (s *smtpSender) say(text string) error {
	return fmt.Errorf("mail server %s: %s", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), text)
}
