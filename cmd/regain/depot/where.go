package depot

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"regain/security/attach"
)

// Place says where files are kept: in a folder, or in a bucket.
type Place struct {
	Dir    string
	Bucket *Bucket
}

// ReadPlace reads dir:PATH or s3://KEY:SECRET@HOST/BUCKET. Without a value it is the folder
// "attachments" beside a SQLite database. Its errors never name the secret.
func ReadPlace(v, database string) (Place, error) {
	path, sqlite := strings.CutPrefix(database, "sqlite:")
	dir, folder := strings.CutPrefix(v, "dir:")
	switch {
	case v == "" && sqlite:
		return Place{Dir: filepath.Join(filepath.Dir(path), "attachments")}, nil
	case v == "":
		return Place{}, errors.New("is needed with REGAIN_CLAMD, as the database is no file")
	case folder && dir != "":
		return Place{Dir: dir}, nil
	case strings.HasPrefix(v, "s3://"), strings.HasPrefix(v, "s3+http://"):
		b, err := readBucket(v)
		return Place{Bucket: b}, err
	}
	return Place{}, errors.New("want dir:PATH or s3://KEY:SECRET@HOST/BUCKET")
}

// Open is the depot at the place. That a bucket can be reached, nobody knows yet.
func (p Place) Open() (attach.Depot, error) {
	if p.Bucket != nil {
		return openBucket(p.Bucket)
	}
	d, err := OpenDir(p.Dir)
	if err != nil {
		return nil, fmt.Errorf("REGAIN_ATTACHMENTS: %w", err)
	}
	return d, nil
}
