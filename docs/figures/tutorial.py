"""Draw the pictures of docs/tutorial.md: one person changed step by step, and a sticker in a chat.

python docs/figures/tutorial.py        (needs Chromium and Playwright, for the chat's text)

Everything comes from the tutorial's own photo, `astronaut.jpg`, by the steps that the tutorial tells.
"""

from __future__ import annotations

import base64
import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image

import mien
from mien.avatar import AvatarSpec
from mien.stickers import make_pack

HERE = Path(__file__).parent
#: As in the tutorial: what "Change what was guessed" sets.
HAIR = {"hair.style": "bob-wavy", "hair.colour": "auburn"}
GLASSES = {"glasses.style": "round"}
COLOURS = {
    "light": {"ground": "#f1f3f7", "bar": "#ffffff", "ink": "#1a2030", "soft": "#535c6e", "line": "#d5dbe5",
              "theirs": "#ffffff", "mine": "#d7e6ff"},
    "dark": {"ground": "#11141b", "bar": "#1a1f29", "ink": "#eceff5", "soft": "#a8b1c2", "line": "#2c3443",
             "theirs": "#1f2530", "mine": "#24407a"},
}  # fmt: skip
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", "Noto Color Emoji", sans-serif'


def main() -> None:
    face = mien.look(HERE / "astronaut.jpg").faces[0]
    guessed = mien.personalise(face)
    mine = guessed.edited(HAIR | GLASSES)
    steps(guessed, mine).save(HERE / "tutorial-steps.webp", quality=90, method=6)
    with tempfile.TemporaryDirectory() as folder:
        make_pack(mine, "telegram", Path(folder, "pack"), count=24)
        stickers = sorted(Path(folder, "pack").glob("[0-9]*.webp"))
        for mode in COLOURS:
            photograph(chat(mode, stickers), 720, 520, HERE / f"tutorial-chat-{mode}.webp")


def steps(guessed: AvatarSpec, mine: AvatarSpec, side: int = 220) -> Image.Image:
    """The guess, the same with other hair, with glasses too, and wearing another expression; on clear ground."""
    drawn = [guessed.png(2 * side, "happiness"), guessed.edited(HAIR).png(2 * side, "happiness"),
             mine.png(2 * side, "happiness"), mine.png(2 * side, "🥳")]  # fmt: skip
    step = 2 * side + 40
    row = Image.new("RGBA", (step * len(drawn) - 40, 2 * side))
    for i, png in enumerate(drawn):
        row.alpha_composite(Image.open(io.BytesIO(png)).convert("RGBA"), (step * i, 0))
    return row


def chat(mode: str, stickers: list[Path]) -> str:
    """A made-up messenger: two messages, a sticker as the answer, and the pack's tray below."""

    def picture(path: Path, side: int) -> str:
        data = base64.b64encode(path.read_bytes()).decode()
        return f'<img width="{side}" height="{side}" src="data:image/webp;base64,{data}">'

    by_name = {path.stem.split("-", 1)[1]: path for path in stickers}
    sent = by_name.get("partying", stickers[0])
    tray = "".join(picture(path, 56) for path in stickers[:10])
    c = COLOURS[mode]
    return f"""<!doctype html><meta charset="utf-8"><style>
    * {{ box-sizing: border-box; margin: 0 }}
    body {{ width: 720px; height: 520px; background: {c["ground"]}; color: {c["ink"]}; font: 17px/1.4 {FONT};
      display: flex; flex-direction: column; border-radius: 18px; overflow: hidden; border: 1px solid {c["line"]} }}
    header {{ background: {c["bar"]}; padding: 14px 22px; font-weight: 650; border-bottom: 1px solid {c["line"]} }}
    main {{ flex: 1; padding: 20px 22px; display: flex; flex-direction: column; gap: 10px; align-items: flex-start }}
    p {{ padding: 9px 15px; border-radius: 18px; background: {c["theirs"]} }}
    .mine {{ align-self: flex-end }} p.mine {{ background: {c["mine"]} }}
    footer {{ background: {c["bar"]}; border-top: 1px solid {c["line"]}; padding: 12px 18px; display: flex; gap: 10px }}
    small {{ color: {c["soft"]}; font-weight: 400; font-size: 14px; margin-left: 8px }}
    </style><header>Ada<small>online</small></header>
    <main><p>The telescope has arrived!</p><p>First light tonight. Are you coming?</p>
    <div class="mine">{picture(sent, 216)}</div></main><footer>{tray}</footer>"""


def photograph(page: str, width: int, height: int, out: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=2)
        tab.set_content(page)
        shot = tab.screenshot(omit_background=True)
        browser.close()
    Image.open(io.BytesIO(shot)).save(out, quality=88, method=6)


if __name__ == "__main__":
    main()
