package mailproof

// Verdict is what a mail is.
type Verdict string

// The verdicts.
const (
	Genuine Verdict = "genuine"  // we sent it, and it is as we sent it
	Altered Verdict = "altered"  // it has a code of ours, but is not what we sent
	NotOurs Verdict = "not_ours" // somebody else sent it
	Unclear Verdict = "unclear"
)

// Signing is what the signatures of a mail say of its author.
type Signing string

// What signatures say. SignedUnknown is that a key could not be had now.
const (
	NotSigned      Signing = "none"
	SignedByAuthor Signing = "author"
	SignedByOther  Signing = "other"
	SignedWrong    Signing = "wrong"
	SignedUnknown  Signing = "unknown"
)

// Facts are what the decision is taken by.
type Facts struct {
	Form Form
	// CodeStated says that the mail shows a message code, CodeKnown that we have sent a mail with it.
	CodeStated, CodeKnown bool
	Seal                  SealState
	AsSent                bool // see Letter.AsSent
	Signature             Signing
	SignedBy              string // whose domain that is about
	Author                string // domain of the author, "" for none
	AuthorOurs            bool   // that domain is ours
	AuthorSender          bool   // it is the very address that our mails come from
	AuthorTwice           bool
	NameOurs              bool   // the author calls itself by our name, from elsewhere
	ReplyElsewhere        string // domain
	IDOther, ToOther      bool   // than that of the mail that had the code
	LinkForeign           string // host
	LinkFools             string // host
	Sends                 bool   // it has a form of its own
	Files                 int
	Cut                   bool
}

// Reason is a code for why, with what it is about: a domain or a host, or "".
type Reason struct{ Code, About string }

// Decide is the decision. What a mail says of itself, and how it is written, never makes it genuine: only
// our seal does, or the code together with the signature of our domain.
func Decide(f Facts) (Verdict, []Reason) {
	signs := f.signs()
	known := f.CodeKnown || f.Seal == SealRight
	own := f.AuthorOurs && !f.AuthorTwice && f.ReplyElsewhere == ""
	switch {
	case f.Seal == SealRight && f.AsSent && own:
		return Genuine, append(f.states(), signs...)
	case f.CodeKnown && f.Seal != SealWrong && own && f.AsSent && f.Signature == SignedByAuthor &&
		!f.IDOther && !f.ToOther:
		return Genuine, append(f.states(), signs...)
	case known && f.Form == Source && (f.changed() || len(signs) > 0),
		known && f.Form != Source && (f.LinkForeign != "" || f.LinkFools != ""):
		return Altered, append(f.states(), signs...)
	case known:
		return Unclear, append(f.states(), signs...)
	case f.Author != "" && !f.AuthorOurs, len(signs) > 0, f.AuthorSender && !f.CodeStated:
		return NotOurs, append(signs, f.states()...)
	}
	return Unclear, append(f.states(), signs...)
}

// changed tells a mail with a code of ours that is not the one which had it.
func (f Facts) changed() bool {
	return f.Seal == SealWrong || f.Seal == SealRight || !f.AuthorOurs || f.IDOther || f.ToOther ||
		f.Files > 0 || f.Signature == SignedByOther
}

// signs are what a mail of ours never has.
func (f Facts) signs() (all []Reason) {
	for _, s := range []struct {
		is   bool
		code string
		of   string
	}{
		{f.NameOurs, "name_ours", f.Author},
		{f.AuthorTwice, "author_twice", ""},
		{f.ReplyElsewhere != "", "reply_elsewhere", f.ReplyElsewhere},
		{f.LinkFools != "", "link_fools", f.LinkFools},
		{f.LinkForeign != "" && (f.AuthorOurs || f.CodeKnown || f.NameOurs), "link_foreign", f.LinkForeign},
		{f.Sends, "form", ""},
	} {
		if s.is {
			all = append(all, Reason{s.code, s.of})
		}
	}
	return all
}

// states are what was found of each proof, in the order of their weight.
func (f Facts) states() (all []Reason) {
	switch {
	case f.CodeKnown:
		all = append(all, Reason{"code_known", ""})
	case f.CodeStated:
		all = append(all, Reason{"code_unknown", ""})
	default:
		all = append(all, Reason{"code_none", ""})
	}
	switch {
	case f.Seal == SealRight && f.AsSent:
		all = append(all, Reason{"seal_right", ""})
	case f.CodeKnown && f.Seal == SealWrong, f.Seal == SealRight:
		all = append(all, Reason{"seal_wrong", ""})
	}
	if f.Form != Source {
		return append(all, Reason{"form_" + string(f.Form), ""})
	}
	if f.IDOther || f.ToOther {
		all = append(all, Reason{"other_mail", ""})
	}
	if f.CodeKnown && f.Files > 0 {
		all = append(all, Reason{"file_added", ""})
	}
	switch {
	case f.Author == "":
		all = append(all, Reason{"author_none", ""})
	case !f.AuthorOurs:
		all = append(all, Reason{"author_other", f.Author})
	}
	all = append(all, Reason{"signature_" + string(f.Signature), f.SignedBy})
	if f.Cut {
		all = append(all, Reason{"cut", ""})
	}
	return all
}
