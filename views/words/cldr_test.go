package words

import (
	"testing"
	"time"

	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/hi"
	"github.com/go-playground/locales/pt_BR"
	"github.com/go-playground/locales/uk"
)

// eight are the languages of owners as CLDR has them, with or without sentences.
var eight = []*Language{English, speak("es", "", es.New), speak("fr", "", fr.New), speak("de", "", de.New),
	speak("pt-BR", "", pt_BR.New), speak("uk", "", uk.New), speak("hi", "", hi.New), speak("ar", "", ar.New)}

// TestMoments: dates, times, months, years and numbers as each language writes them.
func TestMoments(t *testing.T) {
	t.Parallel()
	morning := time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC)
	evening := time.Date(2026, 11, 29, 21, 38, 0, 0, time.UTC)
	midnight := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	for i, want := range [][9]Local{
		{"1 March 2026", "09:05", "29 November 2026", "21:38", "00:00", "November", "2026", "1,234,567", "12"},
		{"1 de marzo de 2026", "9:05", "29 de noviembre de 2026", "21:38", "0:00", "noviembre", "2026",
			"1.234.567", "12"},
		{"1 mars 2026", "09:05", "29 novembre 2026", "21:38", "00:00", "novembre", "2026",
			"1\u202f234\u202f567", "12"},
		{"1. März 2026", "09:05", "29. November 2026", "21:38", "00:00", "November", "2026", "1.234.567", "12"},
		{"1 de março de 2026", "09:05", "29 de novembro de 2026", "21:38", "00:00", "novembro", "2026",
			"1.234.567", "12"},
		{"1 березня 2026 р.", "09:05", "29 листопада 2026 р.", "21:38", "00:00", "листопада", "2026",
			"1\u00a0234\u00a0567", "12"},
		{"1 मार्च 2026", "9:05 am", "29 नवंबर 2026", "9:38 pm", "12:00 am", "नवंबर", "2026", "12,34,567", "12"},
		{"١ مارس ٢٠٢٦", "٩:٠٥ ص", "٢٩ نوفمبر ٢٠٢٦", "٩:٣٨ م", "١٢:٠٠ ص", "نوفمبر", "٢٠٢٦", "١٬٢٣٤٬٥٦٧", "١٢"},
	} {
		l := eight[i]
		got := [9]Local{l.Date(morning), l.Time(morning), l.Date(evening), l.Time(evening), l.Time(midnight),
			l.Month(time.November), l.Year(evening), Local(l.number(1234567)), Local(l.number(12))}
		if got != want {
			t.Errorf("%s:\n%q, want\n%q", l.Tag, got, want)
		}
	}
}
