"""The search index on PostgreSQL: rows as events make them, once and again."""

from tests.integration.projections.traffic import live_through
from tests.integration.store.hub import request
from tests.unit.domain.touchpoints import form, mail


async def words_of(models, table):
    sql = f"SELECT words::text FROM touchline_views.{table}"
    return [set(row[0].replace("'", "").split()) for row in await models.rows(sql)]


async def test_what_was_said_is_there_without_case_accents_and_signs(hub, models):
    hub.take_in(mail("<1@a>", text="Où est ma commande A-20418 ?\x00 It's late\\"))
    await models.catch_up()
    (found,) = await words_of(models, "search_document_v1")
    assert {"ou", "est", "commande", "a", "20418", "it", "s", "late"} <= found


async def test_a_customers_names_and_identifiers_add_up(hub, models):
    hub.take_in(mail("<1@a>", "ana@example.org"))
    await models.catch_up()
    hub.take_in(form("f1", "ana@example.org", "+34611110001"))
    await models.catch_up()
    (found,) = await words_of(models, "search_customer_v1")
    assert {"ana", "example", "org", "34611110001"} <= found


async def test_a_note_is_found_like_a_message(hub, models):
    hub.take_in(mail("<1@a>"))
    (interaction,) = hub.interactions()
    await hub.desk.note(interaction, "ana", "Rückruf zugesagt", [], request=request())
    await models.catch_up()
    sql = "SELECT kind, stream = interaction_id FROM touchline_views.search_document_v1"
    assert sorted(await models.rows(sql)) == [("message", False), ("note", True)]
    assert {"ruckruf", "zugesagt"} in await words_of(models, "search_document_v1")


async def test_an_interaction_has_its_number_among_its_words(hub, models):
    hub.take_in(mail("<1@a>"))
    await models.catch_up()
    ((number,),) = await models.rows(
        "SELECT number::text FROM touchline_views.interaction_view_v1"
    )
    (found,) = await words_of(models, "search_interaction_v1")
    assert number in found


async def test_every_message_of_a_mixed_day_is_in_the_index(hub, models):
    await live_through(hub, seed=11, rounds=3)
    await models.catch_up()
    missing = """
        SELECT 1 FROM touchline_views.customer_timeline_v1 t
        LEFT JOIN touchline_views.search_document_v1 d
          ON d.stream = t.customer_id AND d.document_id = t.touchpoint_id
        WHERE d.document_id IS NULL"""
    assert await models.rows(missing) == []
    assert await models.rows("SELECT 1 FROM touchline_views.search_document_v1") != []
