package depot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"regain/security"
	"regain/security/attach"
)

// Bucket is where a bucket is that speaks the API of S3, and who we are there.
type Bucket struct {
	Host, Name, Region string
	Prefix             string // of the names of objects, with a slash at its end; may be ""
	Key, Secret        string
	Plain              bool // without TLS
}

// readBucket reads s3://KEY:SECRET@HOST/BUCKET/PREFIX?region=REGION. Without TLS, as s3+http, it is for
// this machine only.
func readBucket(v string) (*Bucket, error) {
	want := errors.New("want s3://KEY:SECRET@HOST/BUCKET, with what is special in the secret escaped")
	u, err := url.Parse(v)
	if err != nil || u.User == nil || u.Host == "" || u.Fragment != "" {
		return nil, want
	}
	secret, _ := u.User.Password()
	name, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if u.User.Username() == "" || secret == "" || name == "" {
		return nil, want
	}
	if prefix != "" {
		prefix += "/"
	}
	b := &Bucket{Host: u.Host, Name: name, Prefix: prefix, Region: u.Query().Get("region"),
		Key: u.User.Username(), Secret: secret, Plain: u.Scheme == "s3+http"}
	if b.Plain && !security.Loopback(u.Hostname()) {
		return nil, errors.New("s3+http is for loopback only; use s3")
	}
	return b, nil
}

// bucket implements attach.Depot.
type bucket struct {
	client *minio.Client
	of     *Bucket
}

// partSize is the least that S3 takes as a part of an object whose length is not known: so much of a
// file is in memory while it arrives.
const partSize = 5 << 20

// answerTime bounds how long a bucket may take to begin its answer.
const answerTime = 30 * time.Second

func openBucket(b *Bucket) (attach.Depot, error) {
	way := http.DefaultTransport.(*http.Transport).Clone()
	way.ResponseHeaderTimeout, way.DisableCompression = answerTime, true
	client, err := minio.New(b.Host, &minio.Options{Secure: !b.Plain, Region: b.Region, Transport: way,
		Creds: credentials.NewStaticV4(b.Key, b.Secret, ""), MaxRetries: 3})
	if err != nil {
		return nil, fmt.Errorf("REGAIN_ATTACHMENTS: %w", err)
	}
	return &bucket{client, b}, nil
}

func (b *bucket) name(id string) (string, error) {
	if !ours.MatchString(id) {
		return "", errID
	}
	return b.of.Prefix + id, nil
}

// Put implements attach.Depot: an object is there when its last part was taken, or not at all.
func (b *bucket) Put(ctx context.Context, id string, r io.Reader) error {
	name, err := b.name(id)
	if err != nil {
		return err
	}
	_, err = b.client.PutObject(ctx, b.of.Name, name, r, -1, minio.PutObjectOptions{PartSize: partSize,
		ContentType: "application/octet-stream"})
	switch minio.ToErrorResponse(err).Code {
	case "XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded":
		return fmt.Errorf("%w: %w", attach.ErrFull, err)
	}
	return err
}

// Open implements attach.Depot.
func (b *bucket) Open(ctx context.Context, id string) (io.ReadCloser, error) {
	name, err := b.name(id)
	if err != nil {
		return nil, err
	}
	object, err := b.client.GetObject(ctx, b.of.Name, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	// Only now the bucket is asked.
	if _, err := object.Stat(); err != nil {
		if missing(err) {
			err = attach.ErrNoBlob
		}
		return nil, errors.Join(err, object.Close())
	}
	return object, nil
}

func missing(err error) bool { return minio.ToErrorResponse(err).Code == minio.NoSuchKey }

// Remove implements attach.Depot. It takes what has not come to its end, too.
func (b *bucket) Remove(ctx context.Context, id string) error {
	name, err := b.name(id)
	if err != nil {
		return err
	}
	err = b.client.RemoveObject(ctx, b.of.Name, name, minio.RemoveObjectOptions{})
	if err == nil || missing(err) {
		err = b.client.RemoveIncompleteUpload(ctx, b.of.Name, name)
	}
	if missing(err) {
		return nil
	}
	return err
}

// Each implements attach.Depot.
func (b *bucket) Each(ctx context.Context, do func(id string, at time.Time) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	found := func(key string, at time.Time) error {
		if id := strings.TrimPrefix(key, b.of.Prefix); ours.MatchString(id) {
			return do(id, at)
		}
		return nil
	}
	for o := range b.client.ListObjects(ctx, b.of.Name, minio.ListObjectsOptions{Prefix: b.of.Prefix}) {
		if err := errors.Join(o.Err, ctx.Err()); err != nil {
			return err
		}
		if err := found(o.Key, o.LastModified); err != nil {
			return err
		}
	}
	for u := range b.client.ListIncompleteUploads(ctx, b.of.Name, b.of.Prefix, false) {
		if err := errors.Join(u.Err, ctx.Err()); err != nil {
			return err
		}
		if err := found(u.Key, u.Initiated); err != nil {
			return err
		}
	}
	return nil
}

// String names the depot for operators.
func (b *bucket) String() string { return "s3://" + b.of.Host + "/" + b.of.Name + "/" + b.of.Prefix }
