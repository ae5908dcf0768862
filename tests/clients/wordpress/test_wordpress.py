"""An unmodified Akismet plugin, pointed at Moderato by a must-use plugin."""

import re

import newer
import pytest
import requests
from blog import Blog
from conftest import FIRST_KEY, wait_for
from front import Front, free_port

HAM = "I have the same bicycle and the brakes were fine after two winters"
SPAM = "Make $5000 weekly, ask Mrs Brenda on WhatsApp +1 234 567 8900"
SCREEN = "options-general.php?page=akismet-key-config"


def serve(rig):
    """A service at a port that stays the same, and an Akismet key for it."""
    flags = ["--limit-author", "0", "--limit-ip", "0", "--webhook-hosts", "127.0.0.1"]
    d = rig.daemon("--listen", f"127.0.0.1:{free_port()}", *flags).start()
    told = d.command("key", "add", "--style", "akismet", "--label", "my blog").stdout
    d.akismet_key = told.removeprefix("API key: ").strip()
    return d


@pytest.fixture(scope="module", params=["debian's", "newer"])
def plugin(request, tmp_path_factory):
    """The Akismet plugin of 5.0 and that of 5.5."""
    newest = request.param == "newer"
    return newer.akismet(tmp_path_factory.mktemp("newer")) if newest else None


@pytest.fixture(scope="module")
def service(shared_rig, plugin):
    return serve(shared_rig)


@pytest.fixture(scope="module")
def blog(service, plugin, tmp_path_factory, request):
    """A blog whose editor has set Akismet up."""
    at = f"define('MODERATO_URL', 'http://127.0.0.1:{service.port}/');"
    b = Blog(tmp_path_factory.mktemp("blog"), plugin, at)
    request.addfinalizer(b.dispose)
    b.activate_akismet(service.akismet_key)
    return b


def stats(service, blog):
    fields = {"key": service.akismet_key, "blog": blog.url, "from": "all"}
    got = requests.post(service.url("/1.1/get-stats"), data=fields, timeout=10).json()
    names = ("spam", "ham", "missed_spam", "false_positives")
    return {name: got[name] for name in names}


def verdict(service, blog, text):
    fields = {"api_key": service.akismet_key, "blog": blog.url, "is_test": "1"}
    fields |= {"user_ip": "192.0.2.9", "comment_content": text}
    return requests.post(
        service.url("/1.1/comment-check"), data=fields, timeout=10
    ).text


def where(blog, number):
    """The folders of wp-admin that show a comment."""
    return [f for f in ("moderated", "spam", "approved") if number in blog.folder(f)]


def check_pending(blog):
    """The editor presses `Check for Spam`."""
    page = blog.page("edit-comments.php?comment_status=moderated")
    form = {
        "action": "akismet_recheck_queue",
        "nonce": re.search(r'data-nonce="(\w+)"', page)[1],
    }
    assert '"counts"' in blog.page("admin-ajax.php", form)


def test_wp_admin_says_where_it_points(blog, service):
    address = f"http://127.0.0.1:{service.port}"
    assert f"judged by Moderato at <code>{address}</code>" in blog.page(SCREEN)
    page = blog.page("options-general.php?page=moderato")
    assert address in page and "Connected, and the key is valid." in page


def test_wp_admin_does_not_show_the_key_to_others(blog):
    got = blog.editor.get(f"{blog.url}/wp-admin/{SCREEN}", timeout=60)
    assert got.headers["Content-Security-Policy"] == "frame-src 'self'"


def test_a_wrong_key_is_refused(blog, service):
    form = blog.fields(blog.page(SCREEN + "&view=start"), "enter-key")
    page = blog.page(SCREEN, form | {"key": "badbadbadbad"})
    assert "The key you entered is invalid" in page
    assert "Connected, and the key is valid." in blog.page(
        "options-general.php?page=moderato"
    )


def test_spam_and_ham_of_readers(blog, service):
    before = stats(service, blog)
    good, bad = blog.comment("Ann Miller", HAM), blog.comment("Bob Pay", SPAM)
    assert where(blog, good) == ["moderated"]  # WordPress: a first comment waits
    assert where(blog, bad) == ["spam"]
    blog.act(good, "approvecomment", "moderated")
    again = blog.comment("Ann Miller", "And the lamp is still as bright as on day one")
    assert where(blog, again) == ["approved"]
    after = stats(service, blog)
    assert after["ham"] - before["ham"] == 2
    assert after["spam"] - before["spam"] == 1


