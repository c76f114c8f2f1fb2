"""Components: the limits of buttons, selects and layouts (components/reference)."""

from collections.abc import Iterator

from tests.wire.api_errors import FormErrors
from tests.wire.records import Json

ROWS = 5
BUTTONS_IN_ROW = 5
LAYOUT_TOTAL = 40  # nested ones count, IS_COMPONENTS_V2 only
OPTIONS = 25
ACTION_ROW, BUTTON, STRING_SELECT = 1, 2, 3
SELECTS = (3, 5, 6, 7, 8)
LINK_STYLE = 5

Path = tuple[str | int, ...]


def check_components(form: FormErrors, at: Path, top: list[Json], new_style: bool) -> None:
    """Note every broken limit of a message's components in `form`."""
    if new_style:
        if sum(1 for _ in walk(top)) > LAYOUT_TOTAL:
            form.add(at, "BASE_TYPE_MAX_LENGTH", f"Must be {LAYOUT_TOTAL} or fewer in length.")
    else:
        _check_rows(form, at, top)
    seen: set[str] = set()
    for path, component in _located(top, at):
        _check_one(form, path, component)
        custom_id = component.get("custom_id")
        if custom_id in seen:
            text = "Component custom id cannot be duplicated"
            form.add((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", text)
        seen |= {custom_id} if custom_id else set()


def walk(components: list[Json]) -> Iterator[Json]:
    """Yield every component, nested ones and accessories included."""
    for _, component in _located(components, ()):
        yield component


def _located(components: list[Json], at: Path) -> Iterator[tuple[Path, Json]]:
    for number, component in enumerate(components):
        path = (*at, number)
        yield path, component
        yield from _located(component.get("components") or [], (*path, "components"))
        if accessory := component.get("accessory"):
            yield from _located([accessory], (*path, "accessory"))


def _check_rows(form: FormErrors, at: Path, rows: list[Json]) -> None:
    if len(rows) > ROWS:
        form.add(at, "BASE_TYPE_MAX_LENGTH", f"Must be {ROWS} or fewer in length.")
    for number, row in enumerate(rows):
        if row.get("type") != ACTION_ROW:
            text = f'Value of field "type" must be one of ({ACTION_ROW},).'
            form.add((*at, number, "type"), "UNION_TYPE_CHOICES", text)
        inside = row.get("components") or []
        width = sum(BUTTONS_IN_ROW if one.get("type") in SELECTS else 1 for one in inside)
        if not 1 <= width <= BUTTONS_IN_ROW:
            text = "The specified component exceeds the maximum width"
            form.add((*at, number), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", text)


def _check_one(form: FormErrors, at: Path, component: Json) -> None:
    if len(component.get("custom_id") or "") > 100:
        form.add((*at, "custom_id"), "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
    if component.get("type") == BUTTON:
        _check_button(form, at, component)
    options = component.get("options")
    if component.get("type") == STRING_SELECT and not 1 <= len(options or []) <= OPTIONS:
        text = f"Must be between 1 and {OPTIONS} in length."
        form.add((*at, "options"), "BASE_TYPE_BAD_LENGTH", text)


def _check_button(form: FormErrors, at: Path, button: Json) -> None:
    if len(button.get("label") or "") > 80:
        form.add((*at, "label"), "BASE_TYPE_MAX_LENGTH", "Must be 80 or fewer in length.")
    if button.get("style") != LINK_STYLE:
        return
    if button.get("custom_id"):
        text = "A custom id and url cannot both be specified"
        form.add(at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", text)
    if not str(button.get("url") or "").startswith(("http://", "https://", "discord://")):
        text = "Scheme must be one of ('http', 'https', 'discord')."
        form.add((*at, "url"), "URL_TYPE_INVALID_SCHEME", text)
    elif len(button["url"]) > 512:
        form.add((*at, "url"), "BASE_TYPE_MAX_LENGTH", "Must be 512 or fewer in length.")
