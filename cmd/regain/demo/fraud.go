package demo

import (
	"context"
	"fmt"
	"time"

	"regain/security"
	"regain/security/report"
	"regain/security/staff"
)

// reported is what somebody passes on to the abuse address, so long before the demo begins.
type reported struct {
	ago  time.Duration
	from string
	said string
}

// The frauds of the demo: a mail that goes around at the moment, and a job of the day before yesterday.
var (
	phished = []reported{
		{7 * time.Hour, "rita@example.net", "I nearly typed my password. Is this from you?"},
		{6*time.Hour + 40*time.Minute, "omar@example.org", ""},
		{6 * time.Hour, "lena@example.com", "My colleague got the same one."},
		{4 * time.Hour, "piet@example.net", ""},
		{4*time.Hour - 10*time.Minute, "yuki@example.org", "The button leads to a strange address."},
		{90 * time.Minute, "sara@example.com", ""},
	}
	swindled = []reported{
		{40 * time.Hour, "jonas@example.net", "They want 80 dollars before I may begin."},
		{38 * time.Hour, "amina@example.org", "Same job, same fee."},
		{31 * time.Hour, "luca@example.com", "I paid. Can I get it back?"},
	}
)

// Hosts of the frauds.
const (
	PhishingHost = "market-login.example"
	scamHost     = "easy-payout.example"
)

// phishing is the mail that goes around. Nothing in it is true.
const phishing = "From: Account Help <help@" + PhishingHost + ">\r\nTo: you@example.org\r\n" +
	"Subject: Your account will be closed today\r\nMessage-ID: <4711@" + PhishingHost + ">\r\n\r\n" +
	"Dear customer,\r\n\r\nsomebody tried to use your account. If you do not confirm your password within " +
	"two hours, it will be closed and your money is lost:\r\n\r\nhttps://" + PhishingHost +
	"/signin?id=20931\r\n\r\nAccount Help\r\n"

// scam is the mail about the job.
const scam = "From: Hiring Desk <jobs@" + scamHost + ">\r\nTo: you@example.org\r\n" +
	"Subject: You are hired\r\nMessage-ID: <12@" + scamHost + ">\r\n\r\n" +
	"Good news: you are hired, 90 dollars an hour. Pay the fee of 80 dollars for your equipment first:" +
	"\r\n\r\nhttps://" + scamHost + "/fee\r\n"

// defraud plays what was reported, and what tara has made of it. It goes on where the clock of whoever
// reported last stands.
func (s *seeder) defraud(ctx context.Context, tara *staff.Member) error {
	old, err := s.pass(ctx, swindled, scam)
	if err != nil {
		return err
	}
	s.at = s.now.Add(-30 * time.Hour)
	tara.Session.ProvedAt = s.at
	err = s.service.Report.Decide(ctx, tara, old.Number, old.Version, report.Scam)
	if err != nil {
		return fmt.Errorf("decide campaign: %w", err)
	}
	if err := s.service.Report.Block(ctx, tara, scamHost, old.Number); err != nil {
		return fmt.Errorf("block host: %w", err)
	}
	if _, err := s.service.Report.TellReporters(ctx); err != nil {
		return err
	}
	if err := s.deliver(ctx); err != nil {
		return err
	}
	if _, err := s.pass(ctx, phished, phishing); err != nil {
		return err
	}
	s.at = s.now.Add(-20 * time.Minute)
	_, err = s.service.Report.Take(ctx, security.Actor{Kind: security.ByStranger,
		Visitor: security.Visitor{IP: Vietnam}}, report.What{Kind: report.Link, Via: report.ViaPage,
		Link: "https://" + PhishingHost + "/signin", Said: "This came in a chat."})
	return err
}

// pass plays reports of one mail, and returns the campaign as the last one left it.
func (s *seeder) pass(ctx context.Context, all []reported, mail string) (c report.Campaign, err error) {
	for _, r := range all {
		s.at = s.now.Add(-r.ago)
		t, err := s.service.Report.Take(ctx, security.Actor{Kind: security.ByStranger}, report.What{
			Kind: report.Mail, Via: report.ViaMail, From: r.from, Said: r.said, Original: []byte(mail)})
		if err != nil {
			return c, fmt.Errorf("report of %s: %w", r.from, err)
		}
		c = t.Campaign
	}
	return c, nil
}
