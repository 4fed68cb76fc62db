"""What people do to sealed documents who store them, or who were once allowed to open them.

Each attack is shown to work where its target lacks what is to stop it: on stock age, which has no sender, or on a naive variant
that a few lines here make. The attacker's tools are the second implementation: `tests/checker` reads, `tests/vectors` writes.
"""

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

import sealwright as sw
from sealwright import _core

TESTS = Path(__file__).parents[1]
sys.dont_write_bytecode = True
sys.path[:0] = [str(TESTS / "checker"), str(TESTS / "vectors")]

import document as reading  # noqa: E402
import make_document as writing  # noqa: E402
import make_sender as signing  # noqa: E402

CHUNK = 65536
SECRET = b"Salaries of the board, from January on: "
LABEL = {"document_id": "board-7", "classification": "confidential"}
LOOSE = b'{"classification":"public","document_id":"board-7"}'
PUBLIC_ONLY = """package sealwright

decision := {"decision": input.resource.properties.classification == "public"}
"""
ANYTHING = 'package sealwright\n\ndecision := {"decision": true}\n'


class Scene:
    """Is a document that Ana signed for Alice and Bob. Alice turns out to be the attacker, with what she once unwrapped."""

    def __init__(self, text: bytes = SECRET) -> None:
        self.ana, self.alice, self.bob = sw.Signer.generate("ana"), writing.ALICE, writing.BOB
        self.recipients = [self.alice.recipient, self.bob.recipient]
        self.document = self.seal(text)
        self.file_key = reading.file_key_of(self.header(), [self.alice.text], None)

    def seal(self, text: bytes) -> bytes:
        gate = sw.Gate(sw.Policy({"seal.rego": ANYTHING}), subject={"id": "ana"}, clock=lambda: "2026-11-21T07:00:00Z")
        return gate.seal(text, recipients=self.recipients, label=LABEL, signer=self.ana)

    def header(self) -> reading.Header:
        return reading.read_header(self.document)

    def written(self, *stanzas: bytes, file_key: bytes | None = None) -> bytes:
        """Writes a header whose MAC holds: the file key is all that it takes."""
        return writing.header(*stanzas, file_key=file_key or self.file_key)

    def stanzas(self, *kinds: str) -> list[bytes]:
        """Returns the document's own stanzas of some types, as they stand there."""
        return [
            writing.stanza(stanza.kind, [arg.encode() for arg in stanza.args], stanza.body)
            for stanza in self.header().stanzas
            if stanza.kind in kinds
        ]

    def payload(self, text: bytes) -> bytes:
        return writing.payload(text, self.file_key, writing.fixed("attacker's nonce", 16))

    def open(self, document: Any, policy: str = ANYTHING, allow_unsigned: bool = False) -> bytes:
        """Opens as Bob does, who trusts Ana."""
        gate = sw.Gate(
            sw.Policy({"open.rego": policy}),
            subject={"id": "bob"},
            trusted_senders=[self.ana.verifier],
            allow_unsigned=allow_unsigned,
        )
        with gate.open(document, identities=[sw.Identity.parse(self.bob.text)]) as opened:
            return opened.readall()

    def code(self, document: Any, **options: Any) -> str:
        try:
            self.open(document, **options)
        except sw.SealwrightError as error:
            return error.code
        return "ok"


@pytest.fixture
def scene() -> Scene:
    return Scene()


class Once(io.BytesIO):
    """Cannot seek, so that it is opened as a stream."""

    def seekable(self) -> bool:
        return False


def stock(document: bytes) -> bytes:
    """Decrypts with stock age."""
    return pyrage.decrypt(document, [pyrage.x25519.Identity.from_str(writing.BOB.text)])


def forms(document: bytes) -> Iterator[Any]:
    """Gives a document as bytes, which are read by ranges, and as a stream."""
    yield document
    yield Once(document)


def test_the_scene_opens_as_it_is(scene: Scene) -> None:
    assert [scene.open(form) for form in forms(scene.document)] == [SECRET, SECRET]
    assert stock(scene.document) == SECRET
    assert scene.file_key != writing.FILE_KEY


