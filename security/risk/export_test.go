package risk

import "maps"

// Gap lets the tests find the boundary between fast and too fast.
var Gap = gap

// Countries lets the tests check the table.
func Countries() map[string][3]float64 {
	all := map[string][3]float64{}
	for code, c := range maps.All(countries) {
		all[code] = [3]float64{c.lat, c.lon, c.radius}
	}
	return all
}
