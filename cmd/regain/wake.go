package main

import (
	"regain/security"
	"regain/security/guided"
	"regain/security/inbound"
	"regain/security/lockout"
	"regain/security/notice"
	"regain/security/privacy"
)

// wake makes the workers look at once that have something to do after the writes. It never blocks. They
// look now and then of themselves too, for what another process has left and for what was not done.
func (s *server) wake(writes []security.Write) {
	for _, w := range writes {
		switch w := w.(type) {
		case guided.PutRequest:
			nudge(s.wakeup)
		case lockout.StartLockJob:
			nudge(s.locking)
		case privacy.AskExport:
			nudge(s.copying)
		case inbound.PutMail:
			nudge(s.reading)
		case security.Enqueue:
			s.wakeCourier(w.Mail.Lane)
		}
	}
}

// wakeCourier wakes one courier after the other, and besides, for what somebody waits for, the one that
// carries nothing else.
func (s *server) wakeCourier(lane notice.Lane) {
	if len(s.mail) == 0 {
		return
	}
	if lane == notice.LaneAwaited {
		s.mail[0].Wake()
	}
	rest := s.mail[min(1, len(s.mail)-1):]
	rest[s.turn.Add(1)%uint64(len(rest))].Wake()
}

func nudge(worker chan struct{}) {
	select {
	case worker <- struct{}{}:
	default:
	}
}
