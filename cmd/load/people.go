package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/pquerna/otp/totp"
)

// caller is one who comes.
type caller struct {
	n      int       // of those who have come, from 0
	due    time.Time // when
	random *rand.Rand
}

// mix is who comes how often.
var mix = []struct {
	kind   string
	weight int
	visit  func(*run, caller) error
}{
	{"owner", 4, owner},
	{"stranger", 6, stranger},
	{"check-up", 3, checkUp},
	{"marketplace", 20, marketplace},
	{"staff", 3, staff},
}

func (r *run) pick(random *rand.Rand) (string, func(*run, caller) error) {
	all := 0
	for _, m := range mix {
		all += m.weight
	}
	at, i := random.IntN(all), 0
	for ; at >= mix[i].weight; i++ {
		at -= mix[i].weight
	}
	return mix[i].kind, mix[i].visit
}

// oldPassword is that of every account that has one from the marketplace.
const oldPassword = "kettles under the copper moon"

// member is somebody at the marketplace who is never locked out.
func (r *run) member(random *rand.Rand) string { return fmt.Sprint("m", random.IntN(r.Accounts)) }

// tell sends JSON to the API and reads the answer into to.
func (r *run) tell(method, path string, begin time.Time, say, to any) error {
	body, err := json.Marshal(say)
	if err != nil {
		return err
	}
	q, err := http.NewRequest(method, r.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	q.Header.Set("Authorization", "Bearer "+r.key)
	q.Header.Set("Content-Type", "application/json")
	a := r.ask(q, method+" "+named("/api/v1"+path), begin)
	if a.err == nil {
		a.err = a.later()
	}
	if a.err == nil && a.status >= http.StatusMultipleChoices {
		a.err = fmt.Errorf("%s: %d %s", named(path), a.status, a.body)
	}
	if a.err != nil {
		return a.err
	}
	return json.Unmarshal([]byte(a.body), to)
}

// marketplace tells of a sign-in, now and then with the password.
func marketplace(r *run, c caller) error {
	id, say := fmt.Sprint("s", c.n), map[string]any{}
	say["id"], say["account"] = id, r.member(c.random)
	say["ip"], say["user_agent"] = "81.2.69.142", agents[c.random.IntN(len(agents))]
	if c.random.IntN(10) == 0 { // from all over the world: one network may not try so many
		say["password"], say["ip"] = oldPassword, fmt.Sprintf("81.%d.%d.142", c.n>>8&255, c.n&255)
	} else {
		say["outcome"] = "succeeded"
	}
	var told struct {
		Decision string
		Reasons  []string
	}
	if err := r.tell(http.MethodPost, "/signins", c.due, say, &told); err != nil {
		return err
	}
	if told.Decision == "refuse" {
		return fmt.Errorf("the right password was refused: %v", told.Reasons)
	}
	r.keep(func(k *kept) { k.signins = append(k.signins, id) })
	return nil
}

// owner is locked out, follows the link in the mail and walks through the recovery.
func owner(r *run, c caller) error {
	id := fmt.Sprint("o", c.n)
	line := map[string]string{"id": id, "username": id, "email": id + "@people.example", "name": "Person " + id,
		"type": "freelancer"}
	if err := r.tell(http.MethodPut, "/accounts/"+id, time.Now(), line, &struct{}{}); err != nil {
		return err
	}
	if err := r.lock(id); err != nil {
		return err
	}
	link, err := r.linkIn(id+"@people.example", "locked_out")
	if err != nil {
		return err
	}
	v, err := r.enter(c, link)
	if err != nil {
		return err
	}
	password := fmt.Sprintf("%d quiet lanterns by harbour %d", c.random.Uint32(), c.random.Uint32())
	v.follow()
	v.on("recovery-password")
	v.post("/recovery/password", url.Values{"new_password": {password}})
	if v.err == nil {
		r.keep(func(k *kept) {
			k.secured, k.secrets = append(k.secured, id), append(k.secrets, password)
		})
	}
	v.follow()
	v.on("recovery-two-factor")
	v.post("/recovery/two-factor", url.Values{"code": {v.totp()}})
	v.follow()
	v.on("recovery-codes")
	v.post("/recovery/two-factor", url.Values{"saved": {"on"}})
	v.follow()
	v.on("recovery-activity")
	v.post("/recovery/activity", nil)
	v.follow() // to the page on which one may write
	v.get("/recovery/status")
	v.on("recovery-status")
	return v.err
}

// linkIn waits for a mail and takes the link out of it.
func (r *run) linkIn(to, kind string) (string, error) {
	begin := time.Now()
	l, err := r.box.wait(to, kind)
	r.note("mail "+kind, time.Since(begin), false)
	if err != nil {
		return "", err
	}
	link, err := l.link(r.base)
	if err == nil {
		r.keep(func(k *kept) { k.secrets = append(k.secrets, link[strings.LastIndex(link, "/")+1:]) })
	}
	return link, err
}

// thieves is how many follow a link at the same moment as its owner, now and then.
const thieves = 4

// enter follows a link, at times together with others: one of them gets in.
func (r *run) enter(c caller, link string) (*visitor, error) {
	all := []*visitor{r.visitor(c.n, time.Time{})}
	if c.random.IntN(4) == 0 {
		for i := range thieves {
			all = append(all, r.visitor(1<<20+c.n*thieves+i, time.Time{}))
		}
	}
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for _, v := range all {
		ready.Add(1)
		done.Go(func() {
			v.get(link)
			ready.Done()
			<-start
			v.post(link, nil)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	var in []*visitor
	var err error
	for _, v := range all {
		if v.err == nil && v.status == http.StatusSeeOther {
			in = append(in, v)
		}
		err = errors.Join(err, v.err)
	}
	if len(all) > 1 {
		r.keep(func(k *kept) { k.links++ })
	}
	if len(in) != 1 {
		return nil, fmt.Errorf("%d of %d got in by one link: %w", len(in), len(all), err)
	}
	return in[0], nil
}

// totp reads the key off the page and tells the code that an authenticator shows.
func (v *visitor) totp() string {
	if v.err != nil {
		return ""
	}
	key := strings.Join(strings.Fields(v.doc.Find("[data-totp-secret]").Text()), "")
	code, err := totp.GenerateCode(key, time.Now())
	if err != nil {
		v.fail("key for the authenticator: %v", err)
	}
	v.run.keep(func(k *kept) { k.secrets = append(k.secrets, key) })
	return code
}

// checkUp is an owner who signs in and looks around.
func checkUp(r *run, c caller) error {
	v := r.visitor(c.n, c.due)
	v.get("/signin")
	v.post("/signin", url.Values{"identifier": {r.member(c.random)}, "password": {oldPassword}})
	v.follow()
	v.on("account")
	v.get("/account/activity")
	v.on("account-activity")
	v.post("/signout", nil)
	return v.err
}

// stranger looks around and asks for a mail to an account that is there or is not: both get to
// see the same.
func stranger(r *run, c caller) error {
	v := r.visitor(c.n, c.due)
	v.get("/")
	v.on("home")
	v.get("/help")
	v.get("/recover")
	who := "nobody" + fmt.Sprint(c.n)
	if c.random.IntN(2) == 0 {
		who = r.member(c.random)
	}
	v.post("/recover", url.Values{"identifier": {who}})
	v.follow()
	v.on("recover-sent")
	if v.err != nil {
		return v.err
	}
	text := strings.Join(strings.Fields(v.doc.Find("main").Text()), " ")
	if text = strings.ReplaceAll(text, who, "…"); !r.sameAnswer(text) {
		return errors.New("somebody who is there and somebody who is not get different answers")
	}
	return nil
}
