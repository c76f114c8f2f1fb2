"""Articles out of files that hold anything at all."""

from datetime import date

from hypothesis import strategies as st

from bot.news.front_matter import parse
from tests.chat.reading import AWKWARD
from tests.samples import front_matter

EVERY_AWKWARD = "".join(AWKWARD[:-1])  # without the half character: no file can hold one

fit_urls = st.one_of(
    st.just("https://gazette.example.org/comet"),
    st.integers(0, 2_048).map(lambda n: "https://gazette.example.org/(a)_b".ljust(n, "c")),
    st.just("https://gazette.example.org/ü [*]?q=<1>"),
)
urls = fit_urls | st.sampled_from(["javascript:alert(1)", "data:,x", "//x.example", "http://", ""])
words = st.lists(st.sampled_from(AWKWARD) | st.text(max_size=20), max_size=20).map("".join)
words = words.map(lambda text: text.encode(errors="ignore").decode())
texts = words | words.map(lambda text: (text * 10_000)[:10_000])
dates = st.dates(date(1, 1, 2), date(9999, 12, 30)).map(str)
pictures = st.lists(st.fixed_dictionaries({"url": urls, "width": st.integers(0, 2_000)}))
providers = st.none() | st.fixed_dictionaries({"name": words, "images": pictures})
stories = {
    "title": words.map("Comet ".__add__),
    "publishedDateTime": dates,
    "type": st.sampled_from(["article", "video"]),
    "provider": providers,
    "images": pictures,
}
coverages = st.fixed_dictionaries({**stories, "webUrl": urls})
files = st.fixed_dictionaries(
    {
        **stories,
        "webUrl": fit_urls,
        "title": texts.map("Comet ".__add__),
        "excerpt": texts,
        "topics": st.lists(words, max_size=6),
        "related": st.lists(coverages, max_size=6),
    }
)
articles = files.map(lambda f: parse(front_matter(**f).encode(), source="seeds", slug="any")[0])
