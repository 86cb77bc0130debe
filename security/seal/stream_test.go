package seal_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"regain/security/seal"
)

// chunk is the plain text of one chunk, and sealed the same with its tag.
const chunk, sealedChunk = 64 << 10, 64<<10 + 16

func streamed(t testing.TB, key []byte, r io.Reader) []byte {
	t.Helper()
	from, err := seal.SealStream(key, r)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func opened(t testing.TB, key []byte, r io.Reader) ([]byte, error) {
	t.Helper()
	from, err := seal.OpenStream(key, r)
	if err != nil {
		t.Fatal(err)
	}
	return io.ReadAll(from)
}

func counting(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i>>8) ^ byte(i)
	}
	return b
}

func TestStreamRoundTrip(t *testing.T) {
	t.Parallel()
	key := seal.StreamKey()
	for _, n := range []int{0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 2*chunk + 5, 5*chunk + 7} {
		plain := counting(n)
		for _, from := range []io.Reader{bytes.NewReader(plain),
			iotest.HalfReader(bytes.NewReader(plain)), iotest.DataErrReader(bytes.NewReader(plain))} {
			sealed := streamed(t, key, from)
			if want := n + max(1, (n+chunk-1)/chunk)*(sealedChunk-chunk); len(sealed) != want {
				t.Errorf("%d bytes are %d sealed, want %d", n, len(sealed), want)
			}
			for name, r := range map[string]io.Reader{"whole": bytes.NewReader(sealed),
				"half":     iotest.HalfReader(bytes.NewReader(sealed)),
				"with end": iotest.DataErrReader(bytes.NewReader(sealed))} {
				if got, err := opened(t, key, r); err != nil || !bytes.Equal(got, plain) {
					t.Errorf("%d bytes, %s: %d came back, %v", n, name, len(got), err)
				}
			}
		}
	}
}

// TestStreamIsWhole: whatever is done to what was sealed, it never reads to its end.
func TestStreamIsWhole(t *testing.T) {
	t.Parallel()
	key := seal.StreamKey()
	plain := counting(3*chunk + 9)
	sealed := streamed(t, key, bytes.NewReader(plain))
	other := streamed(t, seal.StreamKey(), bytes.NewReader(plain))
	part := func(i int) []byte { return sealed[i*sealedChunk : min(len(sealed), (i+1)*sealedChunk)] }
	flipped := func(i int) []byte {
		b := bytes.Clone(sealed)
		b[(i+len(b))%len(b)] ^= 1
		return b
	}
	even := streamed(t, key, bytes.NewReader(plain[:2*chunk]))
	for name, bad := range map[string][]byte{
		"nothing":                nil,
		"cut after one chunk":    sealed[:sealedChunk],
		"cut after two chunks":   sealed[:2*sealedChunk],
		"cut inside":             sealed[:2*sealedChunk+100],
		"without its last byte":  sealed[:len(sealed)-1],
		"without its last chunk": sealed[:3*sealedChunk],
		"more behind":            append(bytes.Clone(sealed), 0),
		"an empty chunk behind":  append(bytes.Clone(even), streamed(t, key, bytes.NewReader(nil))...),
		"chunks swapped":         bytes.Join([][]byte{part(1), part(0), part(2), part(3)}, nil),
		"a chunk doubled":        bytes.Join([][]byte{part(0), part(0), part(1), part(2), part(3)}, nil),
		"a chunk left out":       bytes.Join([][]byte{part(0), part(2), part(3)}, nil),
		"another's chunk":        bytes.Join([][]byte{part(0), other[sealedChunk : 2*sealedChunk], part(2), part(3)}, nil),
		"another's":              other,
		"first byte changed":     flipped(0),
		"middle changed":         flipped(sealedChunk + 3),
		"tag changed":            flipped(-1),
	} {
		got, err := opened(t, key, bytes.NewReader(bad))
		if !errors.Is(err, seal.ErrOpen) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		if !bytes.HasPrefix(plain, got) {
			t.Errorf("%s: something came out that was not put in", name)
		}
	}
}

// TestStreamTellsTrouble: what ails whoever reads is told as it is, on both sides, and never as an end.
func TestStreamTellsTrouble(t *testing.T) {
	t.Parallel()
	key, trouble := seal.StreamKey(), errors.New("disk on fire")
	broken := func(b []byte) io.Reader {
		return io.MultiReader(bytes.NewReader(b), iotest.ErrReader(trouble))
	}
	sealed := streamed(t, key, bytes.NewReader(counting(2*chunk)))
	if _, err := opened(t, key, broken(sealed[:sealedChunk+5])); !errors.Is(err, trouble) {
		t.Errorf("trouble of the opener: %v", err)
	}
	for _, n := range []int{0, 10, chunk, 2 * chunk, 2*chunk + 1} {
		from, _ := seal.SealStream(key, broken(counting(n)))
		got, err := io.ReadAll(from)
		if !errors.Is(err, trouble) {
			t.Errorf("trouble of the sealer: %v", err)
		}
		if _, err := opened(t, key, bytes.NewReader(got)); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("%d bytes without their end open: %v", n, err)
		}
	}
	for _, bad := range [][]byte{nil, key[1:]} {
		if _, err := seal.SealStream(bad, nil); err == nil {
			t.Error("a short key seals")
		}
		if _, err := seal.OpenStream(bad, nil); err == nil {
			t.Error("a short key opens")
		}
	}
}
