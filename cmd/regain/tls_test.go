package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"regain/store/storetest"
)

// certified makes files with a certificate for hosts and its key, and who trusts it.
func certified(t *testing.T, life time.Duration, hosts ...string) (setting string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: hosts, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-life), NotAfter: time.Now().Add(life)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	must(t, err)
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	cert, file := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	must(t, os.WriteFile(cert, chain, 0o600))
	must(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: plain}), 0o600))
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(chain)
	return "files:" + cert + "," + file, roots
}

// TestServeTLS: the portal speaks TLS itself at every listener but those of operators and of plain HTTP, which
// leads on to it; numbers and the doctor say for how long.
func TestServeTLS(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	setting, roots := certified(t, 24*time.Hour, "protect.example.org")
	c.env["REGAIN_TLS"] = setting
	metrics, plain, programs := storetest.Address(t), storetest.Address(t), storetest.Address(t)
	r := c.start("--metrics-listen", metrics, "--redirect-listen", plain, "--api-listen", programs)
	browser := http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "protect.example.org"}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(address string) (*http.Response, string) {
		t.Helper()
		q, err := http.NewRequest(http.MethodGet, address, nil)
		must(t, err)
		q.Host = "protect.example.org"
		res, err := browser.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		must(t, err)
		return res, string(text)
	}
	page, _ := ask(strings.Replace(r.base, "http://", "https://", 1) + "/signin")
	if page.StatusCode != http.StatusOK || page.ProtoMajor != 2 ||
		page.Header.Get("Strict-Transport-Security") != "max-age=63072000; includeSubDomains" {
		t.Errorf("the page: %s %d, %q", page.Proto, page.StatusCode, page.Header)
	}
	for _, cookie := range page.Cookies() {
		if !cookie.Secure || !strings.HasPrefix(cookie.Name, "__Host-") {
			t.Errorf("cookie %s", cookie)
		}
	}
	if res, _ := ask("https://" + programs + "/api/v1/openapi.yaml"); res.TLS == nil || res.StatusCode == 404 {
		t.Errorf("programs: status %d", res.StatusCode)
	}
	if res, _ := ask("http://" + plain + "/help?a=b"); res.StatusCode != http.StatusPermanentRedirect ||
		res.Header.Get("Location") != "https://protect.example.org/help?a=b" {
		t.Errorf("plain HTTP: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if res, text := ask("http://" + metrics + "/metrics"); res.StatusCode != http.StatusOK ||
		!strings.Contains(text, `regain_certificate_end_timestamp_seconds{host="protect.example.org"} 1.`) {
		t.Errorf("numbers: %d, %s", res.StatusCode, text)
	}
	if res, err := http.Get(r.base + "/"); err != nil || res.StatusCode != http.StatusBadRequest {
		t.Errorf("plain HTTP where TLS is spoken: %v, %v", res, err)
	}
	if status := r.end(); status != 0 {
		t.Errorf("status %d", status)
	}
	if line, status := c.lineOf("certificate"); status != 0 || !strings.HasPrefix(line, "ok certificate: ") ||
		!strings.Contains(line, "valid for 0 days, until ") {
		t.Errorf("the doctor says %q with %d", line, status)
	}
	c.env["REGAIN_TLS"], _ = certified(t, -time.Hour, "protect.example.org")
	if line, _ := c.lineOf("certificate"); !strings.HasPrefix(line, "warn certificate: ") {
		t.Errorf("the doctor says %q of one that is over", line)
	}
	delete(c.env, "REGAIN_TLS")
	if line, _ := c.lineOf("certificate"); line != "ok certificate: off: something else speaks TLS" {
		t.Errorf("the doctor says %q without TLS", line)
	}
	c.env["REGAIN_TLS"] = "acme"
	if line, _ := c.lineOf("certificate"); line != "warn certificate: protect.example.org: none yet" {
		t.Errorf("the doctor says %q before there is a certificate", line)
	}
}

// TestNoAuthority: without a certificate the portal starts, is ready, says what is wrong, and refuses
// handshakes.
func TestNoAuthority(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.env["REGAIN_TLS"], c.env["REGAIN_ACME_DIRECTORY"] = "acme", "https://"+storetest.Address(t)+"/dir"
	metrics := storetest.Address(t)
	r := c.start("--metrics-listen", metrics)
	failed := r.wait("certificate_failed")
	if failed["level"] != "ERROR" || failed["host"] != "protect.example.org" || failed["valid_until"] != "none" {
		t.Errorf("told: %v", failed)
	}
	operators := &running{t: t, base: "http://" + metrics}
	if status, text := operators.get("/readyz"); status != http.StatusOK {
		t.Errorf("ready: %d %s", status, text)
	}
	if status, text := operators.get("/metrics"); status != http.StatusOK ||
		!strings.Contains(text, `regain_certificate_end_timestamp_seconds{host="protect.example.org"} 0`) {
		t.Errorf("numbers: %d %s", status, text)
	}
	_, err := tls.Dial("tcp", strings.TrimPrefix(r.base, "http://"), &tls.Config{ServerName: "protect.example.org"})
	if err == nil || !strings.Contains(err.Error(), "internal error") {
		t.Errorf("a handshake: %v", err)
	}
	if status := r.end(); status != 0 {
		t.Errorf("status %d", status)
	}
	if line, _ := c.lineOf("certificate"); !strings.HasPrefix(line,
		"warn certificate: protect.example.org: none yet; 1 orders failed, the last one: register: ") {
		t.Errorf("the doctor says %q", line)
	}
}
