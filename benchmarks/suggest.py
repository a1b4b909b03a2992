"""How good suggestions are: against people's ratings, for simulated users who pick, and how fast.

    python benchmarks/suggest.py [--users 60] [--seed 0] [--json]

Ratings. For each of the six expressions that EmoTag1200 and mien share, at nine intensities, pure and mixed with noise
(a share of .1, .2 or .3 drawn from a flat Dirichlet distribution, 5 draws each). The first suggestion that EmoTag rates
as a face is right if it is among the five rated faces that people rate highest for the expression (with ties). Beside
it: how often the very first suggestion is right, when those that nobody rated (as 😮 and 🤢, which EmoTag lacks) count
as wrong; and how often it is within a tenth of the highest rating. EmoTag has neither contempt nor neutral: of these
nothing is claimed.

Users. Each has a favourite of their own for four moods, drawn from all 1,900 emoji (half of them from the common ones),
and nothing for the other four. They see five emoji and pick their favourite nine times in ten, else one of the others;
moods, strength and noise are drawn anew each time. Counted: after how many picks in a mood its favourite comes first
for each of six fresh faces; and what became of the lists of the moods that were never picked in.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mien.emoji import RECIPES, catalogue
from mien.emoji.meaning import PLUTCHIK, ratings
from mien.emoji.suggesting import Learner, suggest
from mien.types import LABELS

INTENSITIES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
NOISE = (0.0, 0.1, 0.2, 0.3)
DRAWS, BEST = 5, 5
MOODS, PICKS, FAITHFUL = 4, 20, 0.9
COMMON = (
    "😂 ❤️ 👍 🙏 😘 🥰 😍 😊 🎉 💕 🥺 🔥 🤗 👏 🥳 😎 💜 💪 ✨ 👀 😏 💯 🌹 🙈 "
    "🤞 🙌 🤪 💔 🤩 🙃 😬 😇 🌸 🎶 🖤 👑 🎁 💩 👋 🫶 🫠 💀"
)


def face(label: str, intensity: float, noise: float, rng: np.random.Generator) -> dict[str, object]:
    shares = (1 - noise) * np.eye(len(LABELS))[LABELS.index(label)] + noise * rng.dirichlet(np.ones(len(LABELS)))
    return {"probabilities": dict(zip(LABELS, shares.tolist(), strict=True)), "intensity": intensity}


def against_ratings(rng: np.random.Generator) -> dict[str, dict[str, float]]:
    """Expression -> cases and the share that is right, by three measures; and all of them."""
    faces = [text for text in ratings() if text in RECIPES]
    table = {}
    for emotion, label in PLUTCHIK.items():
        rated = {text: ratings()[text][emotion] for text in faces}
        least = sorted(rated.values(), reverse=True)[BEST - 1]
        rows = []
        for intensity in INTENSITIES:
            for noise in NOISE:
                for _ in range(DRAWS if noise else 1):
                    texts = [s.emoji for s in suggest(face(label, intensity, noise, rng), k=100)]
                    first = next(text for text in texts if text in rated)
                    top = max(rated.values())
                    rows.append(
                        (noise, rated[first] >= least, rated.get(texts[0], 0) >= least, rated[first] >= 0.9 * top)
                    )
        right = np.array(rows)
        pure = right[right[:, 0] == 0]
        table[label] = {
            "cases": len(rows), "right": right[:, 1].mean(), "pure": pure[:, 1].mean(),
            "very first": right[:, 2].mean(), "near the highest": right[:, 3].mean(),
        }  # fmt: skip
    keys = ("right", "pure", "very first", "near the highest")
    table["all"] = {"cases": sum(row["cases"] for row in table.values())} | {
        key: float(np.mean([row[key] for row in table.values()])) for key in keys
    }
    return table


def drawn(moods: list[str], rng: np.random.Generator) -> dict[str, object]:
    return face(str(rng.choice(moods)), float(rng.uniform(0.2, 1.0)), float(rng.uniform(0, 0.3)), rng)


def user(rng: np.random.Generator, folder: Path, number: int) -> dict[str, object]:
    """One user's life: picks in `MOODS` moods until each had `PICKS`, and what became of both kinds of moods."""
    moods = [str(m) for m in rng.permutation(LABELS)]
    used, unused = moods[:MOODS], moods[MOODS:]
    everything = [e.text for e in catalogue.emoji() if not e.gender and e.group != "flags"]
    favourite = {m: str(rng.choice(COMMON.split() if rng.random() < 0.5 else everything)) for m in used}
    probes = {m: [face(m, i, n, rng) for i in (0.3, 0.6, 0.9) for n in (0.0, 0.2)] for m in moods}
    before = {m: [[s.emoji for s in suggest(probe)] for probe in probes[m]] for m in unused}
    reached: dict[str, int | None] = dict.fromkeys(used)
    counts = dict.fromkeys(used, 0)
    with Learner.open(folder / f"{number}.db") as learner:
        while min(counts.values()) < PICKS:
            mood = str(rng.choice([m for m in used if counts[m] < PICKS]))
            seen = drawn([mood], rng)
            shown = suggest(seen, learner=learner)
            faithful = rng.random() < FAITHFUL
            taken = favourite[mood] if faithful else str(rng.choice([s.emoji for s in shown]))
            learner.pick(taken, seen, shown=shown)
            counts[mood] += 1
            firsts = [suggest(probe, k=1, learner=learner)[0].emoji for probe in probes[mood]]
            if reached[mood] is None and all(first == favourite[mood] for first in firsts):
                reached[mood] = counts[mood]
        at_end = [suggest(probe, k=1, learner=learner)[0].emoji == favourite[m] for m in used for probe in probes[m]]
        after = {m: [[s.emoji for s in suggest(probe, learner=learner)] for probe in probes[m]] for m in unused}
    pairs = [(a, b) for m in unused for a, b in zip(before[m], after[m], strict=True)]
    return {
        "reached": list(reached.values()), "first at the end": float(np.mean(at_end)),
        "same first": float(np.mean([a[0] == b[0] for a, b in pairs])),
        "same list": float(np.mean([a == b for a, b in pairs])),
        "kept of five": float(np.mean([len(set(a) & set(b)) / len(a) for a, b in pairs])),
    }  # fmt: skip


