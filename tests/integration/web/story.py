"""A believable morning at a shop's service desk."""

from uuid import UUID

from tests.integration.web.rows import Rows

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415478da63385111050003a6019b935d7ca30000000049454e44ae426082"
)
"""One point of PNG."""

ANA = "ana"
BEN = "ben"

_OFFER = """<p>Hello,</p><p>the lamp <b>Halden 40</b> arrived with a crack in the glass.
<br>Order <a href="https://shop.example/o/20418">20418</a>, delivered yesterday.</p>
<table border="1" cellpadding="6"><tr><th>Article</th><th>Pieces</th></tr>
<tr><td>Halden 40, smoke</td><td>2</td></tr></table>
<p>Kind regards<br>Marta Quiroga</p><script>document.title = "stolen"</script>
<img src="https://tracker.example/pixel.gif">"""

_LONG_SUBJECT = (
    "Re: Re: Fwd: Invoice 2026-11-0931 and the reminder of 2026-11-15"
    " that crossed with my payment of the same day"
)
_COMPLAINT = """Hello,

the lamp Halden 40 arrived with a crack in the glass. Order 20418, delivered
yesterday. I would rather have a new glass than send all of it back.

Kind regards
Marta Quiroga"""
_RECEIVED = (
    "Thank you for your message. We have received it under the number 1024"
    " and will answer within one working day."
)
ANSWER = """Dear Ms Quiroga,

I am sorry about the glass. A new one left our warehouse this morning; you need
not send the broken one back.

Ana Ortiz"""
_THANKS = (
    "Thank you, that was quick! Will it come by the same carrier?"
    " I am not at home on Thursday."
)
_QUOTED = """> Dear Ms Quiroga,
> I am sorry about the glass. A new one left our warehouse this morning;
> you need not send the broken one back."""


def tell(rows: Rows) -> UUID:
    """Write it down, and return the interaction to look at."""
    _queues(rows)
    return _conversation(rows)


def _queues(rows: Rows) -> None:
    people = [
        (
            "Jonas Feld",
            "email:jonas.feld@web.example",
            "Where is order 20422?",
            3,
            "email",
        ),
        ("Ingrid Solberg", "phone:+4722334455", "", 0.4, "phone"),
        (
            "Priya Raman",
            "phone:+447700900123",
            "Can I still change the colour?",
            11,
            "sms",
        ),
        (
            "Luca Bianchi",
            "email:luca@bianchi.example",
            "Delivery to the second floor",
            34,
            "webform",
        ),
        (
            "Thomas Okafor",
            "email:t.okafor@mail.example",
            "Order 20397: one box is missing",
            71,
            "email",
        ),
        (
            "Zofia Wójcik",
            "email:zofia@wojcik.example",
            "Delivery date for the sofa",
            162,
            "email",
        ),
    ]
    for number, (name, known, subject, waits, channel) in enumerate(people, 1031):
        customer = rows.customer(
            name,
            known,
            contacts_in=number % 5 + 1,
            contacts_out=number % 4,
            by_channel={channel: number % 5 + 1},
            last_contact_at=rows.ago(waits),
        )
        rows.interaction(
            subject or "call",
            customer,
            number,
            waits,
            subject=subject,
            channel=channel,
            sender=known.partition(":")[2],
        )
    rows.interaction(
        "unknown caller",
        rows.customer(""),
        1044,
        1.2,
        channel="phone",
        subject="",
        queue="billing",
    )
    odd = rows.customer("محمد عبد الرحمن", "email:m.abdelrahman@mail.example")
    rows.interaction(
        "فاتورة شهر أكتوبر",
        odd,
        1037,
        48,
        queue="billing",
        sender="m.abdelrahman@mail.example",
    )
    long = rows.customer(
        "Maximiliana-Alexandrina von und zu Hohenstein-Wackerbarth-Salmour",
        "email:m@h.example",
    )
    rows.interaction(
        _LONG_SUBJECT,
        long,
        1038,
        95,
        queue="billing",
        sender="m@h.example",
    )
    held = rows.customer("Elif Kaya", "email:elif.kaya@mail.example")
    rows.interaction(
        "Repair of the reading lamp",
        held,
        1029,
        None,
        agent=BEN,
        state="handling",
        queue="returns",
        sender="elif.kaya@mail.example",
    )
    rows.interaction(
        "Invoice with the wrong address",
        held,
        1028,
        None,
        agent=BEN,
        state="wrap_up",
        queue="billing",
        channel="phone",
    )


