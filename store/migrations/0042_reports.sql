-- +goose Up

-- A ticket may be about no account: what strangers report is about nobody whom we know. Those that
-- there are keep theirs.
CREATE TABLE tickets_now (
	id         TEXT PRIMARY KEY,
	number     TEXT NOT NULL UNIQUE,
	account_id TEXT CONSTRAINT tickets_account_id_fkey REFERENCES accounts (id), -- NULL: about none
	case_id    TEXT NOT NULL,
	department TEXT NOT NULL,
	status     TEXT NOT NULL,
	priority   TEXT NOT NULL,
	subject    TEXT NOT NULL,
	opened_at  BIGINT NOT NULL,
	own_case   TEXT, -- the case whose single ticket this is; NULL for adopted ones
	version    BIGINT NOT NULL,
	topic      TEXT NOT NULL DEFAULT '',
	assignee   TEXT NOT NULL DEFAULT '',
	due_at     BIGINT NOT NULL DEFAULT 0,
	kind       TEXT NOT NULL DEFAULT '',
	asked      TEXT NOT NULL DEFAULT '',
	updated_at BIGINT NOT NULL DEFAULT 0,
	woken_at   BIGINT NOT NULL DEFAULT 0, -- when it was last opened again
	UNIQUE (own_case)
);
INSERT INTO tickets_now SELECT id, number, account_id, case_id, department, status, priority, subject,
	opened_at, own_case, version, topic, assignee, due_at, kind, asked, updated_at, 0 FROM tickets;
DROP TABLE tickets;
ALTER TABLE tickets_now RENAME TO tickets;
CREATE INDEX tickets_account ON tickets (account_id, opened_at);
CREATE INDEX tickets_queue ON tickets (department, status, opened_at);
CREATE INDEX tickets_due ON tickets (department, status, due_at, id);
CREATE INDEX tickets_taken ON tickets (department, status, assignee, due_at, id);
CREATE INDEX tickets_updated ON tickets (updated_at, id, status, department);
CREATE INDEX tickets_updated_of ON tickets (account_id, updated_at, id);

-- A campaign is what several people report of one fraud, with one ticket.
CREATE TABLE campaigns (
	id         TEXT PRIMARY KEY,
	number     TEXT NOT NULL UNIQUE,
	ticket_id  TEXT NOT NULL UNIQUE,
	kind       TEXT NOT NULL, -- of its first report
	name       TEXT NOT NULL, -- the host, domain or job by which staff know it; '' for none
	first_at   BIGINT NOT NULL,
	last_at    BIGINT NOT NULL,
	reports    BIGINT NOT NULL,
	reporters  BIGINT NOT NULL, -- different ones
	verdict    TEXT NOT NULL,   -- '' before Trust & Safety has decided
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	version    BIGINT NOT NULL
);
CREATE INDEX campaigns_last ON campaigns (last_at, id);

-- By what a report is known to belong to a campaign: "host:", "dkim:", "body:", "job:" and what it is.
CREATE TABLE campaign_keys (
	key         TEXT PRIMARY KEY,
	campaign_id TEXT NOT NULL REFERENCES campaigns (id),
	at          BIGINT NOT NULL
);
CREATE INDEX campaign_keys_of ON campaign_keys (campaign_id, key);

CREATE TABLE reports (
	id          TEXT PRIMARY KEY,
	number      TEXT NOT NULL UNIQUE,
	campaign_id TEXT NOT NULL REFERENCES campaigns (id),
	account_id  TEXT REFERENCES accounts (id), -- NULL: a stranger
	reporter    TEXT NOT NULL, -- keyed digest of who it was: an account, an address or a network
	kind        TEXT NOT NULL,
	via         TEXT NOT NULL,
	at          BIGINT NOT NULL,
	said        TEXT NOT NULL, -- in the words of the reporter
	subject     TEXT NOT NULL, -- of the mail
	sender      TEXT NOT NULL, -- as the mail says it
	link        TEXT NOT NULL,
	job         TEXT NOT NULL, -- link or id of a job or a person
	asked       TEXT NOT NULL, -- what was asked for, codes
	address     TEXT NOT NULL, -- sealed; of a stranger who wrote by mail, '' for none
	verdict     TEXT NOT NULL, -- what was known at once
	reasons     TEXT NOT NULL, -- of that, codes
	joined      TEXT NOT NULL, -- the key by which it joined its campaign; '' when it opened it
	file        TEXT NOT NULL, -- name of the original
	size        BIGINT NOT NULL, -- of the original in bytes, 0 when there is none
	digest      TEXT NOT NULL, -- SHA-256 of the original in hex
	owed        BOOLEAN NOT NULL, -- the reporter is yet to be told of the verdict
	told        TEXT NOT NULL, -- the verdict that the reporter was told of
	told_at     BIGINT NOT NULL
);
CREATE INDEX reports_of ON reports (campaign_id, at, id);
CREATE INDEX reports_reporter ON reports (campaign_id, reporter);
CREATE INDEX reports_account ON reports (account_id, at, id);
CREATE INDEX reports_at ON reports (at, id);
CREATE INDEX reports_owed ON reports (id) WHERE owed;

-- What was reported, byte for byte: compressed, cut into parts and sealed.
CREATE TABLE originals (
	id        TEXT PRIMARY KEY,
	report_id TEXT NOT NULL REFERENCES reports (id),
	part      BIGINT NOT NULL,
	sealed    TEXT NOT NULL
);
CREATE UNIQUE INDEX originals_part ON originals (report_id, part);

-- Hosts that the checks warn of.
CREATE TABLE blocked_hosts (
	id        TEXT PRIMARY KEY,
	host      TEXT NOT NULL, -- in the form that is compared; it stands for every host below it too
	by_staff  TEXT NOT NULL,
	at        BIGINT NOT NULL,
	campaign  TEXT NOT NULL, -- number; '' for none
	lifted_by TEXT NOT NULL,
	lifted_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX blocked_hosts_live ON blocked_hosts (host) WHERE lifted_at = 0;
CREATE INDEX blocked_hosts_at ON blocked_hosts (at, id);

INSERT INTO counters (name, value) VALUES ('report', 1000);
INSERT INTO counters (name, value) VALUES ('campaign', 0);
