"""The catalogue is complete, and what was committed stays readable."""

from dataclasses import fields
from itertools import pairwise, permutations
from typing import get_args

import avro.schema
import pytest
from avro.compatibility import (
    ReaderWriterCompatibilityChecker,
    SchemaCompatibilityType,
)

from events import catalog
from events.envelope import Event
from schemas import loader

ENTRIES = sorted(catalog.ALL.values(), key=lambda e: e.type_name)
SUBJECTS = loader.subjects()


def by_type(entry):
    return entry.type_name


def parsed(subject, version):
    return avro.schema.make_avsc_object(loader.schema(subject, version))


def test_every_event_has_an_entry():
    assert set(catalog.EVENTS) == set(get_args(Event))


def test_type_names_and_schema_ids_are_unique():
    assert len(catalog.BY_TYPE) == len(catalog.BY_SCHEMA_ID) == len(catalog.ALL)


def test_every_type_name_is_versioned_and_ours():
    for entry in ENTRIES:
        assert entry.type_name == f"{entry.subject}.v{entry.version}"
        assert entry.type_name.startswith("touchline.")


def test_every_subject_belongs_to_the_vocabulary():
    assert {e.subject for e in ENTRIES} == set(SUBJECTS)


@pytest.mark.parametrize("entry", ENTRIES, ids=by_type)
def test_the_schema_has_the_fields_of_the_class_in_order(entry):
    schema = loader.schema(entry.subject, entry.version)
    assert [f["name"] for f in schema["fields"]] == [f.name for f in fields(entry.cls)]


@pytest.mark.parametrize("entry", ENTRIES, ids=by_type)
def test_every_field_is_documented(entry):
    schema = loader.schema(entry.subject, entry.version)
    assert schema["doc"]
    assert [f["name"] for f in schema["fields"] if not f.get("doc")] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=by_type)
def test_the_entry_is_the_newest_version(entry):
    assert entry.version == loader.versions(entry.subject)[-1]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_versions_have_no_holes_and_files(subject):
    versions = loader.versions(subject)
    assert versions[0] == 1
    assert all(later == earlier + 1 for earlier, later in pairwise(versions))
    assert [v for v in versions if not loader.schema(subject, v)] == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_any_version_reads_any_other(subject):
    check = ReaderWriterCompatibilityChecker().get_compatibility
    versions = loader.versions(subject)
    for reader, writer in [(v, v) for v in versions] + [*permutations(versions, 2)]:
        found = check(parsed(subject, reader), parsed(subject, writer))
        assert found.compatibility is SchemaCompatibilityType.compatible, found


def test_ids_lead_back_to_their_schema():
    for entry in ENTRIES:
        assert loader.by_id()[entry.schema_id] == (entry.subject, entry.version)


def test_an_unknown_schema_is_an_error():
    with pytest.raises(KeyError):
        loader.schema_id("touchline.Nonsense", 1)
    with pytest.raises(FileNotFoundError):
        loader.schema("touchline.Nonsense", 1)
    assert loader.versions("touchline.Nonsense") == []


def test_topics_are_named_by_channel():
    assert catalog.touchpoints_topic("sms") == "touchline.touchpoints.sms"
    assert catalog.outbound_topic("sms") == "touchline.outbound.sms"
