"""`Gate`: the way through a policy, for one caller."""

from __future__ import annotations

import json

from . import _core, clock, identity, recipient
from .carry import carry, counted
from .collection import Collection
from .document import Document
from .encoding import to_json
from .errors import Denied, UsageError
from .plaintext import Ranges, Stream
from .signer import senders
from .sink import Sink
from .source import Source
from .subject import authzen_subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, overload

    from .identity import Identity
    from .policy import Policy
    from .protocols import Clock, SinkLike, SourceLike, TrustedSenders
    from .recipient import Recipient
    from .release import ReleaseClient
    from .signer import Signer
else:

    def overload(function):
        return function


class Gate:
    """Seals and opens for one caller, where the policy allows it.

    `subject` is AuthZEN's, `{"type", "id", "properties"}`, or flat: `id`, `type` if it is not `user`, and the claims
    beside them. `context` holds more that the policy reads of the circumstances.

    `trusted_senders` are verifier keys, or a path object of a file of them: opening takes documents that their signers
    signed, and no others, unless `allow_unsigned` lets it. The policy sees `resource.properties.sender` either way.
    """

    __slots__ = ("_clock", "_context", "_policy", "_senders", "_subject")

    def __init__(
        self,
        policy: Policy,
        *,
        subject: Mapping[str, Any],
        purpose: str | None = None,
        context: Mapping[str, Any] | None = None,
        clock: Clock = clock.now,
        trusted_senders: TrustedSenders = (),
        allow_unsigned: bool = False,
    ) -> None:
        self._policy = policy
        self._subject = authzen_subject(subject)
        self._context = {**(context or {}), **({} if purpose is None else {"purpose": purpose})}
        self._clock = clock
        self._senders = senders(trusted_senders, allow_unsigned)

    @overload
    def seal(
        self,
        source: SourceLike,
        *,
        recipients: Iterable[Recipient | str],
        label: Mapping[str, Any] | str,
        private: Mapping[str, Any] | str | None = None,
        signer: Signer | None = None,
        output: None = None,
        header: SinkLike | None = None,
        armor: bool = False,
        action: str | None = None,
        threads: int | None = None,
    ) -> bytes: ...
    @overload
    def seal(
        self,
        source: SourceLike,
        *,
        recipients: Iterable[Recipient | str],
        label: Mapping[str, Any] | str,
        private: Mapping[str, Any] | str | None = None,
        signer: Signer | None = None,
        output: SinkLike,
        header: SinkLike | None = None,
        armor: bool = False,
        action: str | None = None,
        threads: int | None = None,
    ) -> dict[str, Any]: ...
    def seal(
        self,
        source: SourceLike,
        *,
        recipients: Iterable[Recipient | str],
        label: Mapping[str, Any] | str,
        private: Mapping[str, Any] | str | None = None,
        signer: Signer | None = None,
        output: SinkLike | None = None,
        header: SinkLike | None = None,
        armor: bool = False,
        action: str | None = None,
        threads: int | None = None,
    ) -> bytes | dict[str, Any]:
        """Seals bytes, a path or a binary file object, and returns the document.

        With `output`, a path or a binary file object, the document goes there instead, and its `label` and the
        `decision` are returned. A path is written whole or not at all. A source that can seek is scanned first.

        `private` is the part of the label that only those who open the document read: `file_name`, `data_subjects`,
        `attributes`. With a `signer` the document is signed; its header is then known last, so the output must seek, or
        `header` say where the header goes, apart from the payload.

        Large input is worked on by up to `threads` threads, if not said one a processor. The scan takes one.

        Raises `Denied` when the decision is no.
        """
        threads = counted(threads)
        with Source(source) as opened, Sink(output, opened) as sink:
            request = self._seal_request(recipients, label, private, signer, opened.scan(), action)
            decision = self._decide(action or "seal", request.request(), request.admit)
            sealer = request.sealer(armor)
            if header is None:
                _write(sealer, opened, sink, threads)
            else:
                with Sink(header, opened) as front:
                    _write_parts(sealer, opened, sink, front, threads)
            sealed_label: dict[str, Any] = json.loads(sealer.label())
        return sink.taken() if output is None else {"label": sealed_label, "decision": decision}

    def open(
        self,
        source: SourceLike,
        *,
        identities: Iterable[Identity] = (),
        release: ReleaseClient | None = None,
        action: str | None = None,
        outboard: SourceLike | None = None,
        threads: int | None = None,
    ) -> Document:
        """Opens a document, given as bytes, a path or a binary file object, as a binary file object to read.

        With `release` the key comes from an edge, once the policy here allows it, and what the edge obliges to do to the
        text is done too; no identity is needed then.

        A signed document that seeks is read once and verified before it is given out; with its `outboard`, from the
        function of that name, each part is verified as it is read, and the rest is not. Long reads are worked on by up to
        `threads` threads, if not said one a processor.

        Raises `Denied` when the decision is no.
        """
        threads = counted(threads)
        opened = Source(source)
        try:
            reader = opened.header()
            request, decision = self._open_request(reader, action, release)
            handles = identity.handles(identities)
            plaintext, private = _plaintext(opened, reader, request, handles, _whole(outboard), threads)
            return Document(opened, plaintext, json.loads(reader.inspection())["label"], private, decision)
        except BaseException:
            opened.close()
            raise

    def create_collection(
        self,
        *,
        recipients: Iterable[Recipient | str],
        label: Mapping[str, Any] | str,
        private: Mapping[str, Any] | str | None = None,
        signer: Signer | None = None,
        action: str | None = None,
    ) -> Collection:
        """Makes a collection, to seal the values of columns one by one. The policy sees that they were not scanned.

        `private` and `signer` are as in `seal`. Raises `Denied` when the decision is no.
        """
        request = self._seal_request(recipients, label, private, signer, _core.Scan.unscanned(), action)
        decision = self._decide(action or "seal", request.request(), request.admit)
        return Collection(request.collection(), decision)

    def open_collection(
        self,
        source: SourceLike,
        *,
        identities: Iterable[Identity] = (),
        release: ReleaseClient | None = None,
        action: str | None = None,
    ) -> Collection:
        """Opens a collection by its document. What the policy has transformed is transformed in every value.

        `release` is as in `open`. Raises `Denied` when the decision is no.
        """
        with Source(source) as opened:
            reader = opened.header()
            for piece in opened.pieces():
                reader.push(piece)
        request, decision = self._open_request(reader, action, release)
        return Collection(request.collection(reader, identity.handles(identities)), decision)

    def _seal_request(
        self,
        recipients: Iterable[Recipient | str],
        label: Mapping[str, Any] | str,
        private: Mapping[str, Any] | str | None,
        signer: Signer | None,
        scan: _core.Scan,
        action: str | None,
    ) -> _core.SealRequest:
        return _core.SealRequest(
            self._caller(action),
            to_json("label", label),
            None if private is None else to_json("private part", private),
            recipient.handles(recipients),
            None if signer is None else signer._handle,
            scan,
            self._policy._handle.describe(),
        )

    def _open_request(
        self, reader: _core.Reader, action: str | None, release: ReleaseClient | None
    ) -> tuple[_core.OpenRequest, dict[str, Any]]:
        digest = self._policy.reference["digest"]
        request = _core.OpenRequest(self._caller(action), reader, self._senders)
        decision = self._decide(action or "open", request.request(), lambda answer: request.admit(answer, digest))
        if release is not None:
            release._admit(request, reader.header(), self._context.get("purpose"), action)
        return request, decision

    def _caller(self, action: str | None) -> str:
        caller: dict[str, Any] = {
            "subject": self._subject,
            "context": {**self._context, "time": clock.read(self._clock)},
        }
        return to_json("caller", caller if action is None else {**caller, "action": {"name": action}})

    def _decide(self, action: str, request: str, admit: Callable[[str], str]) -> dict[str, Any]:
        """Asks the policy, then the gate, which may refuse what it cannot carry out."""
        decision: dict[str, Any] = json.loads(admit(self._policy._handle.decide(request)))
        if decision["decision"] is not True:
            raise Denied(action, decision, lambda values: self._policy.explain(request, values=values))
        return decision


