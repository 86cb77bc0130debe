package main

import (
	"slices"

	"github.com/alecthomas/kong"

	"regain/cmd/regain/doctor"
	"regain/cmd/regain/drill"
	"regain/cmd/regain/hostcmd"
	"regain/cmd/regain/settings"
	"regain/cmd/regain/setup"
	"regain/security/apikey"
	"regain/security/webhook"
)

// commandLine is what every command understands.
type commandLine struct {
	settings.Config `embed:"" group:"settings"`

	Version kong.VersionFlag `help:"Print the version and stop."`
}

// command is a first word of the command line. Its help may name words that it
// understands.
type command struct {
	name, help string
	run        any // a pointer to its flags and commands
	words      kong.Vars
}

// commands are the command line in the order of its help.
func commands() []command {
	return []command{
		{"init", "Set up a portal: settings, secret, unit, the first two staff.", new(setup.Command), nil},
		{"dev", "Try everything on this machine: demo people, mails on a page.", new(devCmd), nil},
		{"serve", "Run the portal. Migrates the database first.", new(serveCmd), nil},
		{"migrate", "Bring the database to the form of this version.", new(migrateCmd), nil},
		{"account", "Import and show accounts.", new(accountCmd), nil},
		{"organisation", "Import and show organisations to whom accounts belong.", new(organisationCmd), nil},
		{"login", "Import logins.", new(loginCmd), nil},
		{"activity", "Import account activity.", new(activityCmd), nil},
		{"ticket", "Import and list tickets.", new(ticketCmd), ticketWords},
		{"lock", "Put a security lockout on an account.", new(lockCmd), nil},
		{"link", "Mail a fresh recovery link to the address on file.", new(linkCmd), nil},
		{"case", "Show a case.", new(caseCmd), nil},
		{"staff", "Invite, list and disable staff.", new(staffCmd), nil},
		{"key", "Make, list and revoke keys of the API.", new(hostcmd.Key),
			kong.Vars{"scopes": hostcmd.WordsOf(apikey.Scopes, ", ")}},
		{"webhook", "Tell programs of the marketplace what happens to accounts.", new(hostcmd.Webhook),
			kong.Vars{"events": hostcmd.WordsOf(webhook.Types, ", ")}},
		{"sso", "Say by whose sign-in the members of organisations come in.", new(hostcmd.SSO), nil},
		{"signal", "Say whose signals about people are believed, and who hears ours.", new(hostcmd.Signal), nil},
		{"audit", "Check the audit trail.", new(auditCmd), nil},
		{"backup", "Copy an SQLite database while the portal runs.", new(backupCmd), nil},
		{"secret", "Change the secret.", new(secretCmd), nil},
		{"sessions", "End sessions, links and codes.", new(sessionsCmd), nil},
		{"restore", "Put a copy of an SQLite database back, or end what one let in again.", new(restoreCmd), nil},
		{"drill", "Lock an account that nobody has, and walk through the real pages.", new(drill.Command), nil},
		{"doctor", "Check settings, database, mail server, clock and data.", new(doctor.Command), nil},
	}
}

// commandsFor adds the commands that args may mean. To make all of them known takes
// longer than a short command does, so that where args name some, it is those.
func commandsFor(args []string) kong.Option {
	named := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(args, w) })
	}
	all := commands()
	some := slices.DeleteFunc(slices.Clone(all), func(c command) bool { return !named(c.name) })
	if len(some) == 0 && !named("--version") || named("--help", "-h") {
		some = all
	}
	return kong.OptionFunc(func(k *kong.Kong) error {
		for _, c := range some {
			if err := c.words.Apply(k); err != nil {
				return err
			}
			if err := kong.DynamicCommand(c.name, c.help, "", c.run).Apply(k); err != nil {
				return err
			}
		}
		return nil
	})
}
