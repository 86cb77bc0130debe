package views

import "strings"

// deviceWords name browsers, and the systems that they run on.
var deviceWords = map[string]sentence{
	"device":                    {"{1} on {2}"},
	"device.unknown":            {"Unknown device"},
	"browser.other":             {"Other browser"},
	"system.windows":            {"Windows"},
	"system.windows_phone":      {"Windows Phone"},
	"system.android":            {"Android"},
	"system.mac":                {"Mac"},
	"system.linux":              {"Linux"},
	"system.freebsd":            {"FreeBSD"},
	"system.chromeos":           {"ChromeOS"},
	"system.blackberry":         {"BlackBerry"},
	"system.harmonyos":          {"HarmonyOS"},
	"browser.chrome":            {"Chrome"},
	"browser.headless_chrome":   {"Headless Chrome"},
	"browser.firefox":           {"Firefox"},
	"browser.safari":            {"Safari"},
	"browser.edge":              {"Edge"},
	"browser.opera":             {"Opera"},
	"browser.opera_mini":        {"Opera Mini"},
	"browser.opera_touch":       {"Opera Touch"},
	"browser.vivaldi":           {"Vivaldi"},
	"browser.samsung_browser":   {"Samsung Browser"},
	"browser.internet_explorer": {"Internet Explorer"},
	"browser.facebook_app":      {"Facebook app"},
	"browser.instagram_app":     {"Instagram app"},
	"browser.tiktok_app":        {"TikTok app"},
	"browser.android_browser":   {"Android browser"},
	"browser.huawei_browser":    {"Huawei Browser"},
	"browser.mi_browser":        {"Mi Browser"},
	"browser.yandex_browser":    {"Yandex Browser"},
	"browser.uc_browser":        {"UC Browser"},
	"browser.duckduckgo":        {"DuckDuckGo"},
	"system.iphone":             {"iPhone"},
	"system.ipad":               {"iPad"},
}

// DeviceWords is a device in words, from its code. What is no code stays as it is.
func DeviceWords(code string) string {
	browser, system, ok := strings.Cut(code, "/")
	switch browser, system = "browser."+browser, "system."+system; {
	case code == "":
		return Text("device.unknown")
	case ok && Known(browser) && Known(system):
		return Text("device", Text(browser), Text(system))
	}
	return code
}
