"""Addresses: which are fit to publish, and which mean the same story."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import FormatChecker

from bot.news.urls import MAX_URL, canonical, web_url
from tests.news.strategies import address_like, examples

GOOD = {
    "as it is": ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
    "spaces around": (" https://example.org/a\n", "https://example.org/a"),
    "capitals": ("HTTPS://Example.ORG/A", "https://example.org/A"),
    "space": ("https://example.org/a b", "https://example.org/a%20b"),
    "accents": ("https://example.org/ü?q=ä", "https://example.org/%C3%BC?q=%C3%A4"),
    "accents in the host": ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    "percent signs": ("http://example.org/%zz%e4", "http://example.org/%25zz%E4"),
    "quotes": ('http://example.org/"<a>"', "http://example.org/%22%3Ca%3E%22"),
    "marks of Markdown": ("http://example.org/a_(b)*", "http://example.org/a_(b)*"),
    "port": ("http://example.org:8080/", "http://example.org:8080/"),
    "IPv4": ("http://192.0.2.1/a", "http://192.0.2.1/a"),
    "IPv6": ("http://[2001:db8::1]/a", "http://[2001:db8::1]/a"),
    "longest": ("https://example.org/" + "a" * 2028, "https://example.org/" + "a" * 2028),
}


@pytest.mark.parametrize(("text", "address"), GOOD.values(), ids=GOOD)
def test_a_good_address_is_made_ascii(text, address):
    assert web_url(text) == address


BAD = {
    "empty": ("", "not an http or https address"),
    "relative": ("comet.html", "not an http or https address"),
    "no scheme": ("//example.org/a", "not an http or https address"),
    "ftp": ("ftp://example.org/a", "not an http or https address"),
    "javascript": ("javascript:alert(1)", "not an http or https address"),
    "data": ("data:image/png;base64,AA", "not an http or https address"),
    "file": ("file:///etc/hosts", "not an http or https address"),
    "no host": ("http://", "without a proper host name"),
    "empty host": ("http:///a", "without a proper host name"),
    "empty label": ("http://a..b/", "without a proper host name"),
    "escapes in the host": ("http://ex%61mple.org/", "without a proper host name"),
    "backslashes": ("http:\\\\example.org\\a", "without a proper host name"),
    "no IPv6": ("http://[:::]/", "without a proper host name"),
    "a port for an IPv6": ("http://[1:2]/", "without a proper host name"),
    "IPv6 of one machine": ("http://[fe80::1%eth0]/", "without a proper host name"),
    "a name in brackets": ("http://[example]/", "not an address"),
    "no such port": ("http://example.org:99999/", "not an address"),
    "user": ("https://me@example.org/", "a user name in it"),
    "password": ("https://me:secret@example.org/", "a user name in it"),
    "line break": ("https://good.example\n@evil.example/", "invisible characters"),
    "control": ("https://example.org/\x00", "invisible characters"),
    "line separator": ("https://example.org/a\u2028b", "invisible characters"),
    "too long": ("https://example.org/" + "a" * 2029, "2048 characters at most"),
    "too long with detours": ("https://example.org/" + "a/../" * 500, "2048 characters at most"),
    "too long in ASCII": ("https://example.org/" + "ü" * 400, "2048 characters at most"),
}


@pytest.mark.parametrize(("text", "reason"), BAD.values(), ids=BAD)
def test_a_bad_address_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        web_url(text)


SAME_STORY = {
    "as it is": ("https://example.org/a", "https://example.org/a"),
    "no path": ("https://example.org", "https://example.org/"),
    "query without a path": ("https://example.org?b=1", "https://example.org/?b=1"),
    "fragment": ("https://example.org/a#comments", "https://example.org/a"),
    "query in the fragment": ("https://example.org/a#?utm_source=x", "https://example.org/a"),
    "utm": ("https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"),
    "click ids": ("https://example.org/a?fbclid=x&id=7&gclid=y", "https://example.org/a?id=7"),
    "utm in capitals": ("https://example.org/a?UTM_Source=x", "https://example.org/a"),
    "sorted": ("https://example.org/?b=2&a=1", "https://example.org/?a=1&b=2"),
}


@pytest.mark.parametrize(("address", "known_as"), SAME_STORY.values(), ids=SAME_STORY)
def test_what_addresses_of_one_story_have_in_common(address, known_as):
    assert canonical(address) == known_as


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("id=1", "id=2"),
        ("12345", "12346"),
        ("cid=1", "cid=2"),
        ("uid=1", "uid=2"),
        ("gallery=1", "gallery=2"),
        ("reference=1", "reference=2"),
        ("article_eid=1", "article_eid=2"),
        ("a=%E4", "a=%F6"),
        ("a=b%26c=d", "a=b&c=d"),
    ],
)
def test_parameters_that_may_tell_stories_apart_are_kept(query, other):
    assert canonical(f"https://example.org/?{query}") != canonical(f"https://example.org/?{other}")


@examples
@given(st.one_of(address_like, st.text()))
def test_any_text_is_an_ascii_web_address_or_refused(text):
    try:
        address = web_url(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017
        return
    assert address.isascii()
    assert address.startswith(("http://", "https://"))
    assert len(address) <= MAX_URL
    assert web_url(address) == address
    FormatChecker().check(address, "uri")


@examples
@given(address_like)
def test_what_addresses_have_in_common_stays_the_same(text):
    try:
        known_as = canonical(web_url(text))
    except ValueError:
        return
    assert canonical(known_as) == known_as
    assert "#" not in known_as


pairs = st.tuples(
    st.sampled_from(("a", "b", "id", "", "c%20d", "%E4", "cid", "A")),
    st.sampled_from(("", "=", "=1", "=2", "=%E4", "=a+b", "=a%26b", "=a=b", "=;x")),
).map("".join)


@examples
@given(st.lists(pairs, max_size=4), st.integers(0, 4))
def test_tracking_parameters_make_no_other_story(query, place):
    tracked = [*query[:place], "utm_source=feed", "fbclid=x", *query[place:]]
    plain, marked = (f"https://example.org/x?{'&'.join(part)}" for part in (query, tracked))
    assert canonical(web_url(marked)) == canonical(web_url(plain))
