package views

import (
	"strconv"
	"strings"
)

// centroids are the middles of countries: code, degrees north and degrees east.
const centroids = `AD 42 2 AE 24 54 AF 34 66 AG 17 -62 AL 41 20 AM 40 45 AO -12 18 AR -35 -65 AT 47 14
AU -25 134 AZ 40 48 BA 44 18 BB 13 -60 BD 24 90 BE 51 5 BF 12 -2 BG 43 25 BH 26 51 BI -3 30 BJ 10 2
BN 5 115 BO -17 -65 BR -10 -53 BS 24 -76 BT 27 90 BW -22 24 BY 53 28 BZ 17 -89 CA 58 -100 CD -3 23
CF 7 21 CG -1 15 CH 47 8 CI 8 -6 CL -33 -71 CM 6 13 CN 35 103 CO 4 -73 CR 10 -84 CU 22 -79 CV 16 -24
CY 35 33 CZ 50 15 DE 51 10 DJ 12 43 DK 56 10 DM 15 -61 DO 19 -71 DZ 28 3 EC -1 -78 EE 59 26 EG 27 30
ER 15 39 ES 40 -4 ET 9 40 FI 63 26 FJ -18 178 FR 47 2 GA -1 12 GB 54 -2 GD 12 -62 GE 42 44 GH 8 -1
GM 13 -15 GN 11 -11 GQ 2 10 GR 39 22 GT 16 -90 GW 12 -15 GY 5 -59 HK 22 114 HN 15 -87 HR 45 16
HT 19 -73 HU 47 19 ID -2 118 IE 53 -8 IL 31 35 IN 22 79 IQ 33 44 IR 32 54 IS 65 -19 IT 43 12
JM 18 -77 JO 31 37 JP 36 138 KE 0 38 KG 41 75 KH 13 105 KI 1 173 KM -12 44 KN 17 -63 KP 40 127
KR 36 128 KW 29 48 KZ 48 67 LA 18 104 LB 34 36 LC 14 -61 LI 47 10 LK 7 81 LR 6 -9 LS -30 28 LT 55 24
LU 50 6 LV 57 25 LY 27 17 MA 32 -6 MC 44 7 MD 47 28 ME 43 19 MG -19 47 MH 7 171 MK 42 22 ML 17 -4
MM 21 96 MN 47 104 MO 22 113 MR 20 -11 MT 36 14 MU -20 57 MV 3 73 MW -13 34 MX 23 -102 MY 4 102
MZ -18 35 NA -22 17 NE 17 9 NG 9 8 NI 13 -85 NL 52 5 NO 61 9 NP 28 84 NR -1 167 NZ -41 174 OM 21 57
PA 9 -80 PE -9 -75 PG -6 145 PH 12 122 PK 30 70 PL 52 19 PR 18 -66 PS 32 35 PT 39 -8 PW 7 134
PY -23 -58 QA 25 51 RO 46 25 RS 44 21 RU 60 90 RW -2 30 SA 24 45 SB -9 160 SC -5 55 SD 15 30 SE 62 16
SG 1 104 SI 46 15 SK 49 20 SL 8 -12 SM 44 12 SN 14 -14 SO 5 46 SR 4 -56 SS 8 30 ST 0 7 SV 14 -89
SY 35 38 SZ -27 31 TD 15 19 TG 8 1 TH 15 101 TJ 39 71 TL -9 126 TM 39 59 TN 34 10 TO -20 -175
TR 39 35 TT 11 -61 TV -8 178 TW 24 121 TZ -6 35 UA 49 32 UG 1 32 US 39 -98 UY -33 -56 UZ 41 64
VA 42 12 VC 13 -61 VE 7 -66 VN 16 107 VU -16 167 WS -14 -172 XK 43 21 YE 15 48 ZA -29 25 ZM -13 28
ZW -19 30`

// Lands are rough outlines of the continents, as a path on the map of Spot.
const Lands = "M12 25 40 19 85 20 120 30 100 44 82 65 92 72 103 82 75 70 62 57 55 40 20 33Z" +
	"M125 10 160 8 155 25 135 30Z" +
	"M103 80 120 82 145 97 139 113 122 128 108 144 104 120 98 95Z" +
	"M170 55 187 53 212 59 231 79 221 95 215 118 198 125 191 105 188 86 165 84 163 70Z" +
	"M171 53 178 40 192 32 210 20 250 15 290 13 350 22 340 32 318 40 308 58 290 69 286 82 276 70 260 82 " +
	"252 66 237 66 225 77 215 58 200 52Z" +
	"M294 112 310 102 326 106 333 118 326 128 312 123 296 124Z"

// Spot is where a country lies on a map of 360 by 180 degrees, counted from the upper left corner.
func Spot(country string) (x, y int, ok bool) {
	_, rest, ok := strings.Cut(" "+strings.Join(strings.Fields(centroids), " ")+" ", " "+country+" ")
	part := strings.Fields(rest)
	if !ok || country == "" || len(part) < 2 {
		return 0, 0, false
	}
	north, err := strconv.Atoi(part[0])
	if err != nil {
		return 0, 0, false
	}
	east, err := strconv.Atoi(part[1])
	return 180 + east, 90 - north, err == nil
}
