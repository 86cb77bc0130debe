package risk

import (
	"cmp"
	"strings"

	"github.com/mileusna/useragent"
)

// longestAgent bounds the work for one user agent; real ones are much shorter.
const longestAgent = 512

// Device is the browser and the system of a User-Agent header as a code that ignores versions,
// such as "chrome/windows", and "" for a header that names no known system. Its parts come from
// fixed lists only, because the header is written by whoever logs in and the owner is shown what
// it says.
func Device(userAgent string) string {
	agent := useragent.Parse(userAgent[:min(len(userAgent), longestAgent)])
	system := systems[agent.OS]
	if agent.OS == useragent.IOS {
		system = strings.ToLower(agent.Device)
	}
	if system == "" {
		return ""
	}
	return cmp.Or(browsers[agent.Name], "other") + "/" + system
}

// otherSystems are those that a browser names in place of its own in ordinary use: an iPad asks for
// the pages for large screens as a Mac. Android does so on demand only, and as the Linux that any
// script runs on.
var otherSystems = map[string]string{"ipad": "mac", "mac": "ipad"}

// otherName is the code that the browser of a device has in its other mode, or "" when it has none
// or the browser is not known.
func otherName(device string) string {
	browser, system, _ := strings.Cut(device, "/")
	other := otherSystems[system]
	if other == "" || browser == "other" {
		return ""
	}
	return browser + "/" + other
}

// systems turns the names of the parser into codes. iOS is missing: the parser tells its devices.
var systems = map[string]string{
	useragent.Windows:      "windows",
	useragent.WindowsPhone: "windows_phone",
	useragent.Android:      "android",
	useragent.MacOS:        "mac",
	useragent.Linux:        "linux",
	useragent.FreeBSD:      "freebsd",
	useragent.ChromeOS:     "chromeos",
	useragent.BlackBerry:   "blackberry",
	useragent.Harmony:      "harmonyos",
}

var browsers = map[string]string{
	useragent.Chrome:           "chrome",
	useragent.HeadlessChrome:   "headless_chrome",
	useragent.Firefox:          "firefox",
	useragent.Safari:           "safari",
	useragent.Edge:             "edge",
	useragent.Opera:            "opera",
	useragent.OperaMini:        "opera_mini",
	useragent.OperaTouch:       "opera_touch",
	useragent.Vivaldi:          "vivaldi",
	useragent.SamsungBrowser:   "samsung_browser",
	useragent.InternetExplorer: "internet_explorer",
	"Trident":                  "internet_explorer",
	useragent.FacebookApp:      "facebook_app",
	useragent.InstagramApp:     "instagram_app",
	useragent.TiktokApp:        "tiktok_app",
	"Android browser":          "android_browser",
	"Huawei Browser":           "huawei_browser",
	"Miui Browser":             "mi_browser",
	"YaBrowser":                "yandex_browser",
	"UCBrowser":                "uc_browser",
	"DuckDuckGo":               "duckduckgo",
	"Ddg":                      "duckduckgo",
}