@overload
def seal(
    source: SourceLike,
    *,
    policy: Policy,
    subject: Mapping[str, Any],
    purpose: str | None = None,
    recipients: Iterable[Recipient | str],
    label: Mapping[str, Any] | str,
    private: Mapping[str, Any] | str | None = None,
    signer: Signer | None = None,
    output: None = None,
    armor: bool = False,
    threads: int | None = None,
) -> bytes: ...
@overload
def seal(
    source: SourceLike,
    *,
    policy: Policy,
    subject: Mapping[str, Any],
    purpose: str | None = None,
    recipients: Iterable[Recipient | str],
    label: Mapping[str, Any] | str,
    private: Mapping[str, Any] | str | None = None,
    signer: Signer | None = None,
    output: SinkLike,
    armor: bool = False,
    threads: int | None = None,
) -> dict[str, Any]: ...
def seal(
    source: SourceLike,
    *,
    policy: Policy,
    subject: Mapping[str, Any],
    purpose: str | None = None,
    recipients: Iterable[Recipient | str],
    label: Mapping[str, Any] | str,
    private: Mapping[str, Any] | str | None = None,
    signer: Signer | None = None,
    output: SinkLike | None = None,
    armor: bool = False,
    threads: int | None = None,
) -> bytes | dict[str, Any]:
    """Seals once: see `Gate.seal`."""
    gate = Gate(policy, subject=subject, purpose=purpose)
    if output is None:
        return gate.seal(
            source, recipients=recipients, label=label, private=private, signer=signer, armor=armor, threads=threads
        )
    return gate.seal(
        source,
        recipients=recipients,
        label=label,
        private=private,
        signer=signer,
        output=output,
        armor=armor,
        threads=threads,
    )


