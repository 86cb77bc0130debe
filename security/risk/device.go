package risk

import (
	"strings"

	"github.com/mileusna/useragent"
)

// UnknownDevice is the label of a device that its user agent does not tell.
const UnknownDevice = "Unknown device"

// longestAgent bounds the work for one user agent; real ones are much shorter.
const longestAgent = 512

// Device names the browser and system of a User-Agent header, such as "Chrome on Windows",
// and gives a key for comparing that ignores versions, such as "chrome/windows". Label and
// key consist of words from fixed lists only, because the header is written by whoever logs
// in and the label is shown to the owner. A header that names no known system gives
// UnknownDevice and an empty key.
func Device(userAgent string) (label, key string) {
	agent := useragent.Parse(userAgent[:min(len(userAgent), longestAgent)])
	system := systems[agent.OS]
	if agent.OS == useragent.IOS {
		system = agent.Device
	}
	if system == "" {
		return UnknownDevice, ""
	}
	browser, ok := browsers[agent.Name]
	if !ok {
		browser = "Other browser"
	}
	return browser + " on " + system, strings.ToLower(browser + "/" + system)
}

func knownDevice(label string) bool { return label != "" && label != UnknownDevice }

// systems turns the parser's names into ours. iOS is missing: the parser tells its devices.
var systems = map[string]string{
	useragent.Windows:      "Windows",
	useragent.WindowsPhone: "Windows Phone",
	useragent.Android:      "Android",
	useragent.MacOS:        "Mac",
	useragent.Linux:        "Linux",
	useragent.FreeBSD:      "FreeBSD",
	useragent.ChromeOS:     "ChromeOS",
	useragent.BlackBerry:   "BlackBerry",
	useragent.Harmony:      "HarmonyOS",
}

var browsers = map[string]string{
	useragent.Chrome:           "Chrome",
	useragent.HeadlessChrome:   "Headless Chrome",
	useragent.Firefox:          "Firefox",
	useragent.Safari:           "Safari",
	useragent.Edge:             "Edge",
	useragent.Opera:            "Opera",
	useragent.OperaMini:        "Opera Mini",
	useragent.OperaTouch:       "Opera Touch",
	useragent.Vivaldi:          "Vivaldi",
	useragent.SamsungBrowser:   "Samsung Browser",
	useragent.InternetExplorer: "Internet Explorer",
	"Trident":                  "Internet Explorer",
	useragent.FacebookApp:      "Facebook app",
	useragent.InstagramApp:     "Instagram app",
	useragent.TiktokApp:        "TikTok app",
	"Android browser":          "Android browser",
	"Huawei Browser":           "Huawei Browser",
	"Miui Browser":             "Mi Browser",
	"YaBrowser":                "Yandex Browser",
	"UCBrowser":                "UC Browser",
	"DuckDuckGo":               "DuckDuckGo",
	"Ddg":                      "DuckDuckGo",
}
