"""Bodies: the limits of a message body (resources/message, "embed limits" and "create message").

A broken limit is a 50035 with one error per field, an empty message a 50006. Text is measured
trimmed, as the documentation says, and in UTF-16 units: the documentation leaves the unit open,
and this is the strictest reading.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from tests.wire.api_errors import ApiError, FormErrors
from tests.wire.components import check_components
from tests.wire.records import Json, MessageFlag

CONTENT_LIMIT = 2000
EMBEDS_PER_MESSAGE = 10
EMBED_SIZE = 6000  # over all embeds of one message
FIELDS_PER_EMBED = 25
NONCE_LIMIT = 25
URL_LIMIT = 2048
LAST_COLOUR = 0xFFFFFF

EMBED_TEXTS = (
    (("title",), 256),
    (("description",), 4096),
    (("footer", "text"), 2048),
    (("author", "name"), 256),
)
FIELD_TEXTS = (("name", 256), ("value", 1024))

WEB = ("http", "https")
EMBED_URLS = (
    (("url",), WEB),
    (("author", "url"), WEB),
    (("image", "url"), (*WEB, "attachment")),
    (("thumbnail", "url"), (*WEB, "attachment")),
    (("author", "icon_url"), (*WEB, "attachment")),
    (("footer", "icon_url"), (*WEB, "attachment")),
)

Path = tuple[str | int, ...]


def check_message(body: Json, at: Path = ()) -> None:
    """Refuse `body` if it breaks a limit; `at` is where the message stands in a larger body."""
    form = FormErrors()
    _check_text(form, (*at, "content"), body.get("content"), CONTENT_LIMIT)
    nonce = body.get("nonce")
    if nonce is not None and len(str(nonce)) > NONCE_LIMIT:
        text = f"Must be {NONCE_LIMIT} or fewer in length."
        form.add((*at, "nonce"), "BASE_TYPE_MAX_LENGTH", text)
    _check_embeds(form, (*at, "embeds"), body.get("embeds") or [])
    new_style = bool((body.get("flags") or 0) & MessageFlag.COMPONENTS_V2)
    check_components(form, (*at, "components"), body.get("components") or [], new_style)
    if new_style:
        _check_new_style(form, at, body)
    _check_mentions(form, (*at, "allowed_mentions"), body.get("allowed_mentions") or {})
    form.refuse()
    if not any(body.get(part) for part in ("content", "embeds", "components", "attachments")):
        raise ApiError(50006)


def texts(body: Json) -> list[str]:
    """Return every text of a message that automatic moderation would read."""
    found = [body.get("content") or ""]
    for embed in body.get("embeds") or []:
        found += [str(_at(embed, path) or "") for path, _ in EMBED_TEXTS]
        for field in embed.get("fields") or []:
            found += [str(field.get(part) or "") for part, _ in FIELD_TEXTS]
    return found


def check_name(name: object, at: Path, longest: int = 100) -> None:
    """Refuse a thread or choice name that is not 1 to `longest` characters."""
    if isinstance(name, str) and 1 <= size(name) <= longest:
        return
    form = FormErrors()
    form.add(at, "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {longest} in length.")
    form.refuse()


def size(text: object) -> int:
    """Return the length of the trimmed text in UTF-16 units."""
    return len(str(text or "").strip().encode("utf-16-le")) // 2


def trimmed(embed: Json) -> Json:
    """Return the embed as Discord keeps it: of type rich, with trimmed texts."""
    return {"type": "rich", **_stripped(embed)}


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_stripped(each) for each in value]
    if isinstance(value, dict):
        return {key: _stripped(each) for key, each in value.items()}
    return value


def _check_embeds(form: FormErrors, at: Path, embeds: list[Json]) -> None:
    if len(embeds) > EMBEDS_PER_MESSAGE:
        form.add(at, "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS_PER_MESSAGE} or fewer in length.")
    for number, embed in enumerate(embeds):
        _check_embed(form, (*at, number), embed)
    if sum(size(text) for text in texts({"embeds": embeds})) > EMBED_SIZE:
        text = f"Embed size exceeds maximum size of {EMBED_SIZE}"
        form.add(at, "MAX_EMBED_SIZE_EXCEEDED", text)


def _check_embed(form: FormErrors, at: Path, embed: Json) -> None:
    for path, longest in EMBED_TEXTS:
        _check_text(form, (*at, *path), _at(embed, path), longest)
    for path, schemes in EMBED_URLS:
        _check_url(form, (*at, *path), _at(embed, path), schemes)
    _check_fields(form, (*at, "fields"), embed.get("fields") or [])
    if not 0 <= (embed.get("color") or 0) <= LAST_COLOUR:
        form.add((*at, "color"), "NUMBER_TYPE_MAX", f"int value should be at most {LAST_COLOUR}.")
    if not _is_moment(embed.get("timestamp")):
        form.add((*at, "timestamp"), "DATE_TIME_TYPE_PARSE", "Could not parse. Should be ISO8601.")


def _check_fields(form: FormErrors, at: Path, fields: list[Json]) -> None:
    if len(fields) > FIELDS_PER_EMBED:
        form.add(at, "BASE_TYPE_MAX_LENGTH", f"Must be {FIELDS_PER_EMBED} or fewer in length.")
    for number, field in enumerate(fields):
        for part, longest in FIELD_TEXTS:
            if not size(field.get(part)):
                form.add((*at, number, part), "BASE_TYPE_REQUIRED", "This field is required")
            _check_text(form, (*at, number, part), field.get(part), longest)


def _check_text(form: FormErrors, at: Path, text: object, longest: int) -> None:
    if size(text) > longest:
        form.add(at, "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length.")


def _check_url(form: FormErrors, at: Path, url: str | None, schemes: tuple[str, ...]) -> None:
    if url is None:
        return
    scheme, host = urlsplit(url).scheme.lower(), urlsplit(url).netloc
    if scheme not in schemes:
        text = f'Scheme "{scheme}" must be one of {schemes}.'
        form.add(at, "URL_TYPE_INVALID_SCHEME", text)
    elif len(url) > URL_LIMIT:
        form.add(at, "BASE_TYPE_MAX_LENGTH", f"Must be {URL_LIMIT} or fewer in length.")
    elif scheme in WEB and (not host or any(letter.isspace() for letter in url)):
        form.add(at, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def _check_new_style(form: FormErrors, at: Path, body: Json) -> None:
    """Components V2 stand alone: no content and no embeds beside them."""
    for part in ("content", "embeds"):
        if body.get(part):
            text = "The 'content' and 'embeds' fields cannot be used when using IS_COMPONENTS_V2"
            form.add((*at, part), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)


def _check_mentions(form: FormErrors, at: Path, allowed: Json) -> None:
    """`parse: users` and a list of users exclude each other, and so for roles."""
    for part in ("users", "roles"):
        if part in (allowed.get("parse") or []) and allowed.get(part):
            text = f"parse:[{part!r}] and {part}: [ids...] are mutually exclusive."
            form.add(at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text)


def _is_moment(text: object) -> bool:
    if text is None:
        return True
    try:
        datetime.fromisoformat(str(text))
    except ValueError:
        return False
    return True


def _at(embed: Json, path: tuple[str, ...]) -> Any:
    """Return the value at `path`, or None where a step is missing."""
    node: Any = embed
    for step in path:
        node = (node or {}).get(step)
    return node
