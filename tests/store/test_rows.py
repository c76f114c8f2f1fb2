from datetime import UTC, datetime

from bot.news.article import Picture, Provider, Related
from bot.store import articles, rows
from tests.samples import EVER, article
from tests.store.archive import keep, latest

LOGO = Picture("https://gazette.example.org/logo.png", 64, 64)

FULL = article(
    "space/comet",
    title="Comet “Applecart” über 雾 🌫️",
    body="Line one\n\nLine two",
    kind="video",
    category="news",
    language="pt-BR",
    provider=Provider("Puddle Bay Gazette", "gazette.example.org", (LOGO,)),
    published_at=datetime(1969, 12, 31, 23, 59, 58, tzinfo=UTC),
    topics=("Space", "AI"),
    quality=None,
    heat=3,
    published=False,
    pictures=(Picture("https://gazette.example.org/comet.jpg", 1200, 630, cached=True), LOGO),
    related=(
        Related(
            "Tail seen",
            "https://mirror.example.net/tail",
            "The Mirror",
            datetime(2025, 12, 30, tzinfo=UTC),
            "A tail.",
            "video",
            70,
            (LOGO,),
        ),
        Related("Undated", "https://mirror.example.net/undated"),
    ),
    extra={"secured": "U2FsdGVkX1+x/=", "ampWebUrl": "", "nested": {"list": [1, None, 2.5]}},
)


async def test_an_article_comes_back_from_the_database_as_it_went_in(database):
    await keep(database, FULL)
    (found,) = await articles.in_channel(database, 1)
    assert found.article == FULL
    assert not found.listed


async def test_a_fraction_of_a_second_is_cut_off(database):
    when = datetime(2025, 12, 31, 9, 0, 0, 999_999, tzinfo=UTC)
    await keep(database, article("comet", published_at=when))
    (found,) = await latest(database, EVER)
    assert found.article.published_at == when.replace(microsecond=0)


def test_a_picture_counts_for_each_provider_by_domain_or_else_by_name():
    url = "https://photos.example.net/moon.jpg"
    named = rows.picture_key(Provider("Gazette"), url)
    assert rows.picture_key(Provider("Gazette", "gazette.example.org"), url) != named
    assert rows.picture_key(Provider("Other", "gazette.example.org"), url) == rows.picture_key(
        Provider("Gazette", "gazette.example.org"), url
    )
    assert -(1 << 63) <= named < 1 << 63
