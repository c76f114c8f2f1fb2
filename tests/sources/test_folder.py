import os
import socket

import pytest

from bot.errors import SourceError
from bot.news.front_matter import MAX_BYTES
from bot.sources.folder import Listing, Reading, read, read_all, scan, slug
from tests.samples import front_matter, write
from tests.sources.trees import moved_too_deep, touched


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("comet.md", "comet"),
        ("space/2026/comet.markdown", "space/2026/comet"),
        ("Comet.MD", "Comet"),
        ("v1.2 released.md", "v1.2 released"),
        ("v1.2/notes.md", "v1.2/notes"),
        ("v1.2/README", "v1.2/README"),
        ("komet-\u0075\u0308ber.md", "komet-\u00fcber"),
    ],
)
def test_a_slug_is_the_path_without_its_ending_in_one_spelling(path, expected):
    assert slug(path) == expected


def test_a_scan_lists_article_files_with_their_stamps(tmp_path):
    path = write(tmp_path, "space/comet")
    os.utime(path, ns=(5, 1_700_000_000_123_456_789))
    touched(tmp_path, "a.md", "b.MARKDOWN", "deep/er/c.txt")
    listing = scan(tmp_path)
    assert sorted(listing.files) == ["a.md", "b.MARKDOWN", "deep/er/c.txt", "space/comet.md"]
    assert listing.files["space/comet.md"] == (1_700_000_000_123_456_789, path.stat().st_size)
    assert (listing.refused, listing.unseen) == ({}, set())


def test_a_scan_leaves_out_other_files_and_hidden_ones(tmp_path):
    touched(tmp_path, "comet.jpg", "comet.md.bak", "README", "md", ".draft.md", ".git/notes.md")
    assert scan(tmp_path) == Listing()


@pytest.mark.parametrize(
    ("name", "reason"), [("nowhere", "No such file or directory"), ("file", "Not a directory")]
)
def test_a_folder_that_is_none_cannot_be_scanned(tmp_path, name, reason):
    touched(tmp_path, "file")
    with pytest.raises(SourceError, match=f"^{tmp_path / name}: {reason}$"):
        scan(tmp_path / name)


def test_a_folder_may_itself_be_a_link(tmp_path):
    touched(tmp_path, "real/a.md")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert list(scan(tmp_path / "link").files) == ["a.md"]


def test_a_link_to_a_file_of_the_folder_is_followed(tmp_path):
    touched(tmp_path, "a.md")
    (tmp_path / "b.md").symlink_to("a.md")
    assert sorted(scan(tmp_path).files) == ["a.md", "b.md"]


def test_a_link_is_refused_that_leads_out_nowhere_to_a_folder_or_to_itself(tmp_path):
    touched(tmp_path, "secret.md", "news/real/a.md")
    news = tmp_path / "news"
    (news / "out.md").symlink_to("../secret.md")
    (news / "absolute.md").symlink_to("/etc/hostname")
    (news / "nowhere.md").symlink_to("missing.md")
    (news / "folder").symlink_to("real")
    (news / "up").symlink_to("..")
    (news / "loop.md").symlink_to("loop.md")
    (news / "endless.md").symlink_to("x" * 255 + "/y")
    listing = scan(news)
    assert list(listing.files) == ["real/a.md"]
    assert listing.refused == {
        "out.md": "a link that leads out of the folder",
        "absolute.md": "a link that leads out of the folder",
        "up": "a link that leads out of the folder",
        "nowhere.md": "a link that leads nowhere",
        "endless.md": "a link that leads nowhere",
        "loop.md": "a link that leads nowhere",
        "folder": "a link to a folder, which is not followed",
    }


def test_a_link_to_a_file_of_another_kind_is_passed_over(tmp_path):
    touched(tmp_path, "comet.jpg")
    (tmp_path / "picture").symlink_to("comet.jpg")
    assert scan(tmp_path) == Listing()


def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s.md"))
        assert scan(tmp_path).refused == {
            "pipe.md": "not a regular file",
            "s.md": "not a regular file",
        }


def test_a_name_that_is_not_utf_8_is_refused_and_shown_readably(tmp_path):
    touched(tmp_path, "a.md")
    os.close(os.open(bytes(tmp_path) + b"/caf\xe9.md", os.O_CREAT))
    listing = scan(tmp_path)
    assert list(listing.files) == ["a.md"]
    assert listing.refused == {r"'caf\udce9.md'": "its name is not UTF-8: rename it"}


def test_of_two_files_with_the_same_slug_the_first_by_name_counts(tmp_path):
    touched(tmp_path, "a.md", "a.txt", "b.MD", "b.md", "c.md", "C.md")
    touched(tmp_path, "u\u0308.md", "\u00fc.md")
    listing = scan(tmp_path)
    assert sorted(listing.files) == ["C.md", "a.md", "b.MD", "c.md", "u\u0308.md"]
    assert listing.refused == {
        "a.txt": "the same name as a.md but for its ending or spelling",
        "b.md": "the same name as b.MD but for its ending or spelling",
        "\u00fc.md": "the same name as u\u0308.md but for its ending or spelling",
    }


def test_what_cannot_be_looked_at_is_told_and_stops_nothing(tmp_path):
    touched(tmp_path, "news/a.md", "news/long name.md", "news/subfolder/comet.md")
    listing = scan(moved_too_deep(tmp_path / "news"))
    assert list(listing.files) == ["a.md"]
    assert listing.refused == {
        "long name.md": "cannot be looked at: File name too long",
        "subfolder/": "this folder cannot be looked into: File name too long",
    }
    assert listing.unseen == {"long name.md", "subfolder/"}


def test_a_file_is_read_with_the_stamp_it_had(tmp_path):
    path = write(tmp_path, "space/comet", title="Comet seen")
    os.utime(path, ns=(5, 7_000_000_001))
    found = read(tmp_path, "seeds", "space/comet.md")
    assert found is not None
    assert (found.path, found.stamp) == ("space/comet.md", (7_000_000_001, path.stat().st_size))
    assert (found.article.source, found.article.slug) == ("seeds", "space/comet")
    assert (found.article.title, found.notes) == ("Comet seen", ())


def test_a_file_that_is_refused_says_where_and_why(tmp_path):
    write(tmp_path, "comet", publishedDateTime="yesterday")
    found = read(tmp_path, "seeds", "comet.md")
    assert found is not None
    assert found.article is None
    (note,) = found.notes
    assert (note.line, note.field) == (4, "publishedDateTime")
    assert note.reason == "not a date such as 2026-05-31T14:00:00Z"


def test_a_file_over_a_mebibyte_is_refused_without_reading_all_of_it(tmp_path):
    (tmp_path / "huge.md").write_text(front_matter())
    os.truncate(tmp_path / "huge.md", 1 << 40)
    found = read(tmp_path, "seeds", "huge.md")
    assert found is not None
    assert found.article is None
    assert found.stamp[1] == 1 << 40
    assert found.notes[0].reason == f"larger than {MAX_BYTES >> 20} MiB"


def test_a_file_that_vanished_is_left_for_later(tmp_path):
    write(tmp_path, "comet")
    (tmp_path / "folder.md").mkdir()
    found = read_all(tmp_path, "seeds", ["gone.md", "comet.md", "folder.md"])
    assert [reading.path for reading in found] == ["comet.md"]
    assert isinstance(found[0], Reading)
