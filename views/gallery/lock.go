package gallery

import (
	"regain/views/desk"
	"strconv"
)

func lockSamples() []Sample {
	jobs := []desk.LockJobLine{
		{Path: "/staff/lock/one", State: "draft", DraftedAt: at("22 November 2026, 10:20"),
			By: "Ines Rocha", Locked: 0, Waiting: 212},
		{Path: "/staff/lock/two", State: "running", DraftedAt: at("22 November 2026, 10:02"),
			By: "Omar Haddad", Locked: 4200, Waiting: 5800},
		{Path: "/staff/lock/three", State: "done", DraftedAt: at("20 November 2026, 09:30"),
			By: "Ines Rocha", Locked: 17, Waiting: 0},
	}
	wrong := desk.Lock{Page: staffPage(bad("list", "list_empty"),
		bad("cause", "cause_unknown"),
		bad("evidence", "evidence_missing")), Jobs: jobs}
	long := desk.Lock{Page: staffPage(bad("list", "list_long", "20000"),
		bad("evidence", "evidence_long", "4000")), List: longWord + "\n" + longText, FromFile: true,
		Cause: "hijacked", Evidence: longText,
		Jobs: []desk.LockJobLine{{Path: "/staff/lock/one", State: "done", DraftedAt: at(sampleDawn),
			By: longText, Locked: 10000, Waiting: 0}}}
	inert := desk.Lock{Page: staffPage(bad("list", "list_long", "20000")), List: markup,
		Evidence: markup, Jobs: []desk.LockJobLine{{Path: "javascript:alert(1)", State: "done",
			DraftedAt: at(sampleDawn), By: markup, Locked: 1, Waiting: 0}}}
	list := []Sample{
		{"staff-lock/normal", desk.Lock{Page: staffPage(), Jobs: jobs}.View()},
		{"staff-lock/empty", desk.Lock{Page: staffPage()}.View()},
		{"staff-lock/wrong", wrong.View()},
		{"staff-lock/long", long.View()},
		{"staff-lock/markup", inert.View()},
	}
	return append(list, lockJobSamples()...)
}

func lockJobSamples() []Sample {
	change := func(name string, set func(*desk.LockJob)) Sample {
		m := sampleLockJob()
		set(&m)
		return Sample{"staff-lock-job/" + name, m.View()}
	}
	return []Sample{
		change("draft", func(*desk.LockJob) {}),
		change("others", func(m *desk.LockJob) { m.Others = true }),
		change("one", func(m *desk.LockJob) {
			m.Lines, m.Waiting, m.Lists = 1, 1, m.Lists[:1]
			m.Lists[0].Count, m.Lists[0].More, m.Lists[0].Lines = 1, "", m.Lists[0].Lines[:1]
		}),
		change("nobody", func(m *desk.LockJob) {
			m.Lines, m.Waiting, m.Lists = m.Lines-m.Waiting, 0, m.Lists[1:]
		}),
		change("part", func(m *desk.LockJob) { m.Part, m.Lists = true, m.Lists[:1] }),
		change("running", func(m *desk.LockJob) {
			m.Page = flashed(m.Page, "lock_started")
			m.State, m.StartedAt = "running", at("22 November 2026, 10:21")
			m.Waiting, m.Locked = 150, 62
			m.Lists[0].Count = 150
			m.Lists = append([]desk.LockList{sampleLocked()}, m.Lists...)
		}),
		change("moving", func(m *desk.LockJob) {
			m.State, m.StartedAt, m.Moves = "running", at("22 November 2026, 10:21"), true
			m.Waiting, m.Locked = 150, 62
		}),
		change("stopped", func(m *desk.LockJob) {
			m.Page = flashed(m.Page, "lock_stopped")
			m.State, m.StartedAt, m.DoneAt = "stopped", at("22 November 2026, 10:21"),
				at("22 November 2026, 10:22")
			m.Waiting, m.Locked, m.Stopped = 0, 62, 150
			m.Lists[0].Outcome, m.Lists[0].Count = "stopped", 150
			m.Lists = append([]desk.LockList{sampleLocked()}, m.Lists...)
		}),
		change("done", func(m *desk.LockJob) {
			m.State, m.StartedAt, m.DoneAt = "done", at("22 November 2026, 10:21"),
				at("22 November 2026, 10:22")
			m.Waiting, m.Locked, m.Lists[0] = 0, 212, sampleLocked()
			m.Lists[0].Count = 212
		}),
		change("long", func(m *desk.LockJob) { fillLockJob(m, longWord, longText) }),
		change("markup", func(m *desk.LockJob) { fillLockJob(m, markup, markup) }),
	}
}

func fillLockJob(m *desk.LockJob, word, text string) {
	m.By, m.Evidence, m.Path = text, text, "javascript:"+word
	m.Lists = []desk.LockList{{Outcome: "locked", Count: 1, More: "javascript:" + word,
		Lines: []desk.LockLine{
			{Line: "1", Typed: word, Username: word, Account: "javascript:" + word, Case: word,
				CasePath: "javascript:" + word}}},
		{Outcome: "unknown", Count: 1, Lines: []desk.LockLine{{Line: "20000", Typed: word}}}}
}

func sampleLockJob() desk.LockJob {
	line := 0
	some := func(outcome string, count int, typed ...string) desk.LockList {
		l := desk.LockList{Outcome: outcome, Count: count}
		for _, t := range typed {
			line++
			l.Lines = append(l.Lines, desk.LockLine{Line: strconv.Itoa(line), Typed: t,
				Username: "ada" + strconv.Itoa(line),
				Account:  "/staff/accounts/u-1001"})
		}
		return l
	}
	m := desk.LockJob{Page: staffPage(), Path: "/staff/lock/one", State: "draft",
		By:        "Ines Rocha",
		DraftedAt: at("22 November 2026, 10:20"), CheckedAt: at("10:22 (UTC)"), Lines: 218, Waiting: 212,
		Evidence: "Their passwords stand in a list that was for sale on 21 November.",
		Lists: []desk.LockList{some("waiting", 212, "ada", "bob@example.org", "u-1003"),
			some("unknown", 2, "adaa", "nobody@example.org"),
			some("ambiguous", 1, "shared@example.org"),
			some("already_locked", 1, "carla"), some("closed", 1, "dora"), some("twice", 1, "ADA")}}
	m.Lists[0].More = "/staff/lock/one?after=100&outcome=waiting"
	return m
}

func sampleLocked() desk.LockList {
	return desk.LockList{Outcome: "locked", Count: 62, Lines: []desk.LockLine{
		{Line: "1", Typed: "ada", Username: "ada", Account: "/staff/accounts/u-1001",
			Case: "C-1042", CasePath: "/staff/cases/C-1042"},
		{Line: "2", Typed: "bob@example.org", Username: "bob", Account: "/staff/accounts/u-1002",
			Case: "C-1043", CasePath: "/staff/cases/C-1043"}}}
}
