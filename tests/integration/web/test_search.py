"""Finding things: what words, numbers and addresses lead to, and in which order."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from projections import search_index
from projections.queries import looking, paging, search
from projections.queries.search import Filters
from projections.queries.wanted import understood
from tests.integration.web.rows import uid

EVERYTHING = Filters()


@pytest.fixture
async def connection(url):
    engine = create_async_engine(url)
    async with engine.connect() as opened:
        yield opened
    await engine.dispose()


async def names(connection, text):
    found = await search.customers(connection, understood(text, "DE"))
    return [card.name for card in found]


async def find(connection, text, filters=EVERYTHING):
    return await search.everything(connection, understood(text, "DE"), filters)


def texts(hits):
    return ["".join(piece.text for piece in hit.snippet) for hit in hits]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("mar", ["Marta Quiróga"]),
        ("QUIRO", ["Marta Quiróga"]),
        ("quiróga mar", ["Marta Quiróga"]),
        ("marta jo", []),
        ("MQ@X", ["Marta Quiróga"]),
        ("x.example", ["Marta Quiróga"]),
        ("100%", ["Jo 100%"]),
        ("o'n", ["O'Neil \\ & Sons"]),
        ("':* | 'neil", ["O'Neil \\ & Sons"]),
        ("\\ &", []),
        ("jo\0", ["Jo 100%"]),
        ("x" * 5000, []),
        ("%", []),
        ("iroga", []),
        ("  ", []),
    ],
)
async def test_customers_are_found_by_beginnings_of_words(
    rows, connection, wanted, found
):
    rows.customer("Marta Quiróga", "email:mq@x.example")
    rows.customer("Jo 100%")
    rows.customer("O'Neil \\ & Sons")
    assert await names(connection, wanted) == found


@pytest.mark.parametrize(
    "typed",
    [
        "+493023125",
        "+49 30 2312-5000",
        "0049 30 23125000",
        "030 23125000",
        "(030) 2312/5000",
        "030 2312",
        "4930231",
    ],
)
async def test_a_number_is_found_however_it_is_written(rows, connection, typed):
    rows.customer("Jonas", "phone:+493023125000")
    rows.customer("Nina", "phone:+493099999999")
    assert await names(connection, typed) == ["Jonas"]


async def test_who_owns_the_address_comes_before_who_wrote_last(rows, connection):
    rows.customer("Ana", "email:ana@example.org", last_contact_at=rows.ago(9000))
    rows.customer("Other", "email:ana@example.organic", last_contact_at=rows.ago(1))
    assert await names(connection, "ana@example.org") == ["Ana", "Other"]
    assert await names(connection, "ana@example.or") == ["Other", "Ana"]


@pytest.mark.parametrize("typed", ["#1042", "1042"])
async def test_an_interaction_is_found_by_its_number_first(rows, connection, typed):
    customer = rows.customer("Ana")
    rows.interaction("Order 1042", customer, 1043, waits=1)
    rows.interaction("Something else", customer, 1042, waits=2)
    found = await find(connection, typed)
    assert [hit.number for hit in found.interactions] == [1042, 1043]


async def test_a_number_is_known_before_the_index_has_it(rows, connection):
    rows.interaction("Lamp", rows.customer("Ana"), 1042)
    rows.run(sa.delete(search_index.INTERACTIONS))
    (hit,) = (await find(connection, "1042")).interactions
    assert (hit.customer_name, hit.state) == ("Ana", "waiting")


async def test_subjects_texts_and_notes_are_found_the_latest_first(rows, connection):
    customer = rows.customer("Ana")
    key = rows.interaction("Broken lámp", customer, 1042)
    rows.contact(key, customer, "The lamp fell.", 30)
    rows.contact(key, customer, "A lamp again", 20, direction="out")
    rows.note(key, "ben", "Lamps are out of stock", occurred_at=rows.ago(10))
    found = await find(connection, "LAMP")
    assert [hit.kind for hit in found.messages] == ["note", "message", "message"]
    note, answer, _ = found.messages
    assert (note.author, note.number) == ("ben", 1042)
    assert (answer.direction, answer.customer_name) == ("out", "Ana")
    (work,) = found.interactions
    assert [piece.text for piece in work.subject if piece.hit] == ["lámp"]
    assert [piece.text for piece in note.snippet if piece.hit] == ["Lamps"]


async def test_filters_leave_what_they_name(rows, connection):
    ana = rows.customer("Ana")
    mail = rows.interaction("mail", ana, 1, queue="orders")
    text = rows.interaction("text", ana, 2, waits=None, queue="billing", agent="ben")
    done = rows.interaction("done", ana, 3, state="closed", agent="ben")
    rows.contact(mail, ana, "lamp one", 50)
    rows.contact(text, ana, "lamp two", 40, channel="sms")
    rows.contact(done, ana, "lamp three", 30)

    async def said(**filters):
        return texts((await find(connection, "lamp", Filters(**filters))).messages)

    assert await said() == ["lamp three", "lamp two", "lamp one"]
    assert await said(channel="sms") == ["lamp two"]
    assert await said(queues=("press", "billing")) == ["lamp two"]
    billing = {"queues": ("press", "billing")}
    assert await said(agent="ben", **billing) == ["lamp two"]
    assert await said(agent="ben", queues=("press",)) == []
    assert await said(state="closed") == ["lamp three"]
    assert await said(state="waiting") == ["lamp one"]
    assert await said(agent="ben") == ["lamp two"]
    assert await said(since=rows.ago(45)) == ["lamp three", "lamp two"]
    assert await said(until=rows.ago(45)) == ["lamp one"]
    assert (await find(connection, "ana", Filters(queues=("orders",)))).customers == ()


def documents(rows, count, words):
    """Messages of one interaction; `words` gives those of each by its number."""
    rows.run(
        sa.insert(search_index.DOCUMENTS).values(
            [
                {
                    "document_id": uid(f"m{n}"),
                    "stream": uid("c"),
                    "kind": "message",
                    "interaction_id": uid("i"),
                    "at": rows.now - timedelta(seconds=n // 2),
                    "channel": "email",
                    "words": words(n),
                }
                for n in range(count)
            ]
        )
    )


@pytest.fixture
def small_windows(monkeypatch):
    """Windows of ten rows: what holds of a million holds of a hundred."""
    monkeypatch.setattr(looking, "WINDOW", 10)
    monkeypatch.setattr(looking, "OFTEN", 2)
    monkeypatch.setattr(looking, "COMMON", 5)


async def pages(connection, text, filters=EVERYTHING, size=7):
    """The pages of all messages, until no more are promised."""
    found, cursor = [], None
    while not found or cursor:
        page = await search.messages(
            connection, understood(text, "DE"), filters, size, cursor
        )
        found.append([hit.id for hit in page.items])
        cursor = paging.decode(page.next)
    return found


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("all", lambda n: True),
        ("third", lambda n: n % 3 == 0),
        ("rare", lambda n: n in {20, 77, 78}),
        ("all rare", lambda n: n in {20, 77, 78}),
        ("former", lambda n: n > 60),
        ("former third", lambda n: n > 60 and n % 3 == 0),
        ("third rare all", lambda n: n == 78),
        ("never", lambda n: False),
    ],
)
async def test_pages_bring_every_hit_once_and_in_order(
    rows, connection, small_windows, text, which
):
    def words(n):
        marks = {
            "all": True,
            "third": n % 3 == 0,
            "rare": n in {20, 77, 78},
            "former": n > 60,
        }
        return " ".join(f"'{word}'" for word, there in marks.items() if there)

    documents(rows, 100, words)
    whole = [
        row.document_id
        for row in await connection.execute(
            sa.select(search_index.DOCUMENTS.c.document_id).order_by(
                search_index.DOCUMENTS.c.at.desc(),
                search_index.DOCUMENTS.c.document_id.desc(),
            )
        )
    ]
    wanted = {uid(f"m{n}") for n in range(100) if which(n)}
    found = await pages(connection, text)
    assert [id_ for page in found for id_ in page] == [i for i in whole if i in wanted]
    assert all(len(page) <= 7 for page in found)


async def test_a_frequent_word_under_a_filter_that_fits_nothing_ends(
    rows, connection, small_windows
):
    documents(rows, 100, lambda _: "'all'")
    found = await pages(connection, "all", Filters(queues=("press",)))
    assert [id_ for page in found for id_ in page] == []
    assert len(found) == 100 // (10 * looking.WINDOWS) + 1


async def test_the_index_is_asked_for_rare_words(rows, connection, small_windows):
    documents(rows, 3000, lambda n: f"'all' 'w{n}'")
    rows.run("ANALYZE touchline_views.search_document_v1")
    asked = []
    sa.event.listen(
        connection.sync_connection,
        "before_cursor_execute",
        lambda _c, _cursor, statement, values, *_: asked.append((statement, values)),
    )
    await search.messages(connection, understood("all w777", "DE"), Filters(), 5)
    statement, values = next(pair for pair in asked if "MATERIALIZED" in pair[0])
    plan = await connection.exec_driver_sql(f"EXPLAIN {statement}", values)
    lines = "\n".join(plan.scalars())
    assert "Index Scan on search_document_v1_words" in lines
    assert "'''w777'':*'" in lines


async def test_the_page_of_results_shows_groups_and_goes_on(ana, rows):
    customer = rows.customer("Lampert <b>", "email:lampert@x.example")
    key = rows.interaction("A <lamp>", customer, 1042)
    for n in range(35):
        rows.contact(key, customer, f"lamp {n} & <i>more</i>", n)
    first = await ana.get("/search", params={"q": "lamp"})
    assert first.status_code == 200
    assert "<mark>lamp</mark>" in first.text
    assert "&lt;i&gt;more&lt;/i&gt;" in first.text
    assert "<b>" not in first.text.split("<main")[1].split("</main>")[0]
    assert first.text.count('class="hit in-text"') == 30
    link = first.text.split('rel="next" href="')[1].split('"')[0]
    second = await ana.get(link.replace("&amp;", "&"))
    assert second.text.count('class="hit in-text"') == 5
    assert "Lampert" not in second.text.split("<main")[1].split("hit in-text")[0]


async def test_an_empty_search_says_what_can_be_found(ana):
    page = await ana.get("/search")
    assert "mail address" in page.text
    nothing = await ana.get("/search", params={"q": "zzz"})
    assert "Nothing has words" in nothing.text


@pytest.mark.parametrize(
    "days",
    [
        {"since": "yesterday"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01", "zone": "Europe/Berlin"},
    ],
)
async def test_a_day_that_is_none_is_refused(ana, days):
    answer = await ana.get("/search", params={"q": "a", **days})
    assert answer.status_code == 409


async def test_the_palette_is_given_options(ana, rows):
    rows.interaction("A lamp", rows.customer("Lampert"), 1042)
    answer = await ana.get("/search/quick", params={"q": "lamp"})
    assert answer.text.count('role="option"') == 2
    assert f'data-href="/interactions/{uid("A lamp")}"' in answer.text


async def test_the_api_finds_the_same(ana, rows):
    customer = rows.customer("Lampert")
    key = rows.interaction("A lamp", customer, 1042)
    rows.contact(key, customer, "lamp", 1)
    answer = await ana.get("/api/v1/search", params={"q": "lamp", "limit": 1})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [one["name"] for one in found["customers"]] == ["Lampert"]
    assert [one["number"] for one in found["interactions"]] == [1042]
    (hit,) = found["messages"]
    assert hit["snippet"] == [{"text": "lamp", "hit": True}]
    assert found["next"] == ""
    later = {"q": "lamp", "from": (rows.now + timedelta(days=1)).isoformat()}
    answer = await ana.get("/api/v1/search", params=later)
    assert answer.json()["messages"] == []
