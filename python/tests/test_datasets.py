"""`Sealed`, the feature of Hugging Face `datasets`: what is kept is ciphertext, what is read is not."""

import os
from pathlib import Path

import pytest
from datasets import Dataset, Features, Value, load_from_disk

import sealwright as sw
from sealwright.datasets import Sealed, unlocked

PLANTED = "ana@acme.example"
FEATURES = Features({"id": Value("string"), "text": Sealed(column="text")})


@pytest.fixture
def collection() -> sw.Collection:
    identity = sw.Identity.generate()
    return sw.Collection.create(recipients=[identity.recipient], label={"document_id": os.urandom(4).hex()})


@pytest.fixture
def dataset(collection, tmp_path: Path) -> Dataset:
    def rows():
        for number in range(20):
            yield {"id": str(number), "text": f"{number} {PLANTED}"}

    with unlocked(collection):
        name = collection.label["document_id"]
        return Dataset.from_generator(rows, features=FEATURES, cache_dir=str(tmp_path / "cache"), fingerprint=name)


def leaks(folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if PLANTED.encode() in path.read_bytes() or PLANTED.upper().encode() in path.read_bytes()]


def test_the_cache_and_everything_that_is_saved_is_ciphertext(dataset, collection, tmp_path) -> None:
    dataset.save_to_disk(tmp_path / "saved")
    dataset.to_parquet(tmp_path / "saved.parquet")
    assert leaks(tmp_path) == []
    with unlocked(collection):
        saved = load_from_disk(tmp_path / "saved")
        parquet = Dataset.from_parquet(str(tmp_path / "saved.parquet"), features=FEATURES, cache_dir=str(tmp_path / "again"))
        assert saved.features == FEATURES
        assert saved[3]["text"] == parquet[3]["text"] == f"3 {PLANTED}"
        assert saved[:2]["text"] == [f"0 {PLANTED}", f"1 {PLANTED}"]
    assert leaks(tmp_path) == []


def test_what_map_hands_back_is_sealed_again(dataset, collection, tmp_path) -> None:
    with unlocked(collection):
        upper = dataset.map(lambda row: {"text": row["text"].upper()}, cache_file_name=str(tmp_path / "map.arrow"))
        assert upper[1]["text"] == f"1 {PLANTED}".upper()
        counted = dataset.map(lambda row: {"size": len(row["text"])}, cache_file_name=str(tmp_path / "count.arrow"))
        assert counted[1]["text"] == f"1 {PLANTED}"
        assert counted.filter(lambda row: row["id"] == "7", cache_file_name=str(tmp_path / "filter.arrow"))[0]["size"] == 18
        batches = list(dataset.shuffle(seed=1).to_iterable_dataset().iter(batch_size=8))
        assert sorted(text for batch in batches for text in batch["text"])[0] == f"0 {PLANTED}"
    assert leaks(tmp_path) == []


def test_without_its_collection_a_row_does_not_open(dataset) -> None:
    with pytest.raises(sw.NoKeyError) as caught:
        dataset[0]
    assert caught.value.code == "record_key_unknown"
    other = sw.Collection.create(recipients=[sw.Identity.generate().recipient], label={"document_id": "other"})
    with unlocked(other), pytest.raises(sw.NoKeyError):
        dataset[0]
    kept = dataset.cast_column("text", Sealed(column="text", decode=False))[0]["text"]
    assert set(kept) == {"id", "token"}


def test_a_value_moved_to_another_column_does_not_open(dataset, collection) -> None:
    moved = dataset.cast_column("text", Sealed(column="other"))
    with unlocked(collection), pytest.raises(sw.SealwrightError) as caught:
        moved[0]
    assert caught.value.code == "record_corrupt"


def test_rows_without_a_value_and_bytes_are_kept(collection, tmp_path) -> None:
    features = Features({"data": Sealed(column="data", dtype="binary")})
    with unlocked(collection):
        dataset = Dataset.from_list([{"data": b"\x00\xff"}, {"data": None}, {"data": {"id": "a", "value": b"x"}}], features=features)
        assert [row["data"] for row in dataset] == [b"\x00\xff", None, b"x"]


def test_nothing_is_written_where_nothing_can_be_sealed(tmp_path) -> None:
    with pytest.raises(sw.NoKeyError):
        Dataset.from_list([{"text": PLANTED}], features=Features({"text": Sealed(column="text")}))
