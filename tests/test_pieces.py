from __future__ import annotations

import pytest
from resolve_samples import Draft


def pieces(
    text: str, content: str, cue: str = "قال", speaker: str | None = "سامي",
    others: tuple[tuple[str, str], ...] = (),
) -> list[str]:  # fmt: skip
    """Return the pieces of the quote of ``cue``; ``others`` are (cue, content) of more quotes."""
    draft = Draft(text)
    if speaker:
        draft.entity("PER", speaker)
    draft.quote(cue, content, speaker)
    for other, more in others:
        draft.quote(other, more)
    doc = draft.document()
    (found,) = [q for q in doc.quotes if q.cue and q.cue.text == cue]
    return [s.text for s in found.content]


@pytest.mark.parametrize("marks", ["«»", "“”", '""', "”“", "””"])
def test_a_mark_left_open_goes_on_to_where_it_is_closed(marks: str) -> None:
    text = f"خبر\nقال سامي: {marks[0]}نرفض هذا.\nوهم يعلمون.\nولن نقبل غيره{marks[1]}. ثم غادر"
    assert pieces(text, "نرفض هذا") == ["نرفض هذا", "وهم يعلمون", "ولن نقبل غيره"]


def test_such_a_quote_is_direct_and_a_paraphrase_before_it_makes_it_mixed() -> None:
    for lead, type in (("قال سامي: «نرفض هذا", "direct"), ("قال سامي إن «مصر ترفض هذا", "mixed")):
        content = lead.split("سامي")[1].strip(": «")
        text = f"خبر\n{lead}.\nولن نقبل غيره أبدا»."
        doc = Draft(text).entity("PER", "سامي").quote("قال", content, "سامي").document()
        assert (doc.quotes[0].type, len(doc.quotes[0].content)) == (type, 2)


@pytest.mark.parametrize("last", ["ولن نقبل هذا غدا»", "ولن نقبل هذا غدا"])
def test_a_mark_may_be_set_anew_in_each_paragraph(last: str) -> None:
    text = f"خبر\nقال سامي: «نرفض هذا.\n«وهم يعلمون.\n«{last}."
    found = pieces(text, "نرفض هذا")
    if last.endswith("»"):
        assert found == ["نرفض هذا", "وهم يعلمون", "ولن نقبل هذا غدا"]
    else:
        assert found == ["نرفض هذا"]  # nothing says where it ends


@pytest.mark.parametrize(
    "text",
    [
        "خبر\nقال سامي: «نرفض هذا».\nوهم يعلمون».",  # closed
        "خبر\nقال سامي: «نرفض هذا.\nوهم يعلمون.",  # never closed
        "خبر\nقال سامي: «نرفض هذا.\n«داعش» هزم.",  # a name in marks
        "خبر\nقال سامي: نرفض هذا.\nوهم يعلمون».",  # never opened
        "خبر\nقال سامي: «نرفض هذا.\nوهم «يعلمون.\nالأمر».",  # another one is opened
        "خبر\nقال سامي: «نرفض هذا",
    ],
)
def test_else_it_does_not_go_on(text: str) -> None:
    assert pieces(text, "نرفض هذا") == ["نرفض هذا"]


def test_a_paragraph_that_reports_anew_ends_it() -> None:
    text = "خبر\nقال سامي: «نرفض هذا.\nوأضاف أن الأمر انتهى».\nنعم»."
    assert pieces(text, "نرفض هذا", others=(("وأضاف", "أن الأمر انتهى"),)) == ["نرفض هذا"]
    text = "خبر\nقال سامي: «نرفض هذا.\nكما أكد أن الأمر انتهى».\nنعم»."
    assert pieces(text, "نرفض هذا", others=(("أكد", "أن الأمر انتهى"),)) == ["نرفض هذا"]
    text = "خبر\nقال سامي: «نرفض هذا.\nالأمر انتهى»، أضاف علي."
    assert pieces(text, "نرفض هذا", others=(("أضاف", "الأمر انتهى"),)) == ["نرفض هذا"]


def test_speech_in_the_middle_of_a_paragraph_has_ended() -> None:
    assert pieces("خبر\nقال سامي «نعم وغادر.\nالمكان».", "نعم") == ["نعم"]


def test_a_list_below_a_colon() -> None:
    text = "خبر\nقال سامي إن الشروط هي:\n1- جواز سفر.\n2- صورة حديثة.\nوغادر المكان"
    assert pieces(text, "إن الشروط هي") == ["إن الشروط هي", "جواز سفر", "صورة حديثة"]


