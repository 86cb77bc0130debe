package mailproof

import (
	"bytes"
	"encoding/base64"
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strings"
)

// builtAsOurs reports whether a mail has the form in which we write ours, byte for byte where it counts:
// every mail program reads it alike. Read forgives what mail programs forgive, each in its own way; a
// mail that needs to be forgiven could show somebody else what no seal covers.
func builtAsOurs(raw []byte) bool {
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	var l Letter
	h, body, ok := splitHeader(raw, &l)
	if bytes.ContainsAny(raw, "\r\x00") || !ok || len(l.Odd) > 0 || !h.builtAsOurs() {
		return false
	}
	found := boundaryForm.FindStringSubmatch(h.get("content-type"))
	if found == nil || len(found[1]) > 70 { // RFC 2046 §5.1.1
		return false
	}
	if _, _, err := mime.ParseMediaType(h.get("content-type")); err != nil {
		return false
	}
	mark := []byte("--" + found[1])
	marks := bytes.Count(body, append([]byte("\n"), mark...))
	if bytes.HasPrefix(body, mark) {
		marks++
	}
	_, rest, _ := nextBoundary(body, mark)
	first, rest, over := nextBoundary(rest, mark)
	second, rest, end := nextBoundary(rest, mark)
	return marks == 3 && rest != nil && !over && end && partBuiltAsOurs(first, "text/plain") &&
		partBuiltAsOurs(second, "text/html")
}

var (
	boundaryForm = regexp.MustCompile(`(?i)^multipart/alternative; ?boundary="?([0-9A-Za-z+_.=-]+)"?;?$`)
	wordCharset  = regexp.MustCompile(`=\?([^?]*)\?`)
)

// builtAsOurs looks at what stands above the whole: each field once that can stand once only, none that
// has mail programs show or do what we never ask for.
func (h header) builtAsOurs() bool {
	for _, f := range h {
		switch {
		case strings.HasPrefix(f.name, "list-"), f.name == "mail-followup-to", f.name == "mail-reply-to",
			f.name == "cc", f.name == "bcc":
			return false
		case strings.HasPrefix(f.name, "content-") && f.name != "content-type" &&
			f.name != "content-transfer-encoding" && f.name != "content-language":
			return false
		}
	}
	for _, name := range []string{"from", "to", "subject", "date", "message-id", "mime-version",
		"content-type"} {
		if len(h.all(name)) != 1 {
			return false
		}
	}
	for _, name := range []string{"sender", "reply-to", "content-transfer-encoding"} {
		if len(h.all(name)) > 1 {
			return false
		}
	}
	parser := mail.AddressParser{WordDecoder: &decoder}
	for _, name := range []string{"from", "to", "sender", "reply-to"} {
		for _, value := range h.all(name) {
			if list, err := parser.ParseList(value); err != nil || len(list) != 1 ||
				name == "to" && list[0].Name != "" || !inUTF8(value) {
				return false
			}
		}
	}
	return h.get("mime-version") == "1.0" && inUTF8(h.get("subject")) &&
		slices.Contains([]string{"", "7bit", "8bit", "binary"}, h.encoded())
}

// encoded is what a header says of how its body is written.
func (h header) encoded() string { return strings.ToLower(h.get("content-transfer-encoding")) }

// inUTF8 reports whether the encoded words of a field are in that alone.
func inUTF8(value string) bool {
	for _, found := range wordCharset.FindAllStringSubmatch(value, -1) {
		if !strings.EqualFold(found[1], "utf-8") {
			return false
		}
	}
	return true
}

// partBuiltAsOurs looks at one of the two parts.
func partBuiltAsOurs(piece []byte, kind string) bool {
	var l Letter
	h, body, ok := splitHeader(piece, &l)
	if !ok || len(l.Odd) > 0 {
		return false
	}
	for _, f := range h {
		known := f.name == "content-type" || f.name == "content-transfer-encoding" ||
			f.name == "content-disposition" && strings.EqualFold(f.value, "inline") ||
			f.name == "content-language"
		if strings.HasPrefix(f.name, "content-") && !known || len(h.all(f.name)) > 1 {
			return false
		}
	}
	is, params, err := mime.ParseMediaType(h.get("content-type"))
	if err != nil || is != kind || strings.ContainsAny(h.get("content-type"), `*()\%`) ||
		!strings.EqualFold(params["charset"], "utf-8") {
		return false
	}
	for name, value := range params {
		if name != "charset" && (name != "format" || !strings.EqualFold(value, "flowed")) {
			return false
		}
	}
	switch h.encoded() {
	case "", "7bit", "8bit", "binary", "quoted-printable":
		return true
	case "base64": // padding but at the end is the end for some
		_, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(body)), ""))
		return err == nil
	}
	return false
}
