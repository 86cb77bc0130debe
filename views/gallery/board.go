package gallery

import (
	"time"

	"regain/views/desk"
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
