package risk_test

import (
	"math"
	"strings"
	"testing"

	"regain/security/risk"
)

func TestGap(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from, to string
		low      float64 // km
		high     float64
	}{
		{"GB", "GB", 0, 0},
		{"GB", "FR", 0, 0},
		{"US", "CA", 0, 0},
		{"ES", "MA", 0, 0},
		{"GB", "BR", 5000, 7500},
		{"GB", "US", 3000, 5000},
		{"US", "JP", 4500, 7500},
		{"NZ", "CL", 4500, 8500}, // across the date line
		{"FJ", "TO", 0, 500},     // on both sides of it
		{"ES", "NZ", 17000, 20015},
		{"GB", "", 0, 0},
		{"", "GB", 0, 0},
		{"ZZ", "GB", 0, 0},
		{"gb", "BR", 0, 0},
	}
	for _, tt := range tests {
		got, back := risk.Gap(tt.from, tt.to), risk.Gap(tt.to, tt.from)
		if got < tt.low || got > tt.high {
			t.Errorf("%s to %s is %.0f km, want %.0f to %.0f", tt.from, tt.to, got, tt.low, tt.high)
		}
		if math.Abs(got-back) > 1e-6 {
			t.Errorf("%s to %s is %.0f km, back it is %.0f", tt.from, tt.to, got, back)
		}
	}
}

func TestCountries(t *testing.T) {
	t.Parallel()
	all := risk.Countries()
	if len(all) != 250 {
		t.Errorf("%d countries, want the 249 of ISO 3166-1 and XK", len(all))
	}
	for code, c := range all {
		lat, lon, radius := c[0], c[1], c[2]
		if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
			t.Errorf("%q is no country code", code)
		}
		if math.Abs(lat) > 90 || math.Abs(lon) > 180 || radius < 1 || radius > 4500 {
			t.Errorf("%s lies at %v, %v with a radius of %v km", code, lat, lon, radius)
		}
	}
}

// borders lists each land border once: a country, then its neighbours.
const borders = `
AD:ES FR; AE:OM SA; AF:CN IR PK TJ TM UZ; AL:GR ME MK XK; AM:AZ GE IR TR;
AO:CD CG NA ZM; AR:BO BR CL PY UY; AT:CH CZ DE HU IT LI SI SK; AZ:GE IR RU TR;
BA:HR ME RS; BD:IN MM; BE:DE FR LU NL; BF:BJ CI GH ML NE TG; BG:GR MK RO RS TR;
BI:CD RW TZ; BJ:NE NG TG; BN:MY; BO:BR CL PE PY; BR:CO GF GY PE PY SR UY VE;
BT:CN IN; BW:NA ZA ZM ZW; BY:LT LV PL RU UA; BZ:GT MX; CA:US;
CD:CF CG RW SS TZ UG ZM; CF:CG CM SD SS TD; CG:CM GA; CH:DE FR IT LI;
CI:GH GN LR ML; CL:PE; CM:GA GQ NG TD;
CN:HK IN KG KP KZ LA MM MN MO NP PK RU TJ VN; CO:EC PA PE VE; CR:NI PA;
CZ:DE PL SK; DE:DK FR LU NL PL; DJ:ER ET SO; DO:HT; DZ:EH LY MA ML MR NE TN;
EC:PE; EE:LV RU; EG:IL LY PS SD; EH:MA MR; ER:ET SD; ES:FR GI MA PT;
ET:KE SD SO SS; FI:NO RU SE; FR:IT LU MC; GA:GQ; GB:IE; GE:RU TR; GF:SR;
GH:TG; GM:SN; GN:GW LR ML SL SN; GR:MK TR; GT:HN MX SV; GW:SN; GY:SR VE;
HK:MO; HN:NI SV; HR:HU ME RS SI; HU:RO RS SI SK UA; ID:MY PG TL;
IL:JO LB PS SY; IN:MM NP PK; IQ:IR JO KW SA SY TR; IR:PK TM TR; IT:SI SM VA;
JO:SA SY PS; KE:SO SS TZ UG; KG:KZ TJ UZ; KH:LA TH VN; KP:KR RU; KW:SA;
KZ:RU TM UZ; LA:MM TH VN; LB:SY; LR:SL; LS:ZA; LT:LV PL RU; LV:RU;
LY:NE SD TD TN; MD:RO UA; ME:RS XK; MF:SX; MK:RS XK; ML:MR NE SN; MM:TH;
MN:RU; MR:SN; MW:MZ TZ ZM; MX:US; MY:SG TH; MZ:SZ TZ ZA ZM ZW; NA:ZA ZM;
NE:NG TD; NG:TD; NO:RU SE; OM:SA YE; PL:RU SK UA; QA:SA; RO:RS UA; RS:XK;
RU:UA; RW:TZ UG; SA:YE BH; SD:SS TD; SK:UA; SS:UG; SZ:ZA; TJ:UZ; TM:UZ;
TZ:UG ZM; ZA:ZW; ZM:ZW`

// Without this a drive across a border would look like a flight.
func TestNeighboursTouch(t *testing.T) {
	t.Parallel()
	for entry := range strings.SplitSeq(borders, ";") {
		country, neighbours, ok := strings.Cut(strings.TrimSpace(entry), ":")
		if !ok {
			t.Fatalf("no neighbours in %q", entry)
		}
		for _, neighbour := range strings.Fields(neighbours) {
			for _, code := range []string{country, neighbour} {
				if _, ok := risk.Countries()[code]; !ok {
					t.Errorf("%s is missing", code)
				}
			}
			if gap := risk.Gap(country, neighbour); gap > 0 {
				t.Errorf("%s and %s lie %.0f km apart", country, neighbour, gap)
			}
		}
	}
}