def test_a_label_forged_with_a_released_file_key_is_refused(scene: Scene) -> None:
    label = writing.label(LOOSE)
    kept = scene.written(label, *scene.stanzas(reading.SENDER, "X25519")) + scene.header().payload
    stripped = scene.written(label, *scene.stanzas("X25519")) + scene.header().payload
    # Stock age, decrypting under no policy, and a gate that asks for no sender take the forged label for the document's.
    for forged in (kept, stripped):
        assert stock(forged) == sw.decrypt(forged, identities=[sw.Identity.parse(scene.bob.text)]) == SECRET
        assert sw.inspect(forged)["label"]["classification"] == "public"
    with pytest.raises(sw.Denied):
        scene.open(scene.document, policy=PUBLIC_ONLY)
    assert scene.open(stripped, policy=PUBLIC_ONLY, allow_unsigned=True) == SECRET
    # A gate that trusts Ana does not, and a broken signature is never worth more than none.
    assert scene.code(kept, policy=PUBLIC_ONLY) == "sender_signature"
    assert scene.code(kept, policy=PUBLIC_ONLY, allow_unsigned=True) == "sender_signature"
    assert scene.code(stripped, policy=PUBLIC_ONLY) == "sender_missing"


def test_a_payload_swapped_under_the_same_file_key_is_refused(scene: Scene) -> None:
    front = scene.document[: -len(scene.header().payload)]
    swapped = front + scene.payload(b"Salaries of the board: unchanged.")
    assert stock(swapped) == b"Salaries of the board: unchanged."
    assert [scene.code(form) for form in forms(swapped)] == ["sender_signature", "sender_signature"]


def test_a_long_swapped_payload_gives_out_nothing_in_one_call(scene: Scene) -> None:
    front = scene.document[: -len(scene.header().payload)]
    swapped = front + scene.payload(bytes(3 * CHUNK))
    gate = sw.Gate(sw.Policy({"open.rego": ANYTHING}), subject={"id": "bob"}, trusted_senders=[scene.ana.verifier])
    identities = [sw.Identity.parse(scene.bob.text)]
    with pytest.raises(sw.IntegrityError):
        gate.open(swapped, identities=identities)
    # A stream gives out what is authentic under the file key before its end, and says no there: the spec warns of it.
    with gate.open(Once(swapped), identities=identities) as opened:
        assert opened.read(CHUNK) == bytes(CHUNK)
        with pytest.raises(sw.IntegrityError):
            opened.readall()


def test_a_sender_moved_to_another_document_is_refused(scene: Scene) -> None:
    other = Scene(b"Salaries of the board: unchanged.")
    assert other.header().label == scene.header().label
    stanzas = (*other.stanzas(reading.LABEL), *scene.stanzas(reading.SENDER), *other.stanzas("X25519"))
    moved = other.written(*stanzas) + other.header().payload
    assert stock(moved) == b"Salaries of the board: unchanged."
    assert [scene.code(form) for form in forms(moved)] == ["sender_signature", "sender_signature"]
    # A signature over the label alone holds for both.
    naive = signing.ANA.key.sign(scene.header().label)
    assert reading.signs(signing.ANA.public, naive, other.header().label)


def test_a_payload_that_changes_after_it_was_verified_is_refused(scene: Scene) -> None:
    text = SECRET * 5000
    honest = Scene(text)
    size = len(honest.document) - len(honest.header().payload)
    forged = honest.document[:size] + honest.payload(b"x" * len(text))
    assert stock(forged) == b"x" * len(text)

    class Storage(io.BytesIO):
        """Shows the signed payload until its last byte was read, and the forged one from then on."""

        def read(self, count: int | None = -1) -> bytes:
            piece = super().read(count)
            if self.tell() == len(forged):
                position = self.tell()
                self.seek(0)
                self.write(forged)
                self.seek(position)
            return piece

    assert honest.code(io.BytesIO(honest.document)) == "ok"
    assert honest.code(Storage(honest.document)) == "sender_signature"
    # Verifying first and reading then, with nothing kept of the first pass, gives out what was never signed.
    storage = Storage(honest.document)
    storage.seek(size)
    verified = signing.tree.subtree(storage.read(), root=True)
    storage.seek(size)
    assert verified == honest.header().sender.body[40:72]  # type: ignore[union-attr]
    assert reading.decrypt_payload(honest.file_key, storage.read()) == b"x" * len(text)


def test_recipients_are_not_stripped_without_the_file_key(scene: Scene) -> None:
    alice, bob = scene.stanzas("X25519")
    stripped = scene.document.replace(alice, b"")
    assert scene.code(stripped) == "header_mac"
    # But for the MAC, nothing would show it: the payload does not depend on the header.
    assert reading.decrypt_payload(scene.file_key, reading.read_header(stripped).payload) == SECRET
    # Who has the file key makes that MAC. The list of recipients is not signed, which the spec says.
    described = scene.stanzas(reading.LABEL, reading.SENDER)
    assert scene.open(scene.written(*described, bob) + scene.header().payload) == SECRET


