"""Collections: lists and batches in, lists and batches out, with and without a policy."""

from __future__ import annotations

import copy
import io
import pickle
import threading
from array import array
from collections.abc import Callable

import numpy
import pytest

import sealwright as sw

IDS = ["row-1", "row-2", "row-3"]
VALUES = [b"123-45-6789", b"", "Größe".encode()]
LABEL = {"document_id": "patients", "classification": "confidential"}
KEY = sw.Identity.generate()


@pytest.fixture
def collection() -> sw.Collection:
    return sw.Collection.create(recipients=[KEY.recipient], label=LABEL)


def code(work: Callable[[], object]) -> tuple[str, int | None]:
    with pytest.raises(sw.SealwrightError) as caught:
        work()
    return caught.value.code, caught.value.index


def test_lists_come_back_from_the_document_alone(collection: sw.Collection) -> None:
    tokens = collection.seal("ssn", IDS, VALUES)
    assert [len(token) - len(value) for token, value in zip(tokens, VALUES, strict=True)] == [45, 45, 45]
    again = sw.Collection.decrypt(collection.document, identities=[KEY])
    assert again.open("ssn", IDS, tokens) == VALUES
    assert (again.label, again.decision) == (LABEL, None)
    assert sw.Collection.decrypt(io.BytesIO(collection.document), identities=[KEY]).label == LABEL
    assert sw.inspect(collection.document)["label"] == LABEL
    assert sw.decrypt(collection.document, identities=[KEY]) == b""


def test_texts_come_back_as_bytes_do(collection: sw.Collection) -> None:
    texts = collection.seal("ssn", IDS, VALUES, text=True)
    assert all(isinstance(text, str) and text.isascii() for text in texts)
    assert collection.open("ssn", IDS, texts) == VALUES
    assert collection.reseal("ssn", IDS, texts) == texts
    assert code(lambda: collection.open("ssn", IDS, [texts[0], "Zürich", texts[2]])) == ("record_corrupt", 1)
    with pytest.raises(TypeError, match="texts or bytes"):
        collection.open("ssn", IDS, [texts[0], b""])  # type: ignore[list-item]


def test_ids_are_texts_or_bytes(collection: sw.Collection) -> None:
    tokens = collection.seal("ssn", ["Zürich", b"\x00"], [b"a", b"b"])
    assert collection.open("ssn", ["Zürich".encode(), bytearray(1)], tokens) == [b"a", b"b"]
    with pytest.raises(TypeError, match="list of ids"):
        collection.seal("ssn", "row-1", [b"a"] * 5)


@pytest.mark.parametrize("kind", ["i", "q"])
def test_a_batch_goes_in_as_arrow_lays_it_out(collection: sw.Collection, kind: str) -> None:
    ids = sw.Batch.of([name.encode() for name in IDS])
    values = sw.Batch(b"".join(VALUES), array(kind, [0, 11, 11, 18]))
    tokens = collection.seal("ssn", ids, values)
    assert (len(tokens), tokens.offsets.format) == (3, kind)
    assert list(tokens.offsets) == [0, 56, 101, 153]
    opened = collection.open("ssn", ids, tokens)
    assert (opened.data, list(opened.offsets), opened.to_list()) == (values.data, list(values.offsets), VALUES)
    assert collection.open("ssn", IDS, tokens.to_text().from_text()).to_list() == VALUES


def test_a_batch_takes_every_kind_of_memory(collection: sw.Collection) -> None:
    plain = sw.Batch(b"onetwo", array("i", [0, 3, 6]))
    offsets = numpy.array([0, 3, 6], dtype=numpy.int32)
    # A buffer of pyarrow is of signed bytes.
    foreign = sw.Batch(memoryview(b"onetwo").cast("b"), memoryview(offsets).cast("B").cast("b"), offset_size=4)
    lent = sw.Batch(numpy.frombuffer(b"onetwo", dtype=numpy.uint8), offsets)
    assert [batch.to_list() for batch in (plain, foreign, lent)] == [[b"one", b"two"]] * 3
    assert sw.Batch.of([b"one", bytearray(b"two"), array("i", [1])]).to_list() == [b"one", b"two", array("i", [1]).tobytes()]


def test_memory_that_changes_afterwards_is_not_sealed(collection: sw.Collection) -> None:
    memory = bytearray(b"before")
    batch = sw.Batch(memory, array("i", [0, 6]))
    memory[:] = b"after!"
    assert batch.to_list() == [b"before"]


@pytest.mark.parametrize(
    "offsets", [[0, 3, 2], [0, 7], [0, -1], [-1, 3], []], ids=["decreasing", "beyond", "negative", "before", "none"]
)
def test_offsets_that_do_not_cut_the_bytes_are_refused(offsets: list[int]) -> None:
    for kind in "iq":
        assert code(lambda: sw.Batch(b"onetwo", array(kind, offsets))) == ("batch_invalid", None)
    with pytest.raises(sw.UsageError, match="4 or 8"):
        sw.Batch(b"", array("h", [0]))