def test_what_the_editor_decides_arrives(blog, service):
    before = stats(service, blog)
    missed = "Thank you, the second recipe worked, only mine took an hour longer"
    wrong = SPAM.replace("weekly", "every week").replace("Brenda", "Belinda")
    number = blog.comment("Cathy Baker", missed)
    blog.act(number, "spamcomment", "moderated")
    assert where(blog, number) == ["spam"]
    assert verdict(service, blog, missed) == "true"
    number = blog.comment("Dan Pay", wrong)
    assert where(blog, number) == ["spam"]
    blog.act(number, "unspamcomment", "spam")
    assert where(blog, number) == ["moderated"]
    assert verdict(service, blog, wrong) == "false"
    after = stats(service, blog)
    assert after["missed_spam"] - before["missed_spam"] == 1
    assert after["false_positives"] - before["false_positives"] == 1


def test_a_decision_elsewhere_counts_when_it_is_checked_again(blog, service):
    text = "we walked along the river until the mill and then took the bus home"
    number = blog.comment("Eve Walker", text)
    assert where(blog, number) == ["moderated"]
    fields = {"api_key": service.akismet_key, "blog": "http://other.example"}
    fields |= {"user_ip": "192.0.2.8", "comment_content": text}
    requests.post(service.url("/1.1/submit-spam"), data=fields, timeout=10)
    check_pending(blog)
    assert where(blog, number) == ["spam"]


# --- the way back: only the newer plugin knows it


def record_of(blog, service, number):
    """The record of a comment, by what the plugin remembers of it."""
    guid = blog.meta(number, "akismet_guid")
    if not guid:
        pytest.skip("this Akismet plugin knows no webhook")
    value, id_ = int(guid, 16), ""
    for _ in range(26):
        value, digit = divmod(value, 32)
        id_ = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[digit] + id_
    service.session.close()  # long idle: the service may just be closing it
    return service.get(f"/v1/comments/{id_}").json()


def decide(service, record, decision):
    path = f"/v1/comments/{record['id']}/decision"
    service.check({"decision": decision}, path=path)


def history(service, record):
    now = service.get(f"/v1/comments/{record['id']}").json()
    return [(h["decision"], h["actor"]) for h in now["history"]]


def test_what_the_editor_decides_is_in_the_record(blog, service):
    number = blog.comment("Jo Gardener", "The moles have left my lawn for another one")
    record = record_of(blog, service, number)
    blog.act(number, "spamcomment", "moderated")
    assert history(service, record) == [("spam", "engine")]
    blog.act(number, "unspamcomment", "spam")
    assert history(service, record)[-1] == ("approve", "engine")


def test_our_decision_changes_the_comment(blog, service):
    text = "Earn $7000 monthly from home, write to Mr Paul on WhatsApp +1 987 654 3210"
    wrong = blog.comment("Gil Gardener", text + " http://earn.example")
    assert where(blog, wrong) == ["spam"]
    record = record_of(blog, service, wrong)
    decide(service, record, "approve")
    wait_for("not spam", lambda: where(blog, wrong) == ["moderated"], 30)
    assert history(service, record) == [("approve", "moderator")]

    blog.act(wrong, "approvecomment", "moderated")
    missed = blog.comment("Gil Gardener", "The tulips of last year came up again today")
    assert where(blog, missed) == ["approved"]
    decide(service, record_of(blog, service, missed), "spam")
    wait_for("spam", lambda: where(blog, missed) == ["spam"], 30)


def test_a_decision_that_was_undone_never_arrives(blog, service):
    number = blog.comment("Hal Gardener", "And the roses of my neighbour did as well")
    assert where(blog, number) == ["moderated"]
    record = record_of(blog, service, number)
    decide(service, record, "spam")
    auth = {"Authorization": f"Bearer {FIRST_KEY}"}
    url = service.url(f"/v1/comments/{record['id']}/decision")
    assert service.session.delete(url, headers=auth, timeout=10).status_code == 200
    later = blog.comment("Ida Gardener", "It was the mild winter and the rain")
    decide(service, record_of(blog, service, later), "spam")
    wait_for("the later one", lambda: where(blog, later) == ["spam"], 30)
    assert where(blog, number) == ["moderated"]


def test_no_comment_is_lost_while_the_service_is_away(blog, service):
    service.end()
    try:
        text = "Is the second photograph from the old harbour or from the new one?"
        good = blog.comment("Fay Sailor", text)
        bad = blog.comment("viagra-test-123", "what a nice photograph of the harbour")
        assert where(blog, good) == where(blog, bad) == ["moderated"]
        assert blog.meta(bad, "akismet_error")
    finally:
        service.start()
    check_pending(blog)
    assert where(blog, good) == ["moderated"]
    assert not blog.meta(good, "akismet_error")
    assert where(blog, bad) == ["spam"]


