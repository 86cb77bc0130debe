// Package desk has the pages of the staff console.
package desk
