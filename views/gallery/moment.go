package gallery

import (
	"regain/views/words"
	"regain/views/zone"
)

var say, as = words.Say, words.As

// londonTime is the zone of the samples' owner.
func londonTime() words.Text { return zone.Of("Europe/London").Name() }

func texts(list ...words.Text) []words.Text { return list }
