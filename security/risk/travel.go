package risk

import (
	"math"
	"slices"
)

const (
	earthRadius = 6371.0                // km
	farthest    = math.Pi * earthRadius // km, from one end of the Earth to the other
	topSpeed    = 1000.0                // km/h, a little more than an airliner flies
)

// trail follows the logins of an account over the map, oldest first.
type trail struct{ trusted, odd *Finding }

// add compares f with the nearest trusted and the nearest odd login before it. An odd login
// never puts the blame on a trusted one.
func (t *trail) add(f *Finding, trusted bool) {
	if _, ok := countries[f.Login.Country]; !ok {
		return
	}
	if prev := t.trusted; prev != nil && tooFast(&prev.Login, &f.Login) {
		f.blame()
		if trusted {
			prev.blame()
		}
	}
	if prev := t.odd; prev != nil && tooFast(&prev.Login, &f.Login) {
		prev.blame()
		if !trusted {
			f.blame()
		}
	}
	if trusted {
		t.trusted = f
	} else {
		t.odd = f
	}
}

func (f *Finding) blame() {
	if !slices.Contains(f.Reasons, ImpossibleTravel) {
		f.Reasons = append(f.Reasons, ImpossibleTravel)
	}
}

// tooFast reports whether nobody can have come from the country of a to that of b in time.
// a must not be later than b.
func tooFast(a, b *Login) bool {
	if a.Country == b.Country {
		return false
	}
	reach := topSpeed * b.At.Sub(a.At).Hours()
	// Most logins are so far apart in time that no distance needs to be computed.
	return reach < farthest && gap(a.Country, b.Country) > reach
}

// gap is the least distance in kilometres between two countries, each taken as a circle; 0
// when they are the same, touch, or one is unknown.
func gap(a, b string) float64 {
	from, ok := countries[a]
	to, found := countries[b]
	if a == b || !ok || !found {
		return 0
	}
	return max(0, distance(from, to)-from.radius-to.radius)
}

// distance is the great-circle distance in kilometres between two centres.
func distance(a, b circle) float64 {
	const degree = math.Pi / 180
	dLat := math.Sin((b.lat - a.lat) * degree / 2)
	dLon := math.Sin((b.lon - a.lon) * degree / 2)
	h := dLat*dLat + math.Cos(a.lat*degree)*math.Cos(b.lat*degree)*dLon*dLon
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))
}
