package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"slices"
	"strings"

	"regain/handlers"
	"regain/views"
	"regain/views/words"
)

// Mailbox reads the folder that the demo's mails are written to. The newest
// comes first: the names of the files begin with the time.
func Mailbox(folder string) func(context.Context) ([]handlers.Letter, error) {
	return func(ctx context.Context) ([]handlers.Letter, error) {
		files, err := fs.Glob(os.DirFS(folder), "*.eml")
		if err != nil {
			return nil, err
		}
		slices.Sort(files)
		slices.Reverse(files)
		letters := make([]handlers.Letter, 0, len(files))
		for _, name := range files {
			l, err := readLetter(folder, name)
			if err != nil {
				return nil, fmt.Errorf("mail %s: %w", name, err)
			}
			letters = append(letters, l)
		}
		return letters, ctx.Err()
	}
}

func readLetter(folder, name string) (handlers.Letter, error) {
	raw, err := os.ReadFile(folder + "/" + name)
	if err != nil {
		return handlers.Letter{}, err
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return handlers.Letter{}, err
	}
	l := handlers.Letter{ID: strings.TrimSuffix(name, ".eml"), Kind: m.Header.Get("X-Regain-Notice")}
	if l.At, err = m.Header.Date(); err != nil {
		return l, err
	}
	l.At = l.At.UTC()
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	to, err := netmail.ParseAddress(m.Header.Get("To"))
	if err != nil {
		return l, err
	}
	l.To = to.Address
	for _, h := range []string{"From", "To", "Date", "Message-ID", "Auto-Submitted",
		"X-Regain-Notice", "X-Regain-Message"} {
		l.Headers = append(l.Headers, views.Fact{Label: words.As(h), Value: words.As(m.Header.Get(h)), Code: true})
	}
	l.Text, l.HTML, err = readParts(m)
	return l, err
}

// readParts returns the two parts of a mail.
func readParts(m *netmail.Message) (text, html string, err error) {
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return "", "", errors.Join(err, errors.New("not multipart/alternative"))
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return text, html, nil
		}
		if err != nil {
			return "", "", err
		}
		var body io.Reader = part
		if strings.EqualFold(part.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
			body = quotedprintable.NewReader(part)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			return "", "", err
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			html = string(content)
		} else {
			text = string(content)
		}
	}
}
