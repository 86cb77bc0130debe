package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"regain/cmd/regain/certs"
	"regain/cmd/regain/gauge"
	"regain/cmd/regain/hook"
	"regain/cmd/regain/inbound"
	"regain/cmd/regain/logs"
	"regain/cmd/regain/trace"
	"regain/handlers"
	"regain/handlers/web"
	"regain/security"
	"regain/security/notice"
	"regain/store"
	"regain/store/trail"
	"regain/views/words"
)

type serveCmd struct{}

// Run serves until the context ends, then finishes what is under way.
func (serveCmd) Run(ctx context.Context, p *program) (err error) {
	if err := p.settings.NeedToServe(); err != nil {
		return err
	}
	limitMemory(p.getenv)
	go words.English.Prepare() // while the database opens
	public, err := listen(p.settings.Listen, "--listen")
	if err != nil {
		return err
	}
	x, err := openPortal(ctx, p.settings)
	if err != nil {
		return errors.Join(err, public.Close())
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	s, err := newServer(x, p.stderr, slog.LevelInfo, p.getenv)
	if err == nil {
		err = errors.Join(s.checkReplica(ctx), x.service.Federation.Settle(ctx, security.Operator("serve"),
			p.settings.StaffIssuer, p.settings.OwnMachine()))
	}
	if err != nil {
		return errors.Join(err, public.Close())
	}
	return s.run(ctx, public)
}

// replicaPatience bounds how long a start waits for the replica.
const replicaPatience = 5 * time.Second

// checkReplica refuses to serve with a replica of another database. One that is away is no reason not
// to start: it is not asked then.
func (s *server) checkReplica(ctx context.Context) error {
	if s.settings.Replica == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, replicaPatience)
	defer cancel()
	_, err := store.Behind(ctx, s.db)
	if errors.Is(err, trail.ErrStranger) {
		return failure{"foreign_replica", "REGAIN_DATABASE_REPLICA: " + err.Error()}
	}
	if err != nil {
		s.log.Warn("replica_unavailable", "error", err.Error())
	}
	return nil
}

// memoryLimit is where the garbage collector works harder: room for a hash in each
// slot and for everything else, on a small machine.
const memoryLimit = 768 << 20

// limitMemory sets the limit, unless the operator has chosen one.
func limitMemory(getenv func(string) string) {
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// listen takes the port, or says in words who has it.
func listen(address, flag string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, failure{"port_taken", "another program listens on " + address +
			" already; stop it, or choose another port with " + flag}
	}
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return l, nil
}

// refuseAfter is longer than a hash of the usual costs takes: our own, and bcrypt of cost 12.
const refuseAfter = 500 * time.Millisecond

// server is the portal as it runs: the pages and the workers behind them.
type server struct {
	*portal
	log              *slog.Logger
	metrics          *gauge.Metrics
	traces           *trace.Tracer // nil for none
	ready            *gauge.Readiness
	mail             []*notice.Courier // none without a mail server
	turn             atomic.Uint64     // of the courier that is woken next
	outage           logs.Outage
	hooks            *hook.Runner
	hooking          chan struct{} // for the webhooks
	wakeup           chan struct{} // for the resolver
	locking, reading chan struct{} // for the bulk locks, and for mail that comes in
	copying          chan struct{} // for the copies of owners' data
	heading          chan struct{} // for the signed heads of the audit trail
	reloads          chan struct{} // for the country data
	lines            atomic.Int64  // of the audit trail, since the start
	certs            *certs.Keeper // nil: something else speaks TLS
	recert           chan struct{} // for it
	dev              *handlers.Dev
}

func newServer(x *portal, to io.Writer, level slog.Level, getenv func(string) string) (*server, error) {
	logs.IgnoreBrokenPipes()
	pipe := logs.NewPipe(to)
	x.closers = append(x.closers, pipe)
	s := &server{portal: x, metrics: gauge.New(x.sources()), wakeup: make(chan struct{}, 1),
		locking: make(chan struct{}, 1), reading: make(chan struct{}, 1), copying: make(chan struct{}, 1),
		heading: make(chan struct{}, 1), reloads: make(chan struct{}, 1),
		ready: gauge.NewReadiness(x.db.Ping, time.Now)}
	s.log = slog.New(logs.New(pipe, level))
	s.metrics.Registry.MustRegister(pipe.Metric())
	var err error
	s.traces, err = trace.New(trace.Setup{Getenv: getenv, Version: version, Proxies: x.settings.TrustedProxies, Log: s.log})
	if err != nil {
		return nil, failure{"traces", err.Error()}
	}
	x.closers = append([]io.Closer{s.traces}, x.closers...)
	s.hooks, s.hooking = hook.NewRunner(x.service.Webhooks, s.traces.Webhooks(x.hookClient().Send), s.log,
		s.metrics.Hooks), make(chan struct{}, 1)
	x.db.Committed, x.db.Watched, x.service.Core.Limited = s.committed, s.watched, s.metrics.Limited
	if m := x.service.Attach.Means; m != nil {
		m.Scanner = s.traces.Scans(s.metrics.Scans(m.Scanner))
	}
	if x.settings.TLS.On() {
		s.certs, s.recert = certs.New(x.settings.TLS, x.service.Certificates, s.log), make(chan struct{}, 1)
		s.metrics.Certificates(x.settings.TLS.Hosts, s.certs.Expiry)
	}
	x.service.Passwords.Outage = func(err error) {
		s.log.Warn("breach_list_unavailable", "error", err.Error())
	}
	if x.settings.Mail == "" {
		return s, nil
	}
	through, err := x.sender()
	if err != nil {
		return nil, err
	}
	s.mail = x.couriers(s.traces.Mails(s.metrics.Mails(through)), s.mailTrouble)
	return s, nil
}

