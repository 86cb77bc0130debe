package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"os"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// Settings of both SQLite pools. A cached statement saves the parsing, which
// is a good part of a short transaction. SQLite does not look at a deadline
// while it waits for the lock of another process, so it waits for a second only
// and Again does the rest.
const sqliteCommon = "?_busy_timeout=1000&_foreign_keys=on&_stmt_cache_size=128"

// pages is how much the writer keeps of the file, in KiB below zero. With the 2 MiB that SQLite
// takes by itself, what an import touches is written and read again before its commit.
const pages = "-16000"

// checkpoint is after how many pages of the write-ahead log they are brought into the file itself. A page that
// many commits change is written there once: four times as many as SQLite has by itself are a sixth less to write
// for each commit. The index of the log finds a page among so many in one step
// (https://sqlite.org/walformat.html, 4062 in the first block of its hash table).
const checkpoint = "4000"

// settle are the settings of the writer that its address cannot hold. What a statement may have to take back is
// kept in memory: in a file it is more than a third of what an import writes.
const settle = "PRAGMA wal_autocheckpoint = " + checkpoint + "; PRAGMA temp_store = MEMORY"

// writer makes connections that write, from the settings of one.
type writer string

// Connect implements driver.Connector.
func (w writer) Connect(context.Context) (driver.Conn, error) {
	c, err := w.Driver().Open(string(w))
	if err != nil {
		return nil, err
	}
	if _, err := c.(*sqlite3.SQLiteConn).Exec(settle, nil); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Driver implements driver.Connector.
func (writer) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

// readers is how many SQLite connections read at once.
const readers = 4

// openSQLite makes a pool of one writer, so that writers wait for each other
// inside the process instead of running into busy errors, and one of readers,
// which never wait.
func openSQLite(path string) (write, read *sql.DB, err error) {
	if path == ":memory:" {
		return nil, nil, errors.New("sqlite: needs the path of a file")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, err
	}
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	write = sql.OpenDB(writer(File(path) +
		"&_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_secure_delete=on&_cache_size=" + pages))
	write.SetMaxOpenConns(1)
	read, err = sql.Open("sqlite3", File(path)+"&mode=ro&_query_only=true")
	if err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return write, read, nil
}

// File is path as an SQLite URI, up to and with the settings that all connections share.
func File(path string) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path) +
		sqliteCommon
}