def _conversation(rows: Rows) -> UUID:
    marta = rows.customer(
        "Marta Quiroga",
        "email:marta.quiroga@correo.example",
        "phone:+34911234567",
        "external:crm:4711",
        contacts_in=9,
        contacts_out=6,
        last_contact_at=rows.ago(6),
        by_channel={"email": 8, "phone": 2, "sms": 3, "webform": 2},
    )
    old = rows.interaction(
        "Question about bulbs",
        marta,
        871,
        None,
        state="closed",
        disposition="solved",
        closed_at=rows.ago(60 * 24 * 40),
    )
    rows.contact(
        old,
        marta,
        "Which bulbs fit the Halden 40? I would like warm light.",
        60 * 24 * 41,
        channel="webform",
        sender="marta.quiroga@correo.example",
        sender_name="Marta Quiroga",
        subject="Question about bulbs",
        attributes={"Article": "Halden 40", "Topic": "Advice"},
    )
    rows.contact(
        old,
        marta,
        "Any E27 bulb up to 40 W. For warm light choose 2,700 K.",
        60 * 24 * 41 - 50,
        direction="out",
        author=BEN,
        delivery="delivered",
    )
    call = rows.interaction(
        "Call about delivery",
        marta,
        1002,
        None,
        state="closed",
        disposition="solved",
        channel="phone",
        closed_at=rows.ago(60 * 26),
    )
    rows.contact(
        call,
        marta,
        "",
        60 * 27,
        channel="phone",
        sender="+34911234567",
        sender_name="Marta Quiroga",
        attributes={
            "From": "+34 911 234 567",
            "To": "+49 30 1234567",
            "Talked": "4 min 12 s",
        },
    )
    sms = rows.interaction(
        "text",
        marta,
        1019,
        None,
        state="waiting",
        channel="sms",
        subject="",
        waiting_since=rows.ago(14),
    )
    rows.contact(
        sms,
        marta,
        "Is somebody at the shop until 19:00 today?",
        14,
        channel="sms",
        sender="+34911234567",
        sender_name="Marta Quiroga",
    )
    main = rows.interaction(
        "Cracked glass in order 20418",
        marta,
        1024,
        None,
        agent=ANA,
        contacts=3,
        sender="marta.quiroga@correo.example",
        last_contact_at=rows.ago(6),
    )
    who = {
        "sender": "marta.quiroga@correo.example",
        "sender_name": "Marta Quiroga",
        "subject": "Cracked glass in order 20418",
    }
    rows.contact(
        main,
        marta,
        _COMPLAINT,
        60 * 22,
        html=_OFFER,
        attachments=[
            rows.file("crack.png", "image/png", PICTURE),
            rows.file("delivery-note-20418.pdf", "application/pdf", b"%PDF-1.7\n"),
        ],
        **who,
    )
    rows.contact(
        main,
        marta,
        _RECEIVED,
        60 * 22 - 1,
        direction="out",
        automatic="acknowledgement",
        author="workflow:acknowledge",
        delivery="delivered",
    )
    rows.contact(
        main,
        marta,
        ANSWER,
        95,
        direction="out",
        author=ANA,
        delivery="sent",
        subject="Re: Cracked glass in order 20418",
    )
    rows.contact(
        main,
        marta,
        _THANKS,
        6,
        quoted=_QUOTED,
        **who,
    )
    return main
