// Package protection has the samples of the protection centre.
package protection

import (
	"regain/views/gallery/sample"
	"regain/views/protect"
)

// Samples is each of its pages in every state.
func Samples() []sample.Sample {
	return []sample.Sample{
		{Name: "protect/normal", View: protect.Hub{Page: sample.Outside()}.View()},
	}
}
