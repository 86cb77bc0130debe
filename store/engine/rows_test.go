package engine_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"regain/store/engine"
)

func TestAddOnPostgresTakesAnArrayForEveryColumn(t *testing.T) {
	t.Parallel()
	type code string
	const insert = "INSERT INTO things (id, kind, at, n, open, sealed)"
	rows := [][]any{{"a", code("x"), int64(7), 1, true, []byte{1}},
		{"b", code("y"), int64(8), 2, false, []byte{}}}
	q, args := engine.Postgres.Add(insert, " ON CONFLICT DO NOTHING", rows)
	want := insert + " SELECT * FROM unnest($1::text[],$2::text[],$3::bigint[],$4::bigint[]," +
		"$5::boolean[],$6::bytea[]) ON CONFLICT DO NOTHING"
	if q != want {
		t.Errorf("got  %s\nwant %s", q, want)
	}
	if diff := cmp.Diff([]any{[]string{"a", "b"}, []string{"x", "y"}, []int64{7, 8}, []int64{1, 2},
		[]bool{true, false}, [][]byte{{1}, {}}}, args); diff != "" {
		t.Error(diff)
	}
	q, args = engine.Postgres.Add("INSERT INTO things (id, kind, of)", "", [][]any{{"a", nil, nil},
		{"b", code("x"), nil}})
	if want := "INSERT INTO things (id, kind, of) SELECT * FROM unnest($1::text[],$2::text[],$3::text[])"; q != want {
		t.Errorf("got  %s\nwant %s", q, want)
	}
	if diff := cmp.Diff([]any{[]string{"a", "b"}, []*string{nil, new("x")}, []*string{nil, nil}}, args); diff != "" {
		t.Errorf("texts that may be absent: %s", diff)
	}
	for what, some := range map[string][][]any{"one row": rows[:1],
		"a number that may be absent": {{"a", nil}, {"b", 7}}} {
		q, args := engine.Postgres.Add(insert, "", some)
		plain, all := engine.SQLite.Add(insert, "", some)
		if q != plain || cmp.Diff(all, args) != "" {
			t.Errorf("%s: %s, %v; want %s, %v", what, q, args, plain, all)
		}
	}
}

// A plan that is kept would go on reading a whole table that was small when it was made.
func TestStatementsWithAnArrayArePlannedAnew(t *testing.T) {
	t.Parallel()
	const q = "SELECT id FROM accounts WHERE at > $2 AND id "
	many := []string{"a", "b", "c", "d"}
	in, args := engine.Postgres.Among(many)
	got, with := engine.Postgres.Query(q+in, append(args, int64(1)))
	if got != q+"= ANY($1)" || cmp.Diff([]any{pgx.QueryExecModeCacheDescribe, many,
		int64(1)}, with) != "" {
		t.Errorf("%s, %v", got, with)
	}
	in, args = engine.Postgres.Among(many[:3])
	got, with = engine.Postgres.Query(q+in, args)
	if got != q+"IN ($1,$2,$3)" || cmp.Diff([]any{"a", "b", "c"}, with) != "" {
		t.Errorf("a few: %s, %v", got, with)
	}
	in, args = engine.SQLite.Among(many[:2])
	if got, _ := engine.SQLite.Query(q+in, args); got != "SELECT id FROM accounts WHERE at > ?2 AND id IN (?1,?2)" {
		t.Error(got)
	}
}
