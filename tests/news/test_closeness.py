"""What an article has in common with others."""

from bot.news.closeness import Neighbour, candidates, closest, questions, rarity, telling

COMET, HARBOUR = frozenset({"comet"}), frozenset({"harbour"})
COUNTS = {"comet": 3, "harbour": 40, "seen": 900, "lamp": 12, "news": 5_000, "gull": 1}


def test_the_rarest_words_of_a_text_tell_most():
    text = "The news of the harbour: a comet was seen, and a gull, unheard"
    assert telling(text, COUNTS) == ("gull", "comet", "harbour", "seen", "news")
    assert telling("To be or not to be", COUNTS) == ()


def test_little_and_short_words_tell_nothing():
    assert candidates("The UN is at it, again: again 42!") == ("again",)


def test_the_rarer_what_is_shared_the_closer():
    words = {"comet": 3, "harbour": 40}
    near = [
        Neighbour(1, "Harbour opens", HARBOUR),
        Neighbour(2, "A comet", COMET),
        Neighbour(3, "Comet over the harbour", COMET),
        Neighbour(4, "Nothing at all", COMET),
        Neighbour(5, "Nothing at all", HARBOUR),
    ]
    assert closest(words, {}, near) == (3, 2, 4, 1, 5)


def test_a_shared_topic_counts_as_much_as_a_word_as_rare_as_it():
    near = [
        Neighbour(1, "Comet", COMET),
        Neighbour(2, "Comet", COMET, (7,)),
        Neighbour(3, "Gull", COMET, (7,)),
    ]
    assert closest({"comet": 3}, {7: 2}, near) == (2, 3, 1)


def test_other_forms_of_a_word_are_the_word():
    assert closest(
        {"robots": 4},
        {},
        [
            Neighbour(2, "Gulls", frozenset({"robots"})),
            Neighbour(1, "A robot counts", frozenset({"robots"})),
        ],
    ) == (1, 2)


def test_neighbours_are_looked_for_by_each_word_and_by_pairs_of_the_rarest():
    assert questions(("gull", "comet")) == ((("gull",),), (("comet",),), (("gull",), ("comet",)))
    assert questions(()) == ()


def test_rarity_falls_the_more_articles_there_are():
    assert rarity(1) == 1
    assert rarity(1) > rarity(2) > rarity(100) > rarity(1_000_000) > 0