def test_no_list() -> None:
    for tail in (":\nجواز سفر", ".\n1- جواز سفر", ":"):
        assert pieces("خبر\nقال سامي إن الشروط هي" + tail, "إن الشروط هي") == ["إن الشروط هي"]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("،\nولاسيما قاعدة انجرليك. وغادر", "ولاسيما قاعدة انجرليك"),
        (",\nمما أفقد الأعداء عاملا. وغادر", "مما أفقد الأعداء عاملا"),
        ("\nأو وفيات. وشدد المصدر", "أو وفيات"),
        ("\nوهو ما تحقق بالفعل", "وهو ما تحقق بالفعل"),
    ],
)
def test_a_line_broken_inside_a_sentence(text: str, more: str) -> None:
    content = "إن هذا حدث"
    assert pieces(f"خبر\nقال سامي {content}{text}", content) == [content, more]


@pytest.mark.parametrize(
    "text", [".\nأو وفيات", "\nوغادر المكان", "»،\nوغادر المكان", "،\n- وغادر المكان"]
)
def test_a_line_that_is_whole(text: str) -> None:
    assert pieces(f"خبر\nقال سامي إن هذا حدث{text}", "إن هذا حدث") == ["إن هذا حدث"]


def test_a_headline_is_never_joined_to_the_body() -> None:
    assert pieces("قال سامي إن هذا حدث،\nوغادر", "إن هذا حدث") == ["إن هذا حدث"]


def test_a_broken_line_ends_before_the_next_report() -> None:
    text = "خبر\nقال سامي إن هذا حدث،\nولاسيما أمس، مضيفا أن الأمر انتهى."
    found = pieces(text, "إن هذا حدث", others=(("مضيفا", "أن الأمر انتهى"),))
    assert found == ["إن هذا حدث", "ولاسيما أمس"]


@pytest.mark.parametrize(
    ("text", "cue", "more"),
    [
        ("وأهم التحولات –يقول سامي-، الدستور الجديد. وغادر", "يقول", "الدستور الجديد"),
        ("وأهم التحولات – ذكر سامي – الدستور الجديد.", "ذكر", "الدستور الجديد"),
        ("وأهم التحولات، يضيف سامي، “الدستور الجديد”.", "يضيف", "الدستور الجديد"),
        ("وأهم التحولات بحسب سامي هو الدستور.", "بحسب", "هو الدستور"),
        ("وأهم التحولات، وفق سامي، هو الدستور.", "وفق", "هو الدستور"),
    ],
)
def test_speech_around_its_speaker(text: str, cue: str, more: str) -> None:
    assert pieces(text, "وأهم التحولات", cue) == ["وأهم التحولات", more]


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("الدستور جديد، يقول سامي.", "يقول"),
        ("الدستور جديد، يقول سامي. وغادر", "يقول"),
        ("«الدستور جديد»، يقول سامي، الكاتب العام", "يقول"),
        ("الدستور جديد، قال سامي، وغادر", "قال"),
        ("الدستور جديد، يقول سامي الذي غادر", "يقول"),
    ],
)
def test_speech_before_its_speaker(text: str, cue: str) -> None:
    assert pieces(text, "الدستور جديد", cue) == ["الدستور جديد"]


def test_a_title_after_the_speaker_is_no_speech() -> None:
    draft = Draft("الدستور جديد، يقول سامي، وزير العدل").entity("PER", "سامي", "s")
    draft.entity("ROLE", "وزير العدل", "s").quote("يقول", "الدستور جديد", "سامي")
    assert len(draft.document().quotes[0].content) == 1


def test_a_long_sentence_before_according_to_is_whole() -> None:
    content = "وأعلن الجيش أن القوات تقدمت في محيط المدينة"
    text = f"{content}، بحسب سامي الذي أكد ذلك."
    assert pieces(text, content, "بحسب") == [content]


@pytest.mark.parametrize("more", ["وأن الباب مفتوح", "إضافة إلى مصرع 12 جنديا", "وكذا فتح الباب"])
def test_a_sentence_that_hangs_on_the_one_before(more: str) -> None:
    assert pieces(f"قال سامي إن هذا حدث. {more}. وغادر", "إن هذا حدث") == ["إن هذا حدث", more]
    twice = pieces(f"قال سامي إن هذا حدث. {more}. {more} أمس. وغادر", "إن هذا حدث")
    assert twice == ["إن هذا حدث", more, f"{more} أمس"]


def test_any_other_sentence_is_nobodys() -> None:
    for more in ("وغادر المكان", "وأضاف أن الباب مفتوح", "إضافة جديدة"):
        assert len(pieces(f"قال سامي إن هذا حدث. {more}", "إن هذا حدث")) == 1
    assert len(pieces("قال سامي إن هذا حدث وأن الباب مفتوح", "إن هذا حدث")) == 1
