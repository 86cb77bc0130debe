package engine

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"regain/store/column"
)

// valuesOf is the statement that adds rows with a placeholder for every value. insert names the table
// and the columns, after says what to do about rows that exist, or is empty.
func valuesOf(insert, after string, rows [][]any) (q string, args []any) {
	return insert + " VALUES " + column.Rows(len(rows), len(rows[0])) + after, slices.Concat(rows...)
}

// arraysOf is valuesOf for PostgreSQL, with an array for every column: thousands of placeholders take it
// and the driver longer than the rows themselves, and this is one statement for any number of them.
func arraysOf(insert, after string, rows [][]any) (q string, args []any) {
	if len(rows) == 1 {
		return valuesOf(insert, after, rows)
	}
	q = insert + " SELECT * FROM unnest("
	for c := range rows[0] {
		array, kind := arrayOf(rows, c)
		if array == nil {
			return valuesOf(insert, after, rows)
		}
		if c > 0 {
			q += ","
		}
		q, args = q+"$"+strconv.Itoa(c+1)+"::"+kind+"[]", append(args, array)
	}
	return q + ")" + after, args
}

// arrayOf is one column of rows and the type that it has; nil for a kind of value that is none of a
// column of ours. Only a text may be absent.
func arrayOf(rows [][]any, column int) (array any, kind string) {
	absent := func(row []any) bool { return row[column] == nil }
	if slices.ContainsFunc(rows, absent) {
		return maybeTexts(rows, column), "text"
	}
	switch v := reflect.ValueOf(rows[0][column]); v.Kind() {
	case reflect.String:
		return gather(rows, column, reflect.Value.String), "text"
	case reflect.Int, reflect.Int64:
		return gather(rows, column, reflect.Value.Int), "bigint"
	case reflect.Bool:
		return gather(rows, column, reflect.Value.Bool), "boolean"
	case reflect.Slice:
		return gather(rows, column, reflect.Value.Bytes), "bytea"
	}
	return nil, ""
}

// maybeTexts is a column of texts of which some are absent; nil for one of anything else.
func maybeTexts(rows [][]any, column int) any {
	all := make([]*string, len(rows))
	for i, r := range rows {
		switch v := reflect.ValueOf(r[column]); v.Kind() {
		case reflect.Invalid:
		case reflect.String:
			all[i] = new(v.String())
		default:
			return nil
		}
	}
	return all
}

// placesOf is the condition, without its column, that a value is one of those that come first among the
// arguments.
func placesOf(values []string) (in string, args []any) {
	args = make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return "IN (" + column.Places(len(values)) + ")", args
}

// few is up to how many values are looked for one by one, in a statement that is kept. What somebody typed is
// looked for by two or three keys, and to plan that anew takes longer than to find it.
const few = 3

// arrayIn is placesOf for PostgreSQL, by one array: see arraysOf. A few values are none: see planned.
func arrayIn(values []string) (in string, args []any) {
	if len(values) <= few {
		return placesOf(values)
	}
	return "= ANY($1)", []any{values}
}

// planned has a statement that is given an array planned for what the array holds and for how long the
// tables are by now. A plan that is kept knows neither: one of the first lines of an import would read
// the whole table for every batch that follows.
func planned(args []any) []any {
	if !slices.ContainsFunc(args, isArray) {
		return args
	}
	return slices.Insert(args, 0, any(pgx.QueryExecModeCacheDescribe))
}

func isArray(a any) bool { _, ok := a.([]string); return ok }

func gather[T any](rows [][]any, column int, of func(reflect.Value) T) []T {
	all := make([]T, len(rows))
	for i, r := range rows {
		all[i] = of(reflect.ValueOf(r[column]))
	}
	return all
}
