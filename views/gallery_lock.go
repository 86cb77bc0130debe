package views

import "strconv"

func lockSamples() []Sample {
	jobs := []LockJobLine{
		{"/staff/lock/one", "draft", "22 November 2026, 10:20", "Ines Rocha", "0", "212"},
		{"/staff/lock/two", "running", "22 November 2026, 10:02", "Omar Haddad", "4200", "5800"},
		{"/staff/lock/three", "done", "20 November 2026, 09:30", "Ines Rocha", "17", "0"},
	}
	wrong := StaffLock{Page: staffPage(bad("list", "list_empty"), bad("cause", "cause_unknown"),
		bad("evidence", "evidence_missing")), Jobs: jobs}
	long := StaffLock{Page: staffPage(bad("list", "list_long", "20000"),
		bad("evidence", "evidence_long", "4000")), List: longWord + "\n" + longText, FromFile: true,
		Cause: "hijacked", Evidence: longText,
		Jobs: []LockJobLine{{"/staff/lock/one", "done", longText, longText, "10000", "0"}}}
	inert := StaffLock{Page: staffPage(bad("list", "list_long", "20000")), List: markup,
		Evidence: markup, Jobs: []LockJobLine{{"javascript:alert(1)", "done", markup, markup, "1", "0"}}}
	list := []Sample{
		{"staff-lock/normal", StaffLock{Page: staffPage(), Jobs: jobs}.View()},
		{"staff-lock/empty", StaffLock{Page: staffPage()}.View()},
		{"staff-lock/wrong", wrong.View()},
		{"staff-lock/long", long.View()},
		{"staff-lock/markup", inert.View()},
	}
	return append(list, lockJobSamples()...)
}

func lockJobSamples() []Sample {
	change := func(name string, set func(*StaffLockJob)) Sample {
		m := sampleLockJob()
		set(&m)
		return Sample{"staff-lock-job/" + name, m.View()}
	}
	return []Sample{
		change("draft", func(*StaffLockJob) {}),
		change("others", func(m *StaffLockJob) { m.Others = true }),
		change("one", func(m *StaffLockJob) {
			m.Lines, m.Waiting, m.Lists = 1, 1, m.Lists[:1]
			m.Lists[0].Count, m.Lists[0].More, m.Lists[0].Lines = 1, "", m.Lists[0].Lines[:1]
		}),
		change("nobody", func(m *StaffLockJob) {
			m.Lines, m.Waiting, m.Lists = m.Lines-m.Waiting, 0, m.Lists[1:]
		}),
		change("part", func(m *StaffLockJob) { m.Part, m.Lists = true, m.Lists[:1] }),
		change("running", func(m *StaffLockJob) {
			m.Page = flashed(m.Page, "lock_started")
			m.State, m.StartedAt = "running", "22 November 2026, 10:21"
			m.Waiting, m.Locked = 150, 62
			m.Lists[0].Count = 150
			m.Lists = append([]LockList{sampleLocked()}, m.Lists...)
		}),
		change("done", func(m *StaffLockJob) {
			m.State, m.StartedAt, m.DoneAt = "done", "22 November 2026, 10:21", "22 November 2026, 10:22"
			m.Waiting, m.Locked, m.Lists[0] = 0, 212, sampleLocked()
			m.Lists[0].Count = 212
		}),
		change("long", func(m *StaffLockJob) { fillLockJob(m, longWord, longText) }),
		change("markup", func(m *StaffLockJob) { fillLockJob(m, markup, markup) }),
	}
}

func fillLockJob(m *StaffLockJob, word, text string) {
	m.By, m.Evidence, m.Path = text, text, "javascript:"+word
	m.Lists = []LockList{{Outcome: "locked", Count: 1, More: "javascript:" + word, Lines: []LockLine{
		{"1", word, word, "javascript:" + word, word, "javascript:" + word}}},
		{Outcome: "unknown", Count: 1, Lines: []LockLine{{Line: "20000", Typed: word}}}}
}

func sampleLockJob() StaffLockJob {
	line := 0
	some := func(outcome string, count int, typed ...string) LockList {
		l := LockList{Outcome: outcome, Count: count}
		for _, t := range typed {
			line++
			l.Lines = append(l.Lines, LockLine{Line: strconv.Itoa(line), Typed: t,
				Username: "ada" + strconv.Itoa(line),
				Account:  "/staff/accounts/u-1001"})
		}
		return l
	}
	m := StaffLockJob{Page: staffPage(), Path: "/staff/lock/one", State: "draft", By: "Ines Rocha",
		DraftedAt: "22 November 2026, 10:20", CheckedAt: "10:22 (UTC)", Lines: 218, Waiting: 212,
		Evidence: "Their passwords stand in a list that was for sale on 21 November.",
		Lists: []LockList{some("waiting", 212, "ada", "bob@example.org", "u-1003"),
			some("unknown", 2, "adaa", "nobody@example.org"), some("ambiguous", 1, "shared@example.org"),
			some("already_locked", 1, "carla"), some("closed", 1, "dora"), some("twice", 1, "ADA")}}
	m.Lists[0].More = "/staff/lock/one?after=100&outcome=waiting"
	return m
}

func sampleLocked() LockList {
	return LockList{Outcome: "locked", Count: 62, Lines: []LockLine{
		{"1", "ada", "ada", "/staff/accounts/u-1001", "C-1042", "/staff/cases/C-1042"},
		{"2", "bob@example.org", "bob", "/staff/accounts/u-1002", "C-1043", "/staff/cases/C-1043"}}}
}