@pytest.fixture(scope="module")
def long() -> Scene:
    return Scene(bytes(range(256)) * (4 * CHUNK // 256))


def chunks_of(scene: Scene) -> tuple[bytes, list[bytes]]:
    """Returns what stands before the chunks, and the chunks."""
    sealed = scene.header().payload[16:]
    front = scene.document[: -len(sealed)]
    return front, [sealed[at : at + CHUNK + 16] for at in range(0, len(sealed), CHUNK + 16)]


def naive(nonce: Callable[[int], bytes], order: list[int]) -> bytes:
    """Encrypts two chunks without saying which is the last, and opens some of them in an order."""
    cipher = ChaCha20Poly1305(bytes(32))
    sealed = [cipher.encrypt(nonce(index), text, None) for index, text in enumerate((b"pay Ana, ", b"not Bob"))]
    return b"".join(cipher.decrypt(nonce(place), sealed[index], None) for place, index in enumerate(order))


def counted(index: int) -> bytes:
    return index.to_bytes(12, "big")


def constant(_: int) -> bytes:
    return bytes(12)


def test_a_document_cut_at_any_chunk_is_refused(long: Scene) -> None:
    front, chunks = chunks_of(long)
    for count in range(len(chunks)):
        cut = front + b"".join(chunks[:count])
        by_ranges = "sender_signature" if count else "payload_corrupt"
        assert [long.code(form) for form in forms(cut)] == [by_ranges, "payload_corrupt"]
        with pytest.raises(sw.IntegrityError):
            sw.decrypt(cut, identities=[sw.Identity.parse(long.bob.text)])
    assert naive(counted, [0]) == b"pay Ana, "


def test_chunks_in_another_order_are_refused(long: Scene) -> None:
    front, (first, second, third, last) = chunks_of(long)
    for order in ((second, first, third, last), (first, first, third, last), (first, third, last), (last, second, third)):
        changed = front + b"".join(order)
        assert [long.code(form) for form in forms(changed)] == ["sender_signature", "payload_corrupt"]
        with pytest.raises(sw.IntegrityError):
            sw.decrypt(changed, identities=[sw.Identity.parse(long.bob.text)])
    assert naive(constant, [1, 0]) == b"not Bobpay Ana, "
    with pytest.raises(InvalidTag):
        naive(counted, [1, 0])


def test_a_flood_of_stanzas_is_refused(scene: Scene) -> None:
    grease = writing.stanza("grease", [b"x"], b"")
    flood = scene.written(*scene.stanzas(reading.LABEL, reading.SENDER), *[grease] * 200, *scene.stanzas("X25519"))
    assert stock(flood + scene.header().payload) == SECRET
    assert scene.code(flood + scene.header().payload) == "too_many_stanzas"
    most = scene.written(*scene.stanzas(reading.LABEL, reading.SENDER), *[grease] * 60, *scene.stanzas("X25519"))
    assert scene.code(most + scene.header().payload) == "ok"


@pytest.mark.parametrize("line", [b"-> grease x\n\n", b"A\n", b"\n", b"A" * 64 + b"\n", b"-"])
def test_a_header_without_end_is_given_up_after_64_kib_however_small_its_pieces(line: bytes) -> None:
    reader, taken = _core.Reader(), 0
    endless = writing.VERSION + b"-> x\n" + line * (80_000 // len(line))
    with pytest.raises(sw.MalformedError) as caught:
        for at in range(len(endless)):
            reader.push(endless[at : at + 1])
            taken += 1
    assert (caught.value.code, taken) in [("header_too_large", 65536), ("header_malformed", endless.find(b"---") + 1)]


def test_failures_to_open_have_one_text(scene: Scene) -> None:
    header, size = scene.header(), len(scene.document) - len(scene.header().payload)
    wrong_mac = scene.document.replace(writing.b64(header.mac), writing.b64(bytes(32)))
    altered = writing.flip(scene.document, size + 20)
    bob, carol = (sw.Identity.parse(identity.text) for identity in (scene.bob, writing.CAROL))
    texts, codes, stock_texts = set(), set(), set()
    for document, identity in ((scene.document, carol), (wrong_mac, bob), (altered, bob), (scene.document[:-1], bob)):
        with pytest.raises(sw.SealwrightError) as caught:
            sw.decrypt(document, identities=[identity])
        texts.add(str(caught.value))
        codes.add(caught.value.code)
        with pytest.raises(pyrage.DecryptError) as stock_caught:
            pyrage.decrypt(document, [pyrage.x25519.Identity.from_str(identity.reveal())])
        stock_texts.add(str(stock_caught.value))
    assert len(texts) == 1
    assert codes == {"no_identity", "header_mac", "payload_corrupt"}
    assert len(stock_texts) > 1
