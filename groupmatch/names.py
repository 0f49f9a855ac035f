"""Forgiving search for names: any case, with or without accents, by the beginnings of words.

Where nothing is found, a word of four letters or more may have one slip of the keyboard.
"""

import unicodedata


def fold(text: str) -> str:
    """Text as it is compared: lower case, without accents, words apart by single spaces."""
    plain = text.casefold()
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.replace("-", " ").split())


#: Nobody's name has more words, or longer ones: what was pasted by mistake is not looked for whole.
_MOST_WORDS, _LONGEST = 8, 60


def sought(words: str) -> list[str]:
    """The folded words of a search, as far as names go."""
    return [word[:_LONGEST] for word in fold(words).split()[:_MOST_WORDS]]


def matches(words: str, text: str) -> bool:
    """Whether every word sought begins some word of the text. No words match anything."""
    begins = f" {fold(text)}"
    return all(f" {word}" in begins for word in sought(words))


#: Stands for any one letter in what `slips` gives.
ANY = "\N{REPLACEMENT CHARACTER}"
_SHORTEST = 4


def slips(word: str) -> set[str]:
    """What a folded word may have been meant to be: with one letter other than it is, missing,
    too many, or changed for the next; ANY stands for any letter. Short words have none.
    """
    if len(word) < _SHORTEST:
        return {word}
    cuts = [(word[:place], word[place:]) for place in range(1, len(word) + 1)]
    other = {head[:-1] + ANY + tail for head, tail in cuts}
    missing = {head + ANY + tail for head, tail in cuts}
    too_many = {head[:-1] + tail for head, tail in cuts}
    changed = {head[:-1] + tail[0] + head[-1] + tail[1:] for head, tail in cuts if tail}
    return other | missing | too_many | changed


def traces(word: str) -> set[str]:
    """Parts of a folded word of which every one of its `slips` has at least one: a slip leaves
    one half as it is, unless it changes the two letters where they meet.
    """
    if len(word) < _SHORTEST:
        return {word}
    head, tail = word[: len(word) // 2], word[len(word) // 2 :]
    return {head, tail, head[:-1] + tail[0] + head[-1] + tail[1:]}
