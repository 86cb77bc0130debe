package settings

import (
	"regain/cmd/regain/depot"
	"regain/security/attach"
)

// files reads how the files are kept and checked that come with messages. Where they are kept means
// nothing without a clamd, but is told all the same when it is wrong.
func (f *faults) files(c Config) (s depot.Setup) {
	var err error
	if s.Types, err = attach.ReadTypes(c.AttachmentTypes); err != nil {
		f.add("REGAIN_ATTACHMENT_TYPES", "%v", err)
	}
	if c.Clamd != "" {
		if s.Clamd, err = depot.ReadClamd(c.Clamd); err != nil {
			f.add("REGAIN_CLAMD", "%v", err)
		}
	}
	if c.Clamd == "" && c.Attachments == "" {
		return s
	}
	if s.Place, err = depot.ReadPlace(c.Attachments, c.Database); err != nil {
		f.add("REGAIN_ATTACHMENTS", "%v", err)
	}
	return s
}
