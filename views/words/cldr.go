package words

import (
	"context"
	"strconv"
	"time"
)

// Local is text in the language of whoever reads, made for that by CLDR, such as a date.
type Local string

// In is the text (Spoken).
func (l Local) In(context.Context) string { return string(l) }

// Date is a day as the language writes it (CLDR, long), such as "29 November 2026".
func (l *Language) Date(t time.Time) Local { return Local(l.digits(l.cldr().FmtDateLong(t))) }

// Time is the hour and the minute as the language writes them (CLDR, short), such as "14:30".
func (l *Language) Time(t time.Time) Local { return Local(l.digits(l.cldr().FmtTimeShort(t))) }

// Month is the name of a month behind the number of a day (CLDR, wide, format).
func (l *Language) Month(m time.Month) Local { return Local(l.cldr().MonthWide(m)) }

// Year is the number of a year, which is not written as other numbers are.
func (l *Language) Year(t time.Time) Local { return Local(l.digits(strconv.Itoa(t.Year()))) }
