"""The interpreter is released while the core works."""

import threading
import time

import pytest

import sealwright as sw
from sealwright import _core

LARGE = bytes(64 << 20)


def test_other_threads_run_during_a_long_call(identity: sw.Identity) -> None:
    encryptor = _core.Encryptor([identity.recipient._handle], None, False)
    turns = 0
    done = threading.Event()

    def count() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            time.sleep(0.0005)

    counter = threading.Thread(target=count)
    counter.start()
    try:
        while not turns:
            time.sleep(0.001)
        before = turns
        encryptor.push(LARGE)
        during = turns - before
    finally:
        done.set()
        counter.join()
    assert during >= 5


def test_documents_are_sealed_by_many_threads_at_once(gate, identity, label) -> None:
    results: list[bytes] = []

    def work(number: int) -> None:
        text = b"%d" % number * 100_000
        with gate.open(
            gate.seal(text, recipients=[identity.recipient], label=label), identities=[identity]
        ) as document:
            results.append(document.read()[:1])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [b"%d" % number for number in range(8)]


def test_one_stream_takes_one_thread_at_a_time(identity: sw.Identity) -> None:
    encryptor = _core.Encryptor([identity.recipient._handle], None, False)
    sealed: list[bytes] = []
    refused: set[str] = set()

    def push(piece: bytes) -> bool:
        try:
            sealed.append(encryptor.push(piece))
        except sw.UsageError as error:
            refused.add(error.code)
            return False
        return True

    def push_large() -> None:
        while not push(LARGE):
            pass

    pushing = threading.Thread(target=push_large)
    pushing.start()
    while pushing.is_alive():
        push(b"")
    assert refused == {"call_order"}
    assert len(b"".join(sealed) + encryptor.finish()) > len(LARGE)


def test_a_finished_stream_takes_no_more(identity: sw.Identity) -> None:
    encryptor = _core.Encryptor([identity.recipient._handle], None, False)
    encryptor.finish()
    with pytest.raises(sw.UsageError) as caught:
        encryptor.push(b"")
    assert caught.value.code == "call_order"
