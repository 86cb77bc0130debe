package weblink

import "slices"

// fooling are the reasons for which a link is made to look like another one. Others are only odd.
var fooling = []Reason{Blocked, Script, Userinfo, NameBefore, Lookalike, OneLetter, OtherEnding,
	NameInside, Letters, MixedScripts, Hidden, EncodedHost, Backslash, Redirect}

// Fools tells a link that could be taken for another one, or hides where it leads.
func (a Answer) Fools() bool {
	return a.Verdict != Ours && slices.ContainsFunc(a.Reasons, func(r Reason) bool {
		return slices.Contains(fooling, r)
	})
}

// Skeleton is what two names have in common that look alike. It is good for comparing alone.
func Skeleton(word string) string { return skeleton(word) }