def users(number: int, rng: np.random.Generator) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        lives = [user(rng, Path(folder), i) for i in range(number)]
    reached = [n for life in lives for n in life["reached"]]
    took = np.array([n if n is not None else np.inf for n in reached])
    means = {
        key: float(np.mean([life[key] for life in lives]))
        for key in ("first at the end", "same first", "same list", "kept of five")
    }
    return {
        "favourites": len(took), "reached within 20": float(np.mean(took <= PICKS)),
        "picks, median": float(np.median(took)), "picks, 95 of 100": float(np.quantile(took, 0.95, method="higher")),
    } | means  # fmt: skip


def timed() -> dict[str, float]:
    """Milliseconds of processor time, which a busy machine hardly changes.

    The first call of a language; of 300 further ones the median and the slowest twentieth.
    """
    messages = {
        "en": "thank you so much, see you tomorrow at the party!", "fr": "j'arrive dans dix minutes, désolé du retard",
        "zh": "生日快乐！今晚一起吃饭吧", "hi": "जन्मदिन मुबारक हो", "ar": "شكرا جزيلا لك",
    }  # fmt: skip
    figures = {}
    rng = np.random.default_rng(1)
    for lang, text in messages.items():
        start = time.process_time()
        suggest({"happiness": 1.0}, text=text, language=lang)
        figures[f"{lang} first"] = 1e3 * (time.process_time() - start)
    with tempfile.TemporaryDirectory() as folder, Learner.open(Path(folder) / "p.db") as learner:
        for _ in range(200):
            learner.pick(str(rng.choice(COMMON.split())), drawn(list(LABELS), rng))
        for name, lang, text in [("face alone", "en", None), *((f"{c} and words", c, t) for c, t in messages.items())]:
            took = list(_laps(lang, text, learner, rng))
            figures[f"{name}, median"] = float(np.median(took))
            figures[f"{name}, 95 of 100"] = float(np.quantile(took, 0.95))
    return figures


def _laps(lang: str, text: str | None, learner: Learner, rng: np.random.Generator) -> Iterator[float]:
    for _ in range(300):
        seen = drawn(list(LABELS), rng)
        start = time.process_time()
        suggest(seen, text=text, language=lang, learner=learner)
        yield 1e3 * (time.process_time() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    figures = {"ratings": against_ratings(rng), "users": users(options.users, rng), "milliseconds": timed()}
    if options.json:
        json.dump(figures, sys.stdout)
        return
    print("ratings, share of cases")
    for label, row in figures["ratings"].items():
        print(
            f"  {label:<10}",
            "  ".join(f"{key} {value:{'.0f' if key == 'cases' else '.3f'}}" for key, value in row.items()),
        )
    for title in ("users", "milliseconds"):
        print(title)
        for key, value in figures[title].items():
            print(f"  {key:<26} {value:.3f}")


if __name__ == "__main__":
    main()
