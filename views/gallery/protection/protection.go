// Package protection has the samples of the protection centre.
package protection

import (
	"slices"

	"regain/views/gallery/sample"
)

// Samples is each of its pages in every state.
func Samples() []sample.Sample {
	return slices.Concat(helpSamples(), linkSamples(), mailSamples(), reports(), files())
}