// committed hears of every commit of this process: the counters and the log of its event, the
// workers of what it left for them to do.
func (s *server) committed(ctx context.Context, c security.Change) {
	s.metrics.Committed(c.Event)
	logs.Event(ctx, s.log, c.Event)
	s.wake(c.Writes)
	if hook.Tells(c) {
		nudge(s.hooking)
	}
	if s.lines.Add(1)%headLines == 0 {
		nudge(s.heading)
	}
}

// finishTime is how long requests that are under way may take at the end.
const finishTime = 20 * time.Second

// run serves on public until ctx ends. Requests come to their end first, then
// the workers, so that what they queue is not left behind.
func (s *server) run(ctx context.Context, public net.Listener) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	servers, failed, err := s.listeners(work, public)
	if err != nil {
		return err
	}
	defer s.hangup()()
	mails, err := inbound.Start(s.settings.Inbound, s.service.Inbound, s.settings.MailHelo, s.log, failed,
		s.metrics.MailRefused)
	if err != nil {
		return errors.Join(err, public.Close())
	}
	finished := s.work(work)
	s.log.Info("sys_startup", "version", version, "listen", public.Addr().String(),
		"database", s.db.Engine())
	s.advise()
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	end, cancel := context.WithTimeout(work, finishTime)
	defer cancel()
	err = errors.Join(err, mails.Shutdown(end))
	for _, server := range servers {
		err = errors.Join(err, server.Shutdown(end))
	}
	stop()
	finished()
	s.log.Info("sys_shutdown")
	return err
}

// longestCode is the longest life that ASVS 6.5.5 grants a mailed code.
const longestCode = 10 * time.Minute

// advise warns of settings with which the portal runs, but not as well as it could.
func (s *server) advise() {
	for _, name := range s.settings.Strays {
		s.log.Warn("setting_unknown", "description", "there is no setting "+name+"; it changes nothing")
	}
	if len(s.mail) == 0 {
		s.log.Warn("mail_off", "description", "REGAIN_MAIL is not set: mails stay queued")
	}
	if s.settings.CodeTTL > longestCode {
		s.log.Warn("code_ttl_long", "description",
			"REGAIN_CODE_TTL is above 10m; ASVS 6.5.5 asks for 10 minutes at most")
	}
	if s.settings.ReproofWait == 0 {
		s.log.Warn("reproof_wait_off", "description", "REGAIN_REPROOF_WAIT is 0: what two people "+
			"agreed to happens at once, and no owner can stop it")
	}
}

// pages is the portal for browsers, and for programs that have no listener of their own.
func (s *server) pages() http.Handler { return s.traces.Requests(web.Handler(s.answers())) }

// answers is what the portal needs to answer.
func (s *server) answers() *handlers.Server {
	c := s.settings
	return &handlers.Server{Security: s.service, Log: s.log, Answered: s.answered,
		Ready: s.ready.Check, Dev: s.dev, Proxies: networks(c.TrustedProxies),
		RefuseAfter: refuseAfter, Languages: s.languages(), Authorities: c.Authorities, APIApart: c.APIListen != "", Names: c.Names(), Preload: c.Preload,
		CookieKeys: cookieKeys(s.service.Keys),
		Site: handlers.Site{BaseURL: c.BaseURL, StaffURL: c.StaffURL, Brand: c.Brand, HostURL: c.HostURL,
			SupportEmail: c.SupportEmail, AbuseEmail: c.AbuseEmail, Sender: c.MailFrom}}
}

// networks are the trusted proxies in the form that the router wants.
func networks(prefixes []netip.Prefix) []*net.IPNet {
	var all []*net.IPNet
	for _, p := range prefixes {
		all = append(all, &net.IPNet{IP: p.Addr().AsSlice(),
			Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())})
	}
	return all
}
