"""Images are read from real files of each format; what is not as it should be is refused in a sentence."""

from __future__ import annotations

import gzip
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from analytics.settings import check_settings
from trainer.objectives import BUILTIN
from trainer.objectives.imagesets import DataError, Dataset, check_files, data_files, load

RANDOM = np.random.default_rng(1)
IMAGES = RANDOM.integers(0, 256, (40, 5, 4), dtype=np.uint8)
LABELS = np.arange(40, dtype=np.uint8) % 2


def settings(dataset: str, path: Path | str = "", **changes: Any) -> dict[str, Any]:
    return check_settings(BUILTIN["images"].settings, {"dataset": dataset, "path": str(path), **changes}, "images")


def idx(array: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    """Training files plain, test files gzipped; the same images in both."""
    for kind, array in (("images-idx3", IMAGES), ("labels-idx1", LABELS)):
        (tmp_path / f"train-{kind}-ubyte").write_bytes(idx(array))
        (tmp_path / f"t10k-{kind}-ubyte.gz").write_bytes(gzip.compress(idx(array[:10])))
    return tmp_path


@pytest.fixture
def cifar(tmp_path: Path) -> Path:
    """Five batches and a test batch as Python 2 wrote them: protocol 2, keys of bytes."""
    for name in (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"):
        content = {b"data": RANDOM.integers(0, 256, (4, 3072), dtype=np.uint8), b"labels": [0, 1, 2, 1]}
        (tmp_path / name).write_bytes(pickle.dumps(content, protocol=2))
    (tmp_path / "batches.meta").write_bytes(pickle.dumps({b"label_names": [b"cat", b"dog", b"frog"]}, protocol=2))
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of ten images in sizes and modes of all kinds."""
    for kind in ("cats", "dogs"):
        (tmp_path / kind).mkdir()
        for i in range(10):
            mode = ("RGB", "L", "RGBA", "P")[i % 4]
            Image.new(mode, (20 + i, 30), i * 20 if mode in "LP" else None).save(tmp_path / kind / f"{i}.png")
    return tmp_path


def disjoint(data: Dataset) -> bool:
    parts = (data.train, data.validation, data.test)
    return len(set(np.concatenate(parts).tolist())) == sum(map(len, parts))


def test_mnist_is_read_plain_and_gzipped_its_test_files_kept_apart(mnist: Path) -> None:
    data = load(settings("mnist", mnist))
    assert data.images.shape == (50, 1, 5, 4)
    assert (data.images[:40, 0] == IMAGES).all()
    assert (data.labels == np.concatenate((LABELS, LABELS[:10]))).all()
    assert data.test.tolist() == list(range(40, 50))
    assert (len(data.train), len(data.validation), disjoint(data)) == (32, 8, True)
    assert len(data_files(settings("mnist", mnist))) == 4


def test_cifar_is_read_with_the_names_of_its_classes(cifar: Path) -> None:
    data = load(settings("cifar", cifar))
    assert data.images.shape == (24, 3, 32, 32)
    assert data.classes == ("cat", "dog", "frog")
    assert data.test.tolist() == [20, 21, 22, 23]


def test_folders_of_images_are_read_in_colour_at_one_size_and_kept_for_the_next_trial(
    folder: Path, tmp_path: Path
) -> None:
    cache = tmp_path / ".cache"
    data = load(settings("folder", folder, image_size=16), cache)
    assert data.images.shape == (20, 3, 16, 16)
    assert data.classes == ("cats", "dogs")
    assert [np.bincount(data.labels[rows]).tolist() for rows in (data.train, data.validation, data.test)] == [
        [6, 6],
        [2, 2],
        [2, 2],
    ]
    [kept] = cache.iterdir()
    again = load(settings("folder", folder, image_size=16), cache)
    assert (again.images == data.images).all()
    os.utime(folder / "cats" / "0.png", (1, 1))
    load(settings("folder", folder, image_size=16), cache)
    assert len(list(cache.iterdir())) == 2
    assert kept.exists()


def test_parts_that_folders_give_are_kept(tmp_path: Path) -> None:
    for part, count in (("train", 6), ("val", 3), ("test", 1)):
        for kind in ("cats", "dogs"):
            (tmp_path / "parted" / part / kind).mkdir(parents=True)
            for i in range(count):
                Image.new("L", (8, 8), i).save(tmp_path / "parted" / part / kind / f"{i}.png")
    data = load(settings("folder", tmp_path / "parted", image_size=8))
    assert [len(rows) for rows in (data.train, data.validation, data.test)] == [12, 6, 2]


def test_the_split_follows_from_its_seed_class_by_class() -> None:
    first, same, other = (load(settings("digits", split_seed=seed)) for seed in (4, 4, 5))
    assert (first.train == same.train).all()
    assert set(first.train.tolist()) != set(other.train.tolist())
    assert disjoint(first)
    shares = np.bincount(first.labels[first.validation]) / np.bincount(first.labels)
    assert np.allclose(shares, 0.2, atol=0.01)
    assert len(load(settings("digits", limit=50)).train) == 50


def test_scikit_learns_digits_need_no_file() -> None:
    check_files(settings("digits"))
    assert load(settings("digits")).images.max() == 255
    assert data_files(settings("digits")) == []


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, ("pwned",)


def cut(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])


MNIST_FAULTS: list[tuple[Callable[[Path], Any], str]] = [
    (lambda f: (f / "train-labels-idx1-ubyte").unlink(), "has no file train-labels-idx1-ubyte; expected it, or train-"),
    (
        lambda f: (f / "train-images-idx3-ubyte").write_bytes(b"PK\3\4"),
        "begins with 504b0304; expected 00000803, an id",
    ),
    (lambda f: (f / "train-images-idx3-ubyte").write_bytes(b""), "begins with nothing; expected 00000803"),
    (lambda f: cut(f / "train-images-idx3-ubyte", 9), "ends within its head of 16 bytes"),
    (lambda f: cut(f / "train-images-idx3-ubyte", 700), "has 700 bytes; expected 800 and a head: it is cut short"),
    (lambda f: cut(f / "t10k-labels-idx1-ubyte.gz", 15), "is damaged"),
    (lambda f: (f / "t10k-labels-idx1-ubyte.gz").write_bytes(b"no gzip"), "is damaged"),
    (
        lambda f: (f / "train-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, 2**32 - 1, 28, 28)),
        "tells of 4294967295 × 28 × 28 bytes; expected 1 to 1024 pixels a side and at most 4 GiB",
    ),
    (
        lambda f: (f / "train-labels-idx1-ubyte").write_bytes(idx(LABELS[:39])),
        "has 40 images with 39 labels; expected as many",
    ),
    (
        lambda f: (f / "train-labels-idx1-ubyte").write_bytes(idx(LABELS) + b"more"),
        "holds 41 bytes after its head; expected 40: there is more",
    ),
]


@pytest.mark.parametrize(("damage", "sentence"), MNIST_FAULTS, ids=[sentence[:30] for _, sentence in MNIST_FAULTS])
def test_a_damaged_idx_file_is_named(mnist: Path, damage: Callable[[Path], Any], sentence: str) -> None:
    damage(mnist)
    with pytest.raises(DataError) as caught:
        load(settings("mnist", mnist))
    assert sentence in str(caught.value)
    assert str(mnist) in str(caught.value)


CIFAR_FAULTS: list[tuple[Callable[[Path], Any], str]] = [
    (lambda f: (f / "test_batch").unlink(), "has no file test_batch; expected the python batches of CIFAR-10"),
    (lambda f: cut(f / "test_batch", 100), "test_batch cannot be opened"),
    (lambda f: (f / "test_batch").write_bytes(pickle.dumps(Evil())), "it wants posix.mkdir, and only plain values"),
    (lambda f: (f / "test_batch").write_bytes(pickle.dumps([1])), "it holds a list, no dict"),
    (
        lambda f: (f / "test_batch").write_bytes(pickle.dumps({b"data": 1})),
        "has int under 'data'; expected bytes of sh",
    ),
    (
        lambda f: (f / "test_batch").write_bytes(pickle.dumps({b"data": np.array([Evil()]), b"labels": []})),
        "it holds an array of 'O8', and only numbers are opened",
    ),
    (
        lambda f: (f / "batches.meta").write_bytes(pickle.dumps({b"label_names": [b"cat"]})),
        "names 1 classes; expected 3, as the batches have",
    ),
]


@pytest.mark.parametrize(("damage", "sentence"), CIFAR_FAULTS, ids=[sentence[:30] for _, sentence in CIFAR_FAULTS])
def test_a_damaged_batch_is_named_and_never_runs_code(
    cifar: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], Any], sentence: str
) -> None:
    monkeypatch.chdir(cifar)
    damage(cifar)
    with pytest.raises(DataError) as caught:
        load(settings("cifar", cifar))
    assert sentence in str(caught.value)
    assert not (cifar / "pwned").exists()


FOLDER_FAULTS: list[tuple[Callable[[Path], Any], str]] = [
    (lambda f: (f / "cats" / "3.png").write_bytes(b"no image"), "3.png is no image that can be opened"),
    (lambda f: cut(f / "cats" / "3.png", 60), "3.png is no image that can be opened"),
    (lambda f: (f / "birds").mkdir(), "birds has no image; expected files that end in .png, .jpg"),
    (lambda f: (f / "cats").rename(f / ".hidden"), "has 1 classes; expected 2 to 1000, a folder of images each"),
    (
        lambda f: Image.new("1", (9000, 9000)).save(f / "cats" / "3.png"),
        "3.png has 9000 × 9000 pixels; expected at most 50 million",
    ),
]


@pytest.mark.parametrize(("damage", "sentence"), FOLDER_FAULTS, ids=[sentence[:30] for _, sentence in FOLDER_FAULTS])
def test_a_folder_that_cannot_be_read_is_named(folder: Path, damage: Callable[[Path], Any], sentence: str) -> None:
    damage(folder)
    with pytest.raises(DataError) as caught:
        load(settings("folder", folder, image_size=16))
    assert sentence in str(caught.value)


def test_a_missing_folder_is_named_before_anything_is_launched() -> None:
    with pytest.raises(DataError, match="setting 'path' is '/no/such'; expected the folder of the images"):
        check_files(settings("mnist", "/no/such"))
    with pytest.raises(DataError, match="setting 'path' is ''; expected the folder"):
        check_files(settings("folder"))


def test_sums_are_pairs_of_digits_whose_class_is_the_last_digit_of_their_sum_and_no_digit_is_in_two_parts() -> None:
    data, digits = load(settings("sums")), load(settings("digits"))
    assert data.images.shape == (6000, 1, 8, 16)
    assert (len(data.train), len(data.validation), len(data.test), disjoint(data)) == (4000, 1000, 1000, True)
    known: dict[bytes, set[int]] = {}
    for image, label in zip(digits.images, digits.labels, strict=True):
        known.setdefault(image.tobytes(), set()).add(int(label))
    halves = {name: data.images[..., side] for name, side in (("left", slice(8)), ("right", slice(8, 16)))}
    for label, left, right in zip(data.labels, halves["left"], halves["right"], strict=True):
        sums = {(a + b) % 10 for a in known[left.tobytes()] for b in known[right.tobytes()]}
        assert int(label) in sums
    used = [{half[row].tobytes() for half in halves.values() for row in rows} for rows in (data.train, data.validation)]
    assert not used[0] & used[1]
    assert data_files(settings("sums")) == []
