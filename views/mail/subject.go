package mail

import (
	"cmp"
	"fmt"

	"regain/security/notice"
)

func kindOf(name notice.Kind) (kind, error) {
	for _, k := range kinds {
		if k.name == name {
			return k, nil
		}
	}
	return kind{}, fmt.Errorf("%w: %q", notice.ErrKind, string(name))
}

// Title names a kind of mail in a list of mails. One that this program does not know is named by
// its code.
func Title(name string) string {
	k, err := kindOf(notice.Kind(name))
	if err != nil {
		return name
	}
	return k.title
}

// Subject is what a mail was sent under. One of a kind that this program does not know is named by
// its code.
func Subject(brand, name, variant string) string {
	k, err := kindOf(notice.Kind(name))
	if err != nil {
		return name
	}
	return fmt.Sprintf(cmp.Or(k.variant[variant], k.subject), brand)
}
