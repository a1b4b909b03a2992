"""Files, folders and patterns become a list of pictures; what matches nothing is handed on."""

from __future__ import annotations

from pathlib import Path

import pytest

from mien.errors import PictureError
from mien.media import find_pictures, read_picture

FILES = ("2.jpg", "10.JPG", "1.png", "notes.txt", ".hidden.jpg", "sub/3.webp", "sub/deep/x.heic", ".cache/4.jpg")


@pytest.fixture
def album(tmp_path, monkeypatch):
    for name in FILES:
        path = tmp_path / "album" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    return Path("album")


def found(*paths: str | Path, **options: bool) -> list[str]:
    return [path.as_posix() for path in find_pictures(paths, **options)]


def test_a_folder_gives_its_pictures_in_natural_order_without_hidden_ones(album):
    assert found(album) == ["album/1.png", "album/2.jpg", "album/10.JPG", "album/sub/3.webp", "album/sub/deep/x.heic"]
    assert found(album, recursive=False) == ["album/1.png", "album/2.jpg", "album/10.JPG"]


def test_files_are_taken_as_given_whatever_their_names(album):
    given = ["album/notes.txt", "album/.hidden.jpg", "album/10.JPG", "album/2.jpg"]
    assert found(*given) == given


def test_patterns_are_expanded(album):
    assert found("album/*.jpg") == ["album/2.jpg"]
    assert found("album/*") == found(album)
    assert found("album/**/*.webp") == ["album/sub/3.webp"]
    assert found("album/[12].*") == ["album/1.png", "album/2.jpg"]
    assert found("album/*.txt") == ["album/notes.txt"]
    assert set(found("album/**")) == set(found(album))


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(album):
    odd = album / "me[1].jpg"
    odd.write_bytes(b"x")
    assert found(str(odd)) == [odd.as_posix()]


def test_each_picture_comes_once_where_it_was_first_named(album):
    assert found("album/2.jpg", "./album/2.jpg", album.absolute() / "2.jpg", album)[:2] == [
        "album/2.jpg",
        "album/1.png",
    ]
    assert len(found("album/2.jpg", album, "album/*")) == 5


def test_what_matches_nothing_is_handed_on_and_then_explained(album):
    (album / "empty").mkdir()
    for given, says in (
        ("none.jpg", "no such file"),
        ("none/*.jpg", "no file matches"),
        ("album/empty", "folder"),
        ("https://example.org/a.jpg", "never goes online"),
        ("x" * 5000, "cannot be opened"),
        ("a\0*b", "not a possible file name"),
    ):
        [path] = find_pictures([given])
        with pytest.raises(PictureError, match=says):
            read_picture(path)
    assert found("none.jpg", "album/2.jpg") == ["none.jpg", "album/2.jpg"]


def test_standard_input_is_handed_on(album):
    Path("-").write_bytes(b"x")
    assert found("-", "album/2.jpg") == ["-", "album/2.jpg"]


def test_a_folder_that_links_to_itself_ends(album):
    try:
        (album / "loop").symlink_to(album.absolute(), target_is_directory=True)
    except OSError:
        pytest.skip("no symbolic links here")
    assert len(found(album)) == 5
