"""The colors: every ink on every ground it stands on meets WCAG 2.2 AA, in both themes."""

import re
from pathlib import Path

import pytest

import groupmatch.web

CSS = Path(groupmatch.web.__file__).parent / "static" / "css"
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")

TEXT, CONTROL = 4.5, 3.0
GROUNDS = ("paper", "surface", "sunken")
MEANINGS = ("placed", "waiting", "attention", "danger")

#: Ink, ground, least contrast (WCAG 1.4.3 for text, 1.4.11 for edges of controls and focus rings).
PAIRS = [
    *((ink, ground, TEXT) for ground in GROUNDS for ink in ("ink", "ink-soft", "accent")),
    *((ink, ground, TEXT) for ground in ("paper", "surface") for ink in (*MEANINGS,)),
    *((meaning, f"{meaning}-soft", TEXT) for meaning in MEANINGS),
    ("accent-strong", "paper", TEXT),
    ("accent-strong", "surface", TEXT),
    ("accent-strong", "sunken", TEXT),
    ("accent", "accent-soft", TEXT),
    ("ink", "accent-soft", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("paper", "ink", TEXT),
    *(("control", ground, CONTROL) for ground in ("paper", "surface")),
]


def _themes() -> dict[str, dict[str, str]]:
    light, dark = (CSS / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    dark = dark.split("@media")[0]
    tokens = {
        name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part))
        for name, part in (("light", light), ("dark", dark))
    }
    assert tokens["light"].keys() == tokens["dark"].keys(), "a color is missing in one theme"
    return tokens


def _luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    """The ratio of WCAG, between 1 and 21."""
    bright, dim = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_can_be_read(theme: str) -> None:
    tokens = _themes()[theme]
    weak = [
        f"{ink} on {ground}: {contrast(tokens[ink], tokens[ground]):.2f}"
        for ink, ground, least in PAIRS
        if contrast(tokens[ink], tokens[ground]) < least
    ]
    assert weak == []


def test_every_color_is_in_a_pair() -> None:
    in_pairs = {name for ink, ground, _ in PAIRS for name in (ink, ground)}
    # Hairlines carry no meaning of their own.
    assert set(_themes()["light"]) - in_pairs == {"line"}


def test_colors_stand_in_the_tokens_only() -> None:
    for sheet in CSS.glob("*.css"):
        if sheet.name not in ("tokens.css", "print.css"):
            assert HEX.findall(sheet.read_text()) == [], sheet.name
