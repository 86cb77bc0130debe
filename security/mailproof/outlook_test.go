package mailproof

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

// entry is one of the directory of a compound file; a storage has no data.
type entry struct {
	name         string
	data         []byte
	kind         byte
	child, right uint32
}

const (
	noEntry = 0xFFFFFFFF
	noMore  = 0xFFFFFFFE
)

// compound is a file of MS-CFB version 3 with one sector of allocations and no small streams: all that
// is stored is filled up with blanks.
func compound(entries []entry) []byte {
	const size, cutoff = 512, 4096
	fat, data := []uint32{0xFFFFFFFD}, []byte{}
	chain := func(b []byte) uint32 {
		start := uint32(len(fat))
		for n := len(b) / size; n > 1; n-- {
			fat = append(fat, uint32(len(fat))+1)
		}
		fat, data = append(fat, noMore), append(data, b...)
		return start
	}
	var dir bytes.Buffer
	for _, e := range entries {
		var raw [128]byte
		units := utf16.Encode([]rune(e.name + "\x00"))
		for i, u := range units {
			binary.LittleEndian.PutUint16(raw[2*i:], u)
		}
		binary.LittleEndian.PutUint16(raw[64:], uint16(2*len(units)))
		raw[66] = e.kind
		for at, v := range map[int]uint32{68: noEntry, 72: e.right, 76: e.child, 116: noMore} {
			binary.LittleEndian.PutUint32(raw[at:], v)
		}
		if e.kind == 2 {
			e.data = append(e.data, bytes.Repeat([]byte{' ', 0}, (cutoff-len(e.data))/2)...)
			binary.LittleEndian.PutUint32(raw[116:], chain(e.data))
			binary.LittleEndian.PutUint32(raw[120:], uint32(len(e.data)))
		}
		dir.Write(raw[:])
	}
	dir.Write(make([]byte, (size-dir.Len()%size)%size))
	start := chain(dir.Bytes())
	head := make([]byte, size)
	copy(head, outlookMagic)
	for at, v := range map[int]uint16{24: 0x3E, 26: 3, 28: 0xFFFE, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(head[at:], v)
	}
	for at, v := range map[int]uint32{44: 1, 48: start, 56: cutoff, 60: noMore, 68: noMore} {
		binary.LittleEndian.PutUint32(head[at:], v)
	}
	for i := 1; i < 109; i++ {
		binary.LittleEndian.PutUint32(head[76+4*i:], noEntry)
	}
	for len(fat) < size/4 {
		fat = append(fat, noEntry)
	}
	for _, next := range fat[:size/4] {
		head = binary.LittleEndian.AppendUint32(head, next)
	}
	return append(head, data...)
}

// message is a file of Outlook with these properties, and one attachment.
func message(own [][2]string) []byte {
	stream := func(name, text string) entry {
		var data []byte
		for _, u := range utf16.Encode([]rune(text)) {
			data = binary.LittleEndian.AppendUint16(data, u)
		}
		return entry{name: name, data: data, kind: 2, child: noEntry, right: noEntry}
	}
	all := []entry{{name: "Root Entry", kind: 5, child: 1, right: noEntry}}
	for _, p := range own {
		all = append(all, stream(propPrefix+p[0]+"001F", p[1]))
		all[len(all)-1].right = uint32(len(all))
	}
	all = append(all, entry{name: attachPrefix + "#00000000", kind: 1, child: uint32(len(all)) + 1, right: noEntry})
	file := stream(propPrefix+propFileName+"001F", "../invoice.exe")
	file.right = uint32(len(all)) + 1
	return compound(append(all, file, stream(propPrefix+propType+"001F", "application/pdf")))
}

func TestReadOutlook(t *testing.T) {
	t.Parallel()
	raw := message([][2]string{{propBody, "See https://evil.example/x\r\n7F3K-9Q2D-MXPB\r\n"}, {propSubject, "Grüße"},
		{propHeaders, "From: \"Example Market\" <a@evil.example>\r\nTo: b@x.example\r\nMessage-ID: <1@evil.example>\r\n" +
			"DKIM-Signature: v=1\r\n"}})
	l, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	if l.Form != Outlook || l.Subject != "Grüße" || l.Author[0].Domain != "evil.example" ||
		l.EndCode != "7F3K-9Q2D-MXPB" || len(l.Links) != 1 || l.Links[0].URL != "https://evil.example/x" ||
		len(l.Files) != 1 || strings.TrimSpace(l.Files[0].Name) != "invoice.exe" ||
		strings.TrimSpace(l.Files[0].Type) != "application/pdf" || l.AsSent() {
		t.Errorf("%+v", l)
	}
	inside := message([][2]string{{propBody, "Hi"}, {propSender, "Ada"}, {propAddress, "ada@x.example"}, {propSubject, "S"}})
	if l, err = Read(inside); err != nil || l.Author[0].Domain != "x.example" || l.Author[0].Name != "Ada" {
		t.Errorf("without a header: %+v, %v", l, err)
	}
	for cut := range len(raw) {
		if cut%97 != 0 {
			continue
		}
		if _, err := Read(raw[:cut]); err != nil && err != ErrOutlook && err != ErrEmpty {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
}
