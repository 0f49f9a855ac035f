"""Forgiving search for names: any case, with or without accents, by the beginnings of words."""

import unicodedata


def fold(text: str) -> str:
    """Text as it is compared: lower case, without accents, words apart by single spaces."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    return " ".join(plain.replace("-", " ").split())


def matches(words: str, text: str) -> bool:
    """Whether every word sought begins some word of the text. No words match anything."""
    begins = f" {fold(text)}"
    return all(f" {word}" in begins for word in fold(words).split())