def open(
    source: SourceLike,
    *,
    policy: Policy,
    subject: Mapping[str, Any],
    purpose: str | None = None,
    identities: Iterable[Identity],
    trusted_senders: TrustedSenders = (),
    allow_unsigned: bool = False,
    threads: int | None = None,
) -> Document:
    """Opens once: see `Gate.open`."""
    gate = Gate(
        policy, subject=subject, purpose=purpose, trusted_senders=trusted_senders, allow_unsigned=allow_unsigned
    )
    return gate.open(source, identities=identities, threads=threads)


def _write(sealer: _core.Sealer, source: Source, sink: Sink, threads: int) -> None:
    """Writes a document whole."""
    if sink.is_memory() and (rest := source.rest()) is not None:
        sealer.set_threads(threads)
        sink.take_whole(sealer.whole(rest))
        return
    room = sealer.header_size()
    if room:
        sink.leave_room(room)
    carry(source, sealer, sink, threads)
    if room:
        sink.fill(sealer.header())


def _write_parts(sealer: _core.Sealer, source: Source, payload: Sink, header: Sink, threads: int) -> None:
    """Writes a document in two parts."""
    signed = sealer.header_size() > 0
    front = b"" if signed else sealer.header()
    if not (signed or front):
        raise UsageError("an armored document has no header of its own: seal it without armor", "range_unavailable")
    carry(source, sealer, payload, threads)
    header.write(sealer.header() if signed else front)


def _plaintext(
    source: Source,
    reader: _core.Reader,
    request: _core.OpenRequest,
    identities: list[_core.Identity],
    outboard: bytes | None,
    threads: int,
) -> tuple[Stream | Ranges, dict[str, Any] | None]:
    """Returns the way to the plaintext, by ranges where source, document and obligations let it; and the private part."""
    if source.seekable:
        try:
            ranges = request.range_opener(reader, identities, source.size())
            ranges.set_threads(threads)
            return Ranges(source, ranges, outboard), _private(ranges)
        except UsageError as error:
            if error.code != "range_unavailable":
                raise
    opener = request.opener(reader, identities)
    opener.set_threads(threads)
    return Stream(source, opener), _private(opener)


def _whole(source: SourceLike | None) -> bytes | None:
    if source is None:
        return None
    with Source(source) as opened:
        return b"".join(opened.pieces())


def _private(opener: _core.Opener | _core.RangeOpener) -> dict[str, Any] | None:
    text = opener.private()
    return None if text is None else json.loads(text)
