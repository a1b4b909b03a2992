"""What a message says is understood in its language: phrases, words, negation, emoticons, emoji."""

import pytest

from mien.emoji import catalogue
from mien.emoji.suggesting import suggest
from mien.emoji.suggesting.lexicon import intents, lexicon, spoken
from mien.emoji.suggesting.message import read
from mien.emoji.suggesting.words import stem
from mien.types import LABELS


def emoji(text, lang="en", seen=None, k=5):
    return [s.emoji for s in suggest(seen, text=text, language=lang, k=k)]


@pytest.mark.parametrize(
    ("lang", "text", "wanted"),
    [
        ("en", "on my way", "🏃"), ("en", "Happy Birthday!!", "🎂"), ("en", "thank you so much", "🙏"),
        ("en", "pizza tonight?", "🍕"), ("en", "my heart is broken, she left", "💔"),
        ("en", "we are running late", "⏰"),
        ("fr", "j'arrive dans 5 minutes", "🏃"), ("fr", "Joyeux anniversaire", "🎂"), ("fr", "merci beaucoup", "🙏"),
        ("fr", "on mange une pizza ?", "🍕"), ("fr", "je suis crevé", "😴"),
        ("es", "feliz cumpleaños amiga", "🎂"), ("es", "¡muchas gracias!", "🙏"), ("es", "voy en camino", "🏃"),
        ("de", "bin unterwegs", "🏃"), ("de", "herzlichen Glückwunsch zum Geburtstag", "🎂"), ("de", "danke dir", "🙏"),
        ("hi", "जन्मदिन मुबारक हो", "🎂"), ("hi", "धन्यवाद", "🙏"), ("hi", "मैं बहुत थक गया हूँ", "😴"),
        ("ar", "شكرا جزيلا", "🙏"), ("ar", "أنا في الطريق", "🏃"), ("ar", "عيد ميلاد سعيد", "🎂"),
        ("zh", "生日快乐", "🎂"), ("zh", "谢谢你", "🙏"), ("zh", "我在路上了", "🏃"),
        ("ja", "お誕生日おめでとう", "🎂"), ("ja", "ありがとうございます", "🙏"), ("ja", "今向かってる", "🏃"),
        ("it", "pizza stasera?", "🍕"), ("pt", "bolo de aniversário", "🎂"),
    ],
)  # fmt: skip
def test_a_message_gets_its_emoji(lang, text, wanted):
    assert wanted in emoji(text, lang)[:3]


@pytest.mark.parametrize(
    ("lang", "plain", "negated"),
    [
        ("en", "I'm happy", "I'm not happy"), ("en", "I love it", "I don't love it"),
        ("fr", "je suis content", "je ne suis pas content"),
        ("es", "estoy feliz", "no estoy feliz"), ("de", "ich bin glücklich", "ich bin nicht glücklich"),
        ("hi", "मैं खुश हूँ", "मैं खुश नहीं हूँ"), ("ar", "أنا سعيد", "لست سعيد"), ("zh", "我开心", "我不开心"),
        ("ja", "嬉しい", "嬉しくない"),
    ],
)  # fmt: skip
def test_not_happy_is_not_happy(lang, plain, negated):
    happy = LABELS.index("happiness")
    yes, no = read(plain, lang), read(negated, lang)
    assert yes.profile is not None and no.profile is not None
    assert yes.profile[happy] > 0.5 > no.profile[happy]
    assert emoji(plain, lang, k=1) != emoji(negated, lang, k=1)
    assert not set(emoji(plain, lang, k=3)) & set(emoji(negated, lang, k=3)) & set(intents()["happy"].emoji)


def test_a_negation_reaches_neither_the_next_clause_nor_past_a_but():
    assert "🍕" in emoji("I'm not sad, pizza?")
    assert "🎂" in emoji("not tired but happy birthday")


@pytest.mark.parametrize("text", ["not bad", "no problem", "can't wait"])
def test_set_phrases_with_a_not_are_no_negations(text):
    message = read(text, "en")
    assert message.profile is not None
    assert message.profile[LABELS.index("happiness")] >= 0.5


@pytest.mark.parametrize(
    ("text", "wanted"), [("fine :)", "🙂"), ("oh :'(", "😢"), ("ok 😂", "😂"), ("<3", "❤️"), ("lol", "😂")]
)
def test_emoticons_and_emoji_are_read(text, wanted):
    assert wanted in emoji(text)


def test_the_reason_is_the_words_as_written():
    assert suggest(text="Happy BIRTHDAY, Ana!", k=1)[0].reason == "you wrote “Happy BIRTHDAY”"
    assert suggest(text="I'm not happy", k=1)[0].reason == "you wrote “not happy”"


def test_endings_and_stretched_letters_do_not_matter():
    lex = lexicon("en")
    assert stem("birthdays", lex) == stem("birthday", lex)
    assert stem("hahahaha", lex) == stem("haha", lex) == stem("hahah", lex)
    assert stem("loool", lex) == stem("lol", lex)
    assert emoji("later")[0] != "⏰"


def test_a_smile_with_sad_words_gets_a_smile_that_is_none():
    assert {"🥲", "😅", "🙃"} & set(emoji("I'm so sad today", seen={"happiness": 1.0}))
    assert not {"🥲", "🙃"} & set(emoji("I'm so happy today", seen={"happiness": 1.0}))


def test_words_and_face_work_together():
    glad, angry = emoji("thanks", seen={"happiness": 1.0}, k=3), emoji("thanks", seen={"anger": 1.0}, k=5)
    assert "🥰" in glad
    assert {"😠", "😡", "🙄", "😒", "😤"} & set(angry)


def test_every_language_of_the_catalogue_reads_a_name():
    for lang in ("ru", "th", "sw", "ko", "el", "tr"):
        name = catalogue.name("🍕", lang)
        assert "🍕" in emoji(name, lang), lang


def test_every_lexicon_has_every_intent_and_every_intent_real_emoji():
    assert set(spoken()) == {"en", "es", "fr", "de", "hi", "ar", "zh", "ja"}
    for lang in spoken():
        assert set(lexicon(lang).says) == set(intents()), lang
    for intent in intents().values():
        assert all(catalogue.get(text).text == text for text in (*intent.emoji, *intent.negated))
        assert sum(intent.shows.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "x" * 100_000, "\x00\ud83d", "🫥" * 500, "a\u0301" * 400, "((((((((("]
)
def test_odd_messages_do_no_harm(text):
    for lang in ("en", "ja", "ar"):
        assert isinstance(emoji(text, lang), list)
