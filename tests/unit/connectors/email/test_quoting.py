"""What a person wrote, and what their program quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email import quoting

ATTRIBUTIONS = [
    "On Mon, 2 Mar 2026 at 10:00, Support <support@touchline.example> wrote:",
    "On Mon, 2 Mar 2026 at 10:00, Customer\nService <x@touchline.example>\nwrote:",
    "Am 02.03.2026 um 10:00 schrieb Support <support@touchline.example>:",
    "El lun, 2 mar 2026 a las 10:00, Support (<support@touchline.example>) escribió:",
    "Le lun. 2 mars 2026 à 10:00, Support <support@touchline.example> a écrit :",
    "Il giorno lun 2 mar 2026 alle 10:00 Support ha scritto:",
    "Em seg., 2 de mar. de 2026 às 10:00, Support escreveu:",
    "Op ma 2 mrt 2026 om 10:00 schreef Support <support@touchline.example>:",
]

SEPARATORS = [
    "-----Original Message-----",
    "-----Ursprüngliche Nachricht-----",
    "-----Mensaje original-----",
    "-----Message d'origine-----",
    "From: Support\nSent: Monday, 2 March 2026\nTo: Ana\nSubject: Your order",
    "Von: Support\nGesendet: Montag, 2. März 2026\nAn: Ana\nBetreff: Bestellung",
    "De: Support\nEnviado: lunes, 2 de marzo\nPara: Ana\nAsunto: Su pedido",
    "De : Support\nEnvoyé : lundi 2 mars\nÀ : Ana\nObjet : Commande",
    "________________________________\nFrom: Support\nDate: Monday\nTo: Ana",
    "*From:* Support\n*Sent:* Monday\n*To:* Ana",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_an_attribution_before_quoted_lines_is_quoted(attribution):
    text = f"Thank you!\n\n{attribution}\n\n> Your parcel is on its way.\n> Bye"

    own, quoted = quoting.split(text)

    assert own == "Thank you!"
    assert quoted.startswith(attribution)
    assert "> Bye" in quoted


@pytest.mark.parametrize("separator", SEPARATORS)
def test_after_a_separator_everything_is_quoted(separator):
    own, quoted = quoting.split(f"Thank you!\n\n{separator}\n\nYour parcel left.")

    assert own == "Thank you!"
    assert quoted == f"{separator}\n\nYour parcel left."


def test_answers_between_quoted_lines_stay_in_order():
    own, quoted = quoting.split("> First?\nYes.\n\n> Second?\nNo.")

    assert own == "Yes.\n\nNo."
    assert quoted == "> First?\n> Second?"


def test_a_sentence_that_only_begins_like_an_attribution_stays():
    text = "On Monday I wrote:\nplease call me. Nobody did."

    assert quoting.split(text) == (text, "")


def test_a_line_that_begins_like_a_header_stays():
    text = "From: my point of view this is wrong.\nPlease repair it."

    assert quoting.split(text) == (text, "")


def test_a_forwarded_mail_is_what_the_person_wants_to_show():
    text = (
        "Is this yours?\n\n---------- Forwarded message ---------\n"
        "From: Shop\nDate: Monday\nTo: Ana\n\n> You won"
    )

    assert quoting.split(text) == (text, "")


def test_only_quoted_text_leaves_nothing_written():
    assert quoting.split("> a\n> b") == ("", "> a\n> b")


LINES = st.sampled_from(
    [*ATTRIBUTIONS, *SEPARATORS, "", "> quoted", "answer", "On", "wrote:", "From: x"]
)


@given(st.lists(LINES | st.text(max_size=20), max_size=15).map("\n".join))
def test_splitting_again_changes_nothing(text):
    own, _ = quoting.split(text)

    assert quoting.split(own) == (own, "")


@given(st.text())
def test_no_word_is_lost(text):
    own, quoted = quoting.split(text)

    assert sorted((own + "\n" + quoted).split()) == sorted(text.split())
