"""Language tags: how they are read, and which lets which pass."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.language import askable, language, passes
from tests.news.strategies import awkward_text, examples

READ = [
    # as it is written, as it is read
    ("en", "en"),
    ("EN", "en"),
    (" de ", "de"),
    ("no", "no"),
    ("gsw", "gsw"),
    ("en-gb", "en-GB"),
    ("en_US", "en-US"),
    ("PT-br", "pt-BR"),
    ("es-419", "es-419"),
    ("zh-hant", "zh-Hant"),
    ("ZH_HANT_tw", "zh-Hant-TW"),
    ("zh-YUE-hk", "zh-yue-HK"),
    ("sl-Rozaj-BISKE", "sl-rozaj-biske"),
    ("de-ch-1901", "de-CH-1901"),
    ("sl-IT-1Nedis", "sl-IT-1nedis"),
    ("az-latn-x-LATN", "az-Latn-x-latn"),
    ("en-CA-x-CA", "en-CA-x-ca"),
    ("de-DE-u-CO-phonebk", "de-DE-u-co-phonebk"),
    ("ab-cd-efghi-jklmn-opqrs-tuvwx-yzabc", "ab-CD-efghi-jklmn-opqrs-tuvwx-yzabc"),
]


@pytest.mark.parametrize(("written", "tag"), READ)
def test_a_tag_is_read_in_its_usual_case(written, tag):
    assert language(written) == tag


NO_TAGS = [
    *("", " ", "-", "_", "e", "English", "german", "english-us", "en-", "-en", "en--GB", "en GB"),
    *("en-GB-US", "en-Latn-Cyrl", "en-u", "en-x", "x-klingon", "12", "en_US.UTF-8", "en,de", "*"),
    *("en-*", "ën", "\N{KELVIN SIGN}n", "en\0", "en-\u0661\u0662\u0663", "e\u200bn"),
    "ab-cd-efghi-jklmn-opqrs-tuvwx-yzabc-a1b2c",
    "en-" + "x" * 100_000,
]


@pytest.mark.parametrize("written", NO_TAGS, ids=lambda text: ascii(text[:20]))
def test_what_is_no_tag_is_refused_with_the_mend(written):
    with pytest.raises(ValueError, match="is no language tag: write for example en or pt-BR") as no:
        language(written)
    assert str(no.value).startswith(repr(written[:40]))


@pytest.mark.parametrize("value", [12, 1.5, True, ["en"], {"en": "de"}])
def test_what_is_no_text_is_no_tag(value):
    with pytest.raises(ValueError, match="should be a language tag such as en or pt-BR"):
        language(value)


tag_like = st.lists(
    st.one_of(
        st.sampled_from(["en", "EN", "pt", "hant", "Latn", "BR", "419", "x", "u", "1901", "rozaj"]),
        st.text("aZ0ı-_ K", max_size=9),
    ),
    max_size=6,
).flatmap(lambda parts: st.sampled_from("-_ ").map(lambda mark: mark.join(parts)))


@examples
@given(st.one_of(st.text(), awkward_text, tag_like))
def test_any_text_is_a_tag_or_refused_and_a_tag_is_read_as_itself(text):
    try:
        tag = language(text)
    except ValueError as error:
        assert "is no language tag" in str(error)  # noqa: PT017
        return
    assert tag == language(tag) == language(tag.upper().replace("-", "_"))
    assert tag.lower() == text.strip().replace("_", "-").lower()
    assert len(tag) <= 35
    assert re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*", tag)


PASSES = [
    # what an article is in, what is wanted, whether it passes
    ("en", ["en"], True),
    ("en-GB", ["en"], True),
    ("en", ["en-GB"], False),
    ("en-GB", ["en-GB"], True),
    ("en-US", ["en-GB"], False),
    ("pt-BR", ["pt-BR"], True),
    ("pt-PT", ["pt-BR"], False),
    ("pt-BR-x-sp", ["pt-BR"], True),
    ("zh-Hant-TW", ["zh-Hant"], True),
    ("zh-Hant-TW", ["zh-TW"], False),  # basic filtering: nothing is left out between
    ("zh-Hans", ["zh-Hant"], False),
    ("eng", ["en"], False),
    ("en", ["e"], False),
    ("EN-gb", ["eN"], True),
    ("de", ["en", "de"], True),
    ("fr", ["en", "de"], False),
    ("", ["en"], False),
    ("en", [], False),
]


@pytest.mark.parametrize(("tag", "wanted", "passing"), PASSES)
def test_a_tag_lets_itself_and_narrower_ones_pass(tag, wanted, passing):
    assert passes(tag, wanted) is passing


def test_what_can_be_asked_for_is_each_language_and_what_it_narrows():
    assert askable(["zh-Hant-TW", "en-GB", "en-US", "de-CH-x-zh"]) == [
        *("de", "de-CH", "de-CH-x-zh", "en", "en-GB", "en-US", "zh", "zh-Hant", "zh-Hant-TW"),
    ]
    assert askable([]) == []


@examples
@given(st.lists(tag_like))
def test_whatever_can_be_asked_for_lets_something_pass(texts):
    tags = []
    for text in texts:
        try:
            tags.append(language(text))
        except ValueError:
            continue
    for wanted in askable(tags):
        assert wanted == language(wanted)
        assert any(passes(tag, [wanted]) for tag in tags)
    assert {*tags} <= {*askable(tags)}
