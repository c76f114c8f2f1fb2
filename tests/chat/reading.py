"""How Discord reads what it gets: the text and links of markdown, the size of an embed."""

from markdown_it import MarkdownIt

from bot.news.text import units

READER = MarkdownIt("commonmark").enable(["strikethrough"])

# What a hostile or unlucky text is made of.
AWKWARD = (
    *"\\*_~`|[]()<>#+-.!:/@ 1a",
    *("@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "<:a:1>", "<t:1:R>", "</news:1>"),
    *("[free](https://evil.example)", "https://evil.example/a_b_c", "```", "||", "~~", "**", "__"),
    *("# ", "-# ", "> ", ">>> ", "1. ", "2) ", "👩‍👩‍👧", "🚀", "é", "e\u0301", "漢字", "\ud83d"),
)


def read(markdown):
    """Return the text that a reader of `markdown` sees, and the addresses it links to."""
    shown, links = "", []
    for block in READER.parse(markdown):
        for token in block.children or [block]:
            if token.type in ("text", "text_special", "html_inline", "html_block", "code_inline"):
                shown += token.content
            elif token.type == "link_open":
                links.append(token.attrs["href"])
    return shown.replace("\u200b", ""), links


def size(shown):
    """Return how much of a message's 6000 an embed takes, having checked each of its parts."""
    parts = {
        ("title", 256, shown.title),
        ("description", 4096, shown.description),
        ("author", 256, shown.author.name),
        ("footer", 2048, shown.footer.text),
    }
    for field in shown.fields:
        assert field.name
        assert field.value
        parts |= {("field name", 256, field.name), ("field value", 1024, field.value)}
    for name, limit, text in parts:
        assert units(text or "") <= limit, name
    assert len(shown.fields) <= 25
    return sum(units(text or "") for _, _, text in parts)


def addresses(shown):
    """Return every address in an embed."""
    parts = (shown, shown.image, shown.thumbnail, shown.author, shown.footer)
    named = [getattr(part, name, None) for part in parts for name in ("url", "icon_url")]
    return [address for address in named if address is not None] + [
        link for field in shown.fields for link in read(field.value)[1]
    ]
