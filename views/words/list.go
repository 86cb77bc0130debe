package words

// List says several things one after the other (CLDR, list patterns): "a, b and c". None say nothing.
func List(items ...Text) Text {
	switch len(items) {
	case 0:
		return Text{}
	case 1:
		return items[0]
	case 2:
		return Say("list.two", items[0], items[1])
	}
	list := items[0]
	for _, item := range items[1 : len(items)-1] {
		list = Say("list.more", list, item)
	}
	return Say("list.last", list, items[len(items)-1])
}

// Facts says what is known of something, with what the language has for a comma between. What says
// nothing is left out.
func Facts(facts ...Text) (known Text) {
	for _, fact := range facts {
		switch {
		case known.IsZero():
			known = fact
		case !fact.IsZero():
			known = Say("list.more", known, fact)
		}
	}
	return known
}