def test_a_record_that_fails_is_named(collection: sw.Collection) -> None:
    tokens = collection.seal("ssn", IDS, VALUES)
    assert code(lambda: collection.open("ssn", IDS, [tokens[0], tokens[2], tokens[1]])) == ("record_corrupt", 1)
    assert code(lambda: collection.open("iban", IDS, tokens)) == ("record_corrupt", 0)
    assert code(lambda: collection.seal("ssn", ["a", ""], [b"", b""])) == ("record_limit", 1)
    assert code(lambda: collection.seal("ssn", IDS, [b""])) == ("batch_invalid", None)
    other = sw.Collection.create(recipients=[KEY.recipient], label=LABEL)
    with pytest.raises(sw.NoKeyError) as caught:
        other.open("ssn", IDS, tokens)
    assert (caught.value.code, caught.value.index) == ("record_key_unknown", 0)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.code, again.index, str(again)) == ("record_key_unknown", 0, str(caught.value))


def test_keys_rotate_by_a_new_generation(collection: sw.Collection) -> None:
    tokens = collection.seal("ssn", IDS, VALUES)
    newer = sw.Collection.create(recipients=[KEY.recipient], label=collection.label).with_older(collection)
    assert newer.open("ssn", IDS, tokens) == VALUES
    resealed = newer.reseal("ssn", IDS, tokens)
    assert sw.Collection.decrypt(newer.document, identities=[KEY]).open("ssn", IDS, resealed) == VALUES
    assert code(lambda: collection.open("ssn", IDS, resealed))[0] == "record_key_unknown"
    stranger = sw.Collection.create(recipients=[KEY.recipient], label={"document_id": "staff"})
    assert code(lambda: newer.with_older(stranger))[0] == "collection_mismatch"


def test_a_blind_index_is_equal_for_equal_values(collection: sw.Collection) -> None:
    first, second, third = collection.blind_index("ssn", [b"a", b"b", b"a"])
    assert first == third != second and len(first) == 16
    assert collection.blind_index("ssn", sw.Batch.of([b"a"]), size=8) == [first[:8]]
    assert code(lambda: collection.blind_index("ssn", [b"a"], size=7))[0] == "record_limit"


def test_threads_share_a_collection(collection: sw.Collection) -> None:
    values = [b"x" * 1000] * 2000
    ids = [str(ordinal) for ordinal in range(2000)]
    opened: list[list[bytes]] = []

    def work() -> None:
        opened.append(collection.open("ssn", ids, collection.seal("ssn", ids, values)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [values] * 4


def test_keys_are_neither_printed_nor_pickled(collection: sw.Collection) -> None:
    assert repr(collection) == "<Collection 'patients'>"
    for leak in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="holds keys"):
            leak(collection)


REGO = """package sealwright

decision := {"decision": count(reasons) == 0, "reasons": reasons, "obligations": obligations}

reasons contains "not_ana" if input.subject.id != "ana"

obligations := [{"type": "transform", "operators": {"EMAIL_ADDRESS": {"operator": "replace"}}} |
	input.action.name == "retrieve"
]
"""


def test_the_gate_makes_and_opens_collections_where_the_policy_lets_it() -> None:
    policy = sw.Policy({"test.rego": REGO})
    signer = sw.Signer.generate("acme/intake")
    ana, ben = (sw.Gate(policy, subject={"id": name}, trusted_senders=[signer.verifier]) for name in ("ana", "ben"))
    private = {"file_name": "calls.csv"}
    made = ana.create_collection(recipients=[KEY.recipient], label=LABEL, private=private, signer=signer)
    assert made.decision is not None and made.label["policy"] == policy.reference
    tokens = made.seal("note", IDS[:1], [b"write to ana@acme.example"])

    opened = ana.open_collection(made.document, identities=[KEY])
    assert (opened.private, made.private) == (private, private)
    assert opened.open("note", IDS[:1], tokens) == [b"write to ana@acme.example"]
    masked = ana.open_collection(io.BytesIO(made.document), identities=[KEY], action="retrieve")
    assert masked.open("note", IDS[:1], tokens) == [b"write to <EMAIL_ADDRESS>"]
    with pytest.raises(sw.Denied):
        ben.open_collection(made.document, identities=[KEY])
    with pytest.raises(sw.Denied):
        ben.create_collection(recipients=[KEY.recipient], label=LABEL)
    unsigned = ana.create_collection(recipients=[KEY.recipient], label=LABEL)
    assert code(lambda: ana.open_collection(unsigned.document, identities=[KEY])) == ("sender_missing", None)


def test_a_document_is_no_collection() -> None:
    document = sw.encrypt(b"text", recipients=[KEY.recipient], label=LABEL)
    assert code(lambda: sw.Collection.decrypt(document, identities=[KEY]))[0] == "collection_payload"
    unlabelled = sw.encrypt(b"", recipients=[KEY.recipient])
    assert code(lambda: sw.Collection.decrypt(unlabelled, identities=[KEY]))[0] == "label_count"
