"""The check of a pack: every valid pack passes, and every rule that is broken is found."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mien.errors import MienError
from mien.stickers import PLATFORMS, check_pack
from mien.stickers.encode import encode_film
from sticker_packs import disc, film, gzipped, sticker_bytes, tiny_lottie, write_pack

EVERY = [(p.key, f) for p in PLATFORMS.values() for f in p.rules]


def first(folder: Path, ending: str) -> Path:
    return sorted(p for p in folder.rglob(f"01-*.{ending}") if p.is_file())[0]


def png(picture: Image.Image, format_name: str = "PNG", **how: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, format_name, **how)
    return stream.getvalue()


def moving(side: int, format_name: str = "WEBP", duration: Any = 100, count: int = 3, loop: int | None = 0) -> bytes:
    frames = [disc(side, f"#{5 * i:02x}5030", 0.3 + 0.6 * i / count) for i in range(count)]
    more = {} if loop is None else {"loop": loop}
    return png(frames[0], format_name, save_all=True, append_images=frames[1:], duration=duration, **more)


def webm(
    seconds: float = 0.2, fps: int = 30, codec: str = "libvpx-vp9", alpha: bool = True, sound: bool = False
) -> bytes:
    import av
    import numpy as np

    stream = io.BytesIO()
    with av.open(stream, "w", format="webm") as container:
        video = container.add_stream(codec, rate=fps)
        video.width = video.height = 512
        video.pix_fmt = "yuva420p" if alpha else "yuv420p"
        video.options = {"deadline": "realtime", "cpu-used": "8", "crf": "60", "b": "0", "auto-alt-ref": "0"}
        audio = container.add_stream("libopus", rate=48000) if sound else None
        picture = np.full((512, 512, 4), 128, np.uint8)
        for i in range(round(seconds * fps)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgba").reformat(format=video.pix_fmt)
            frame.pts = i
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.float32), format="flt", layout="mono")
            silence.sample_rate, silence.pts = 48000, 0
            container.mux(audio.encode(silence))
            container.mux(audio.encode(None))
    return stream.getvalue()


def rules(folder: Path, platform: str) -> set[str]:
    return {finding.rule for finding in check_pack(folder, platform)}


@pytest.mark.parametrize(("platform", "format_name"), EVERY)
def test_a_valid_pack_passes(tmp_path: Path, platform: str, format_name: str) -> None:
    assert check_pack(write_pack(tmp_path, platform, format_name), platform) == []


FILES: list[tuple[str, str, str, Callable[[], bytes]]] = [
    ("dimensions", "whatsapp", "webp", lambda: png(disc(511), "WEBP")),
    ("dimensions", "telegram", "webp", lambda: png(disc(500, height=300), "WEBP")),
    ("dimensions", "telegram-emoji", "webp", lambda: png(disc(512), "WEBP")),
    ("dimensions", "imessage", "png", lambda: png(disc(400))),
    ("dimensions", "matrix", "webp", lambda: png(disc(256), "WEBP")),
    ("dimensions", "slack", "png", lambda: png(disc(130))),
    ("dimensions", "telegram", "tgs", lambda: gzipped(tiny_lottie(w=256, h=256))),
    ("bytes", "discord", "png", lambda: png_of(320, 512_001)),
    ("bytes", "slack", "png", lambda: png_of(128, 128_000)),
    ("bytes", "whatsapp", "webp", lambda: webp_of(512, 100_001)),
    ("bytes", "telegram", "tgs", lambda: large_tgs(64_001)),
    ("format", "whatsapp", "webp", lambda: png(disc(512))),
    ("format", "slack", "png", lambda: png(disc(128).convert("RGB"), "JPEG")),
    ("format", "whatsapp", "webp", lambda: png(disc(512), "GIF")),
    ("damaged", "slack", "png", lambda: png(disc(128))[:-20]),
    ("damaged", "slack", "png", lambda: corrupted(png(disc(128)))),
    ("damaged", "whatsapp", "webp", lambda: png(disc(512), "WEBP")[:200]),
    ("damaged", "telegram", "tgs", lambda: gzipped(tiny_lottie())[:-30]),
    ("damaged", "telegram", "tgs", lambda: gzip.compress(b"{not json")),
    ("damaged", "telegram", "webm", lambda: webm()[:90]),
    ("damaged", "discord", "gif", lambda: b"GIF89a and no more"),
    ("damaged", "slack", "png", lambda: b"nothing of the kind"),
    ("duration", "whatsapp", "animated webp", lambda: moving(512, duration=3400)),
    ("duration", "signal", "apng", lambda: moving(512, "PNG", duration=1001)),
    ("duration", "discord", "gif", lambda: moving(320, "GIF", duration=1700)),
    ("duration", "telegram", "tgs", lambda: gzipped(tiny_lottie(op=181))),
    ("duration", "telegram", "webm", lambda: webm(3.1)),
    ("frame-duration", "whatsapp", "animated webp", lambda: moving(512, duration=[7, 100, 100])),
    ("frame-rate", "telegram", "webm", lambda: webm(fps=50)),
    ("frame-rate", "telegram", "tgs", lambda: gzipped(tiny_lottie(fr=120))),
    ("frame-rate", "telegram", "tgs", lambda: gzipped(tiny_lottie(fr=25))),
    ("frames", "slack", "gif", lambda: moving(128, "GIF", duration=20, count=51)),
    ("loop", "whatsapp", "animated webp", lambda: moving(512, loop=1)),
    ("loop", "discord", "apng", lambda: moving(320, "PNG", loop=2)),
    ("loop", "discord", "gif", lambda: moving(320, "GIF", loop=None)),
    ("sound", "telegram", "webm", lambda: webm(sound=True)),
    ("codec", "telegram", "webm", lambda: webm(codec="libvpx", alpha=True)),
    ("transparency", "telegram", "webm", lambda: webm(alpha=False)),
]  # fmt: skip


def png_of(side: int, size: int) -> bytes:
    """A valid PNG of exactly so many bytes: a private chunk fills it up."""
    import struct
    import zlib

    whole = png(disc(side))
    body = bytes(size - len(whole) - 12)
    chunk = struct.pack(">I", len(body)) + b"prVt" + body + struct.pack(">I", zlib.crc32(b"prVt" + body))
    return whole[:-12] + chunk + whole[-12:]


def webp_of(side: int, size: int) -> bytes:
    """A valid WebP of at least so many bytes: an unknown chunk fills it up."""
    whole = png(disc(side), "WEBP", lossless=True)
    body = bytes(size - len(whole) + size % 2)
    grown = whole[8:] + b"JUNK" + len(body).to_bytes(4, "little") + body
    return b"RIFF" + len(grown).to_bytes(4, "little") + grown


def large_tgs(size: int) -> bytes:
    import random

    words = random.Random(1)
    return gzipped(tiny_lottie(nm="".join(words.choice("0123456789abcdef") for _ in range(size * 2))))


def corrupted(data: bytes) -> bytes:
    middle = data.index(b"IDAT") + 20
    return data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]


@pytest.mark.parametrize(("rule", "platform", "format_name", "content"), FILES)
def test_a_file_that_breaks_a_rule_is_found(
    tmp_path: Path, rule: str, platform: str, format_name: str, content: Callable[[], bytes]
) -> None:
    folder = write_pack(tmp_path, platform, format_name)
    ending = {"apng": "png", "animated webp": "webp"}.get(format_name, format_name)
    path = first(folder, ending)
    path.write_bytes(content())
    findings = check_pack(folder, platform)
    assert rule in {f.rule for f in findings}
    assert {f.file for f in findings} == {path.relative_to(folder).as_posix()}, "only the broken file is blamed"


LOTTIE: list[tuple[str, dict[str, Any]]] = [
    ("a mask", {"masksProperties": [{"mode": "a"}]}),
    ("a matte", {"tt": 1}),
    ("a 3D layer", {"ddd": 1}),
    ("a layer effect", {"ef": [{"ty": 5}]}),
    ("text", {"ty": 5}),
    ("an image", {"ty": 2}),
    ("a solid", {"ty": 1}),
    ("time stretching", {"sr": 2}),
    ("time remapping", {"tm": {"a": 0, "k": 1}}),
    ("an auto-oriented layer", {"ao": 1}),
    ("merged paths", {"shapes": [{"ty": "gr", "it": [{"ty": "mm"}]}]}),
    ("a star", {"shapes": [{"ty": "sr"}]}),
    ("a repeater", {"shapes": [{"ty": "rp"}]}),
    ("a gradient stroke", {"shapes": [{"ty": "gs"}]}),
    ("an expression", {"ks": {"r": {"a": 0, "k": 0, "x": "var $bm_rt = time * 10;"}}}),
]


@pytest.mark.parametrize(("feature", "layer"), LOTTIE)
def test_what_telegrams_player_does_not_take_is_found(tmp_path: Path, feature: str, layer: dict[str, Any]) -> None:
    folder, document = write_pack(tmp_path, "telegram", "tgs"), tiny_lottie()
    document["layers"][0] |= layer
    first(folder, "tgs").write_bytes(gzipped(document))
    (finding,) = check_pack(folder, "telegram")
    assert finding.rule == "lottie" and feature in finding.message


def test_an_image_among_lotties_assets_is_found(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, "telegram", "tgs")
    first(folder, "tgs").write_bytes(gzipped(tiny_lottie(assets=[{"id": "a", "p": "data:image/png;base64,"}])))
    assert rules(folder, "telegram") == {"lottie"}


def change(folder: Path, path: str, edit: Callable[[Any], object]) -> None:
    data = json.loads((folder / path).read_text())
    edit(data)
    (folder / path).write_text(json.dumps(data))


def _pack(data: Any) -> Any:
    return data["sticker_packs"][0]


XCODE = "Stickers.xcstickers/Sticker Pack.stickerpack"
METADATA: list[tuple[str, str, str, str, Callable[[Any], object]]] = [
    ("emoji", "whatsapp", "webp", "contents.json", lambda d: _pack(d)["stickers"][0].update(emojis=[])),
    ("emoji", "whatsapp", "webp", "contents.json", lambda d: _pack(d)["stickers"][0].update(emojis=["😂"] * 4)),
    ("emoji", "whatsapp", "webp", "contents.json", lambda d: _pack(d)["stickers"][0].update(emojis=["ha"])),
    ("name", "whatsapp", "webp", "contents.json", lambda d: _pack(d).update(name="n" * 129)),
    ("name", "whatsapp", "webp", "contents.json", lambda d: _pack(d).update(publisher="")),
    ("alt-text", "whatsapp", "webp", "contents.json", lambda d: _pack(d)["stickers"][1].pop("accessibility_text")),
    ("alt-text", "whatsapp", "webp", "contents.json",
     lambda d: _pack(d)["stickers"][1].update(accessibility_text="a" * 126)),
    ("mixed", "whatsapp", "webp", "contents.json", lambda d: _pack(d).update(animated_sticker_pack=True)),
    ("mixed", "whatsapp", "animated webp", "contents.json", lambda d: _pack(d).update(animated_sticker_pack=False)),
    ("count", "whatsapp", "webp", "contents.json", lambda d: _pack(d)["stickers"].pop()),
    ("missing", "whatsapp", "webp", "contents.json", lambda d: _pack(d)["stickers"][0].update(image_file="no.webp")),
    ("stray", "whatsapp", "webp", "contents.json", lambda d: _pack(d)["stickers"].pop()),
    ("tray", "whatsapp", "webp", "contents.json", lambda d: _pack(d).update(tray_image_file="no.png")),
    ("metadata", "whatsapp", "webp", "contents.json", lambda d: d.pop("sticker_packs")),
    ("metadata", "whatsapp", "webp", "contents.json",
     lambda d: _pack(d)["stickers"].append(_pack(d)["stickers"][0])),
    ("name", "telegram", "webp", "pack.json", lambda d: d.update(name="my__pack")),
    ("name", "telegram", "webp", "pack.json", lambda d: d.update(title="t" * 65)),
    ("emoji", "telegram", "webp", "pack.json", lambda d: d["stickers"][0].update(emoji_list=["😂"] * 21)),
    ("metadata", "telegram", "webp", "pack.json", lambda d: d.update(sticker_type="custom_emoji")),
    ("metadata", "telegram", "webp", "pack.json", lambda d: d["stickers"][0].update(format="video")),
    ("metadata", "telegram", "webp", "pack.json", lambda d: d["stickers"][0].update(format="moving")),
    ("metadata", "telegram", "webp", "pack.json", lambda d: d["stickers"][0].update(keywords=["k" * 65])),
    ("metadata", "telegram-emoji", "webp", "pack.json", lambda d: d.update(sticker_type="regular")),
    ("name", "discord", "png", "pack.json", lambda d: d["stickers"][0].update(name="x")),
    ("alt-text", "discord", "png", "pack.json", lambda d: d["stickers"][0].update(description="d" * 101)),
    ("metadata", "discord", "png", "pack.json", lambda d: d["stickers"][0].pop("tags")),
    ("name", "discord-emoji", "png", "pack.json", lambda d: d["emoji"][0].update(name="no-dash")),
    ("name", "slack", "png", "pack.json", lambda d: d["emoji"][0].update(name="Upper")),
    ("name", "slack", "png", "pack.json", lambda d: d["emoji"][0].update(name="test_pack_two")),
    ("name", "signal", "webp", "manifest.json", lambda d: d.update(title="")),
    ("emoji", "signal", "webp", "manifest.json", lambda d: d["stickers"][0].pop("emoji")),
    ("metadata", "signal", "webp", "manifest.json", lambda d: d["stickers"][0].update(contentType="image/png")),
    ("tray", "signal", "webp", "manifest.json", lambda d: d["cover"].update(file="other.webp")),
    ("metadata", "imessage", "png", f"{XCODE}/Contents.json", lambda d: d["properties"].update({"grid-size": "huge"})),
    ("alt-text", "imessage", "png", f"{XCODE}/01-one.sticker/Contents.json",
     lambda d: d["properties"].pop("accessibility-label")),
    ("name", "matrix", "webp", "pack.json", lambda d: d["images"].update({"s" * 101: d["images"].pop("one")})),
    ("name", "matrix", "webp", "pack.json", lambda d: d["images"].update({"a b": d["images"].pop("one")})),
    ("alt-text", "matrix", "webp", "pack.json", lambda d: d["images"]["one"].pop("body")),
    ("metadata", "matrix", "webp", "pack.json", lambda d: d["pack"].update(usage=["wallpaper"])),
    ("metadata", "matrix", "webp", "pack.json", lambda d: d["images"]["one"]["info"].pop("w")),
    ("metadata", "matrix", "webp", "pack.json", lambda d: d["images"]["one"]["info"].update(mimetype="video/webm")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "platform", "format_name", "path", "edit"), METADATA)
def test_metadata_that_breaks_a_rule_is_found(
    tmp_path: Path, rule: str, platform: str, format_name: str, path: str, edit: Callable[[Any], object]
) -> None:
    folder = write_pack(tmp_path, platform, format_name)
    change(folder, path, edit)
    assert rule in rules(folder, platform)


@pytest.mark.parametrize("platform", ["whatsapp", "telegram", "signal", "imessage", "matrix"])
def test_a_pack_without_its_metadata_is_none(tmp_path: Path, platform: str) -> None:
    folder = write_pack(tmp_path, platform, PLATFORMS[platform].still)
    (folder / PLATFORMS[platform].metadata).unlink()
    assert "metadata" in rules(folder, platform)


def test_plain_files_do_for_platforms_where_they_are_uploaded_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "wave.png").write_bytes(sticker_bytes("slack", "png"))
    assert check_pack(tmp_path, "slack") == []


def test_metadata_that_is_no_json_is_found(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, "signal", "webp")
    (folder / "manifest.json").write_text("{")
    assert "metadata" in rules(folder, "signal")


def test_metadata_cannot_point_out_of_the_pack(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "pack", "signal", "webp")
    (tmp_path / "secret.webp").write_bytes(sticker_bytes("signal", "webp"))
    change(folder, "manifest.json", lambda d: d["stickers"][0].update(file="../secret.webp"))
    assert "metadata" in rules(folder, "signal")


def test_still_and_animated_stickers_do_not_mix_in_whatsapp(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, "whatsapp", "webp")
    first(folder, "webp").write_bytes(encode_film(film(512), "animated webp", 500_000, "test").data)
    assert rules(folder, "whatsapp") == {"mixed"}


def test_a_tray_icon_that_is_too_large_is_found(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, "whatsapp", "webp")
    next(folder.rglob("tray.png")).write_bytes(png(disc(97)))
    assert rules(folder, "whatsapp") == {"tray"}


def test_more_stickers_than_a_pack_holds_are_found(tmp_path: Path) -> None:
    data = sticker_bytes("discord", "png")
    for i in range(PLATFORMS["discord"].most + 1):
        (tmp_path / f"{i}.png").write_bytes(data)
    assert rules(tmp_path, "discord") == {"count"}


def test_limits_are_inclusive(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, "discord", "png")
    first(folder, "png").write_bytes(png_of(320, 512_000))
    assert check_pack(folder, "discord") == []


def test_no_folder_and_no_platform_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(MienError, match="no such folder"):
        check_pack(tmp_path / "none", "slack")
    with pytest.raises(MienError, match="choose from whatsapp"):
        check_pack(tmp_path, "icq")
