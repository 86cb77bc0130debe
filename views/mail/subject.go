package mail

import "regain/views/words"

// Title names a kind of mail in a list of mails. One that this program does not know is named by
// its code.
func Title(name string) words.Text {
	if code := "mail_title." + name; words.Known(code) {
		return words.Say(code)
	}
	return words.As(name)
}

// Subject is what a mail is sent under. One of a kind that this program does not know is named by
// its code.
func Subject(brand, name, variant string) words.Text {
	if code := "mail_subject." + name; words.Known(code) {
		return words.Say(exact(code, variant), words.As(brand))
	}
	return words.As(name)
}

// exact is the code of the more exact sentence where there is one, else that of the usual one.
func exact(code, of string) string {
	if more := code + "." + of; words.Known(more) {
		return more
	}
	return code
}
