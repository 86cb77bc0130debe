package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"regain/security/password"
	"regain/security/survive"
	"regain/views/words"
)

// How often the workers look when nobody wakes them.
const (
	resolveEvery  = time.Second
	escalateEvery = time.Minute
	closeEvery    = time.Minute
	carryOutEvery = time.Minute
	tellEvery     = time.Minute
	rereadEvery   = time.Minute
	exportEvery   = time.Minute
	sweepEvery    = time.Hour
	headEvery     = time.Hour
	headLines     = 1000 // after so many a signed head is logged too
)

// work starts the workers. The returned function waits until all have ended,
// which they do once ctx ends.
func (s *server) work(ctx context.Context) (finished func()) {
	var running sync.WaitGroup
	running.Go(func() { s.once(ctx, prepare) })
	running.Go(func() { s.every(ctx, resolveEvery, s.wakeup, s.resolve) })
	running.Go(func() { s.every(ctx, resolveEvery, s.locking, s.lock) })
	for range 2 { // one may wait for the DNS
		running.Go(func() { s.every(ctx, resolveEvery, s.reading, s.service.Inbound.Work) })
	}
	running.Go(func() { s.every(ctx, escalateEvery, nil, s.escalate) })
	running.Go(func() { s.every(ctx, closeEvery, nil, s.closeHalf) })
	running.Go(func() { s.every(ctx, carryOutEvery, nil, s.carryOut) })
	running.Go(func() { s.every(ctx, carryOutEvery, nil, s.service.Drill.SweepAll) })
	running.Go(func() { s.every(ctx, tellEvery, nil, untilNone(s.service.Alert.TellWaiting)) })
	running.Go(func() { s.every(ctx, resolveEvery, nil, untilNone(s.service.Report.TellReporters)) })
	running.Go(func() { s.every(ctx, sweepEvery, nil, s.sweep) })
	running.Go(func() { s.every(ctx, sweepEvery, nil, s.removeOld) })
	running.Go(func() { s.every(ctx, resolveEvery, nil, s.service.Attach.CheckDue) })
	running.Go(func() { s.every(ctx, exportEvery, s.copying, s.export) })
	running.Go(func() {
		s.every(ctx, resolveEvery, s.hooking, s.hooks.Run)
		s.hooks.Wait()
	})
	running.Go(func() { s.every(ctx, sweepEvery, nil, s.service.Signals.RotateOld) })
	running.Go(func() { s.every(ctx, headEvery, s.heading, s.head) })
	running.Go(func() { s.every(ctx, rereadEvery, s.reloads, s.reread) })
	if s.certs != nil {
		running.Go(func() { s.every(ctx, rereadEvery, s.recert, s.certs.Work) })
	}
	for _, c := range s.mail {
		running.Go(func() { s.every(ctx, resolveEvery, nil, c.Run) })
	}
	return running.Wait
}

// every does job now, whenever a pause is over, and when it is woken. A job
// that fails or panics is logged and comes again.
func (s *server) every(ctx context.Context, pause time.Duration, woken <-chan struct{},
	job func(context.Context) error) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for ctx.Err() == nil {
		s.once(ctx, job)
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-woken:
		}
	}
}

// once does job. That it fails or panics is logged, but not at the end.
func (s *server) once(ctx context.Context, job func(context.Context) error) {
	if err := survive.Panic(func() error { return job(ctx) }); err != nil && ctx.Err() == nil && s.outage.Tell(err, time.Now()) {
		s.log.Error("failure", "error", err.Error())
	}
}

// prepare loads, while the portal answers already, what the first owner who chooses a password would
// wait for. What it took to make that is given back.
func prepare(context.Context) error {
	defer debug.FreeOSMemory()
	words.English.Prepare() // the first page waits for these
	return password.Prepare()
}

// resolve answers all requests that wait.
func (s *server) resolve(ctx context.Context) error {
	for {
		n, err := s.service.Guided.ResolveRequests(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

// head logs where the audit trail ends, so that what the log collector holds shows whether it was cut.
func (s *server) head(ctx context.Context) error {
	h, err := s.db.Head(ctx)
	if err == nil {
		s.log.Info("audit_head", "seq", h.Seq, "head", h.Head, "key", h.Key, "at", h.At)
		s.metrics.Headed(clock())
	}
	return err
}

// lock goes on with the bulk locks that were started.
func (s *server) lock(ctx context.Context) error {
	_, err := s.service.Lockout.RunLockJobs(ctx)
	return err
}

func (s *server) escalate(ctx context.Context) error {
	_, err := s.service.Desk.EscalateWaiting(ctx)
	return err
}

// carryOut makes the changes that two people agreed to, once owners had the time to stop them.
func (s *server) carryOut(ctx context.Context) error {
	_, err := s.service.Desk.CarryOutDue(ctx)
	return err
}

// closeHalf closes the sign-ins that never came to their second step.
func (s *server) closeHalf(ctx context.Context) error {
	_, err := s.service.SignIn.CloseHalfSignIns(ctx)
	return err
}

// sweep forgets what strangers left for a while, and records what was only counted.
func (s *server) sweep(ctx context.Context) error {
	_, _, err := s.service.Attach.Sweep(ctx)
	return errors.Join(s.db.Sweep(ctx, s.service.Now()), s.service.Privacy.SumStrangers(ctx), err)
}

// untilNone does a job until it finds nothing more to do.
func untilNone(job func(context.Context) (int, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		for {
			if n, err := job(ctx); err != nil || n == 0 {
				return err
			}
		}
	}
}

// removeOld deletes what was kept for long enough. Who wants to know how much, reads the events.
func (s *server) removeOld(ctx context.Context) error {
	_, err := s.service.Privacy.RemoveOld(ctx)
	return err
}

// export makes the copies of their data that owners have asked for.
func (s *server) export(ctx context.Context) error {
	_, err := s.service.Privacy.BuildExports(ctx)
	return err
}

// hangup has the country data and the certificates looked at on SIGHUP, until the returned function is called.
func (s *server) hangup() (stop func()) {
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	go func() {
		for range heard {
			nudge(s.reloads)
			nudge(s.recert)
		}
	}()
	return func() {
		signal.Stop(heard)
		close(heard)
	}
}

// reread takes country data that were replaced while the portal runs.
func (s *server) reread(context.Context) error {
	if s.places == nil {
		return nil
	}
	changed, err := s.places.refresh()
	if changed {
		s.log.Info("country_data_read", "path", s.places.path)
	}
	return err
}
