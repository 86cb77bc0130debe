package gallery

import (
	"time"

	"regain/views/desk"
	"regain/views/plot"
	"regain/views/words"
	"regain/views/zone"
)

// boardSamples are how the work stands, and the keys.
func boardSamples() []Sample {
	board := func(most int) desk.Dashboard {
		m := desk.Dashboard{Page: staffPage(), CheckedAt: at("10:20 (UTC)"), Tickets: []desk.Tally{
			{Name: "Customer Support", Path: "/staff/tickets?department=Customer+Support", Open: 12, Overdue: 2},
			{Name: "Account Security", Path: "/staff/tickets?department=Account+Security", Open: most},
			{Name: "Trust & Safety", Path: "/staff/tickets?department=Trust+%26+Safety"}}}
		c := desk.CaseBoard{Open: most, Overdue: most / 7, Second: most / 3, Appealed: most / 6}
		for i := range 90 {
			c.Days = append(c.Days, desk.DayCount{Day: zone.Day{Time: time.Date(2026, 11, i%30+1, 0, 0, 0, 0, time.UTC)}, Locked: i * i % 7 * most / 6, Resumed: i % 5 * most / 6})
		}
		for i, step := range []string{"unseen", "verify", "password", "two-factor", "activity", "done"} {
			c.Steps = append(c.Steps, desk.Tally{Name: step, Open: most * (6 - i) / 6})
		}
		for i, age := range []string{"day", "three", "week", "older"} {
			c.Ages = append(c.Ages, desk.Tally{Name: age, Open: most * (4 - i) / 4})
		}
		c.Plots = []plot.Plot{
			boardPlot("board.missed", words.Say("board.missed.sum", most, most/2), words.Say("board.cases"), most),
			boardPlot("board.denied", words.Say("board.denied.sum", most, most/2), words.Say("board.alerts"), most),
			boardPlot("board.to_secured", words.Say("board.to_secured.sum", most, "7 hours"),
				words.Say("board.half_within"), most)}
		if most > 0 {
			c.Wait = "7 hours"
		}
		m.Cases = &c
		return m
	}
	support := board(3)
	support.Cases = nil
	off := staffPage()
	off.Staff.Keys = false
	return []Sample{
		{"staff/normal", board(6).View()},
		{"staff/many", board(120_000).View()},
		{"staff/empty", board(0).View()},
		{"staff/support", support.View()},
		{"staff-help/on", desk.Help{Page: staffPage()}.View()},
		{"staff-help/off", desk.Help{Page: off}.View()},
		{"staff-help/changed", desk.Help{Page: flashed(off, "keys_changed")}.View()},
	}
}

func boardPlot(code string, sum, unit words.Text, most int) plot.Plot {
	p := plot.Plot{Title: words.Say(code + ".title"), Sum: sum, Head: words.Say("plot.day"), Unit: unit}
	for i := range 90 {
		p.Bars = append(p.Bars, plot.Bar{N: i % 7 * most / 6,
			At: zone.Day{Time: time.Date(2026, 11, i%30+1, 0, 0, 0, 0, time.UTC)}})
	}
	return p
}