def approved(blog, author, text):
    """A reader of whom somebody approved a comment: what follows needs nobody."""
    blog.act(blog.comment(author, text), "approvecomment", "moderated")
    return author


def test_a_known_reader_waits_too_and_is_checked_later(blog, service):
    known = approved(blog, "Kim Sailor", "The ferry to the island goes twice a day now")
    service.end()
    try:
        good = blog.comment(known, "And in winter it goes once, when there is no ice")
        bad = blog.comment(known, SPAM.replace("Brenda", "Belinda"))
        assert where(blog, good) == where(blog, bad) == ["moderated"]
    finally:
        service.start()
    blog.php("Akismet::cron_recheck();")
    assert where(blog, good) == ["approved"]
    assert where(blog, bad) == ["spam"]


@pytest.mark.parametrize("body", ["text", "array"])
def test_a_key_in_the_name_of_the_host(blog, service, body):
    """As older plugins ask; the name itself goes nowhere."""
    fields = {"blog": "http://a.b", "user_ip": "::1"}
    fields["comment_author"] = "viagra-test-123"
    text = "'" + "&".join(f"{k}={v}" for k, v in fields.items()) + "'"
    array = "[" + ",".join(f"'{k}' => '{v}'" for k, v in fields.items()) + "]"
    body = {"text": text, "array": array}[body]
    for key, answer in ((service.akismet_key, "true"), ("badbadbadbad", "invalid")):
        url = f"https://{key}.rest.akismet.com/1.1/comment-check"
        post = f"wp_remote_post('{url}', ['body' => {body}])"
        assert blog.php(f"echo wp_remote_retrieve_body({post});") == answer


def test_other_hosts_are_left_alone(blog):
    code = "echo wp_remote_get('http://%s/1.1/test')->get_error_code();"
    for host in ("blog.example", "xrest.akismet.com", "rest.akismet.com.example"):
        assert blog.php(code % host) == "http_request_not_executed"


def test_our_plugin_says_nothing_bad(blog):
    assert "moderato" not in blog.errors.read_text().replace("moderato.sock", "")


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_https_with_a_certificate_of_ones_own(rig, request, tmp_path, known):
    service = serve(rig)
    proxy = Front("haproxy", rig.place(), service.port)
    rig.made.append(proxy)
    at = f"define('MODERATO_URL', 'https://localhost:{proxy.tls_port}');"
    at += f"define('MODERATO_CA', '{proxy.crt}');" if known else ""
    b = Blog(tmp_path, None, at)
    request.addfinalizer(b.dispose)
    b.activate_akismet(service.akismet_key)
    page = b.page("options-general.php?page=moderato")
    says = "Connected, and the key is valid." if known else "No answer: "
    assert says in page
    number = b.comment("viagra-test-123", "hello")
    assert where(b, number) == ["spam" if known else "moderated"]


@pytest.fixture
def unset_blog(tmp_path, plugin, request):
    """A blog where nobody said yet where Moderato is."""
    b = Blog(tmp_path, plugin)
    request.addfinalizer(b.dispose)
    return b


def set_address(blog, address):
    path = "options-general.php?page=moderato"
    form = blog.fields(blog.page(path), "update")
    return blog.page("options.php", form | {"moderato_url": address})


def test_the_address_is_set_in_wp_admin(unset_blog, rig):
    b, service = unset_blog, serve(rig)
    assert "No address is set" in b.page("options-general.php?page=moderato")
    for wrong in ("javascript:alert(1)", "ftp://x.example", "http://"):
        page = set_address(b, wrong)
        assert "this is no address" in page and "No address is set" in page, wrong
    page = set_address(b, f"http://127.0.0.1:{free_port()}")
    assert "No answer" in page
    page = set_address(b, f" http://127.0.0.1:{service.port}/ ")
    assert "Connected. The Akismet plugin is not active." in page
    b.activate_akismet(service.akismet_key)
    number = b.comment("viagra-test-123", "hello")
    assert where(b, number) == ["spam"]
    known = approved(b, "Ann Miller", HAM)
    set_address(b, "")
    for author in ("viagra-test-123", known):
        number = b.comment(author, "hello again")
        assert where(b, number) == ["moderated"]
        assert b.meta(number, "akismet_error")
