-- +goose Up
-- What is familiar of an account names devices by codes, in JSON.

UPDATE watches SET familiar = CAST(
	replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
	replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
	replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(CAST(familiar AS TEXT),
	'"Other browser on ', '"other/'), '"Chrome on ', '"chrome/'),
	'"Headless Chrome on ', '"headless_chrome/'), '"Firefox on ', '"firefox/'),
	'"Safari on ', '"safari/'), '"Edge on ', '"edge/'), '"Opera on ', '"opera/'),
	'"Opera Mini on ', '"opera_mini/'), '"Opera Touch on ', '"opera_touch/'),
	'"Vivaldi on ', '"vivaldi/'), '"Samsung Browser on ', '"samsung_browser/'),
	'"Internet Explorer on ', '"internet_explorer/'), '"Facebook app on ', '"facebook_app/'),
	'"Instagram app on ', '"instagram_app/'), '"TikTok app on ', '"tiktok_app/'),
	'"Android browser on ', '"android_browser/'), '"Huawei Browser on ', '"huawei_browser/'),
	'"Mi Browser on ', '"mi_browser/'), '"Yandex Browser on ', '"yandex_browser/'),
	'"UC Browser on ', '"uc_browser/'), '"DuckDuckGo on ', '"duckduckgo/'),
	'/Windows"', '/windows"'), '/Windows Phone"', '/windows_phone"'), '/Android"', '/android"'),
	'/Mac"', '/mac"'), '/Linux"', '/linux"'), '/FreeBSD"', '/freebsd"'),
	'/ChromeOS"', '/chromeos"'), '/BlackBerry"', '/blackberry"'), '/HarmonyOS"', '/harmonyos"'),
	'/iPhone"', '/iphone"'), '/iPad"', '/ipad"') AS BLOB);
