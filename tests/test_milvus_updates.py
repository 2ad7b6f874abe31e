"""Updates of Milvus send only what changed, and whatever cuts them short leaves an index that is whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from indexing import BigramEncoder, report_text, write_report
from milvus_places import Place, make_place

from planqa.build import update_index
from planqa.errors import IndexBusy, IndexMissing, IndexStale
from planqa.manifest import IndexNewer
from planqa.milvus import open_milvus, publish, publishing
from planqa.milvus.check import examine_milvus
from planqa.milvus.connection import ALIAS, Connection
from planqa.milvus.published import read_published
from planqa.opening import open_index
from planqa.search import search

pytestmark = pytest.mark.slow
丁 = "丁市-2023-政府工作报告.txt"


class Killed(BaseException):
    """The process is gone: nothing that comes after is carried out."""


@pytest.fixture
def lite(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty Milvus Lite beside a corpus of three reports."""
    return make_place("lite", tmp_path, request)


def add_report(place: Place, figure: int = 700) -> None:
    """Adds a report to the corpus and the local index, or changes it."""
    write_report(place.corpus, 丁, report_text("丁市", figure))
    update_index(place.corpus, place.folder, encoder=BigramEncoder())


def test_a_place_without_an_index_and_one_in_use_are_told_apart(lite: Place) -> None:
    with pytest.raises(IndexMissing, match=r"planqa index --store milvus\+file:"):
        lite.open()
    Path(lite.where.removeprefix("milvus+file:")).with_name("file.db").write_text("no folder")
    with pytest.raises(IndexBusy, match="another process has it open"):
        open_index(f"milvus+file:{Path(lite.address.uri).with_name('file.db')}")


@pytest.mark.parametrize(("layout", "error"), [(99, IndexNewer), (0, IndexStale)])
def test_another_versions_index_is_not_read(
    lite: Place, monkeypatch: pytest.MonkeyPatch, layout: int, error: type[IndexStale]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("planqa.milvus.published._LAYOUT", layout)
        lite.update()
    with pytest.raises(error, match="published by"):
        lite.open()
    if error is IndexNewer:
        with pytest.raises(error):  # nor overwritten
            lite.update()
    else:
        lite.update()
        assert len(lite.open().catalogue) == 3


def test_only_what_changed_is_sent(lite: Place) -> None:
    sent = [lite.update()]
    sent.append(lite.update())
    add_report(lite)
    sent.append(lite.update())
    (lite.corpus / "甲市-2023-政府工作报告.txt").unlink()
    sent.append(lite.update())
    assert [each and each.sent for each in sent] == [3, 0, 1, 2]
    assert [each and each.reports for each in sent] == [3, 3, 4, 3]
    assert len({each.generation for each in sent if each}) == 3


WRITES = ["create_texts", "create_rows", "_insert", "seal", "point", "drop"]


def kill_at(monkeypatch: pytest.MonkeyPatch, call: int) -> Callable[[], int]:
    """Ends the process at this one of the calls that write, half of which are done by then."""
    made = 0

    def counted(method: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*given: Any) -> Any:
            nonlocal made
            made += 1
            if made == call and call % 2:
                raise Killed
            result = method(*given)
            if made == call:
                raise Killed
            return result

        return counting

    for name in WRITES:
        monkeypatch.setattr(Connection, name, counted(getattr(Connection, name)))
    return lambda: made


def test_a_run_that_is_cut_short_anywhere_leaves_the_old_index_or_the_new(
    lite: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_GRACE", 0.0)
    lite.update()
    answers = [lite.open().catalogue]
    call, killed = 0, True
    while killed:
        add_report(lite, 700 + call)
        answers = [lite.open().catalogue, open_index(lite.folder).catalogue]
        call += 1
        with monkeypatch.context() as patch:
            kill_at(patch, call)
            try:
                publish(lite.folder, lite.address)
                killed = False
            except Killed:
                pass
        found = lite.open()
        assert found.catalogue in answers
        assert search(found, "丁市第一项任务")
        assert len(list(found.passages)) == sum(entry.passages for entry in found.catalogue)
    assert call > len(WRITES)
    publish(lite.folder, lite.address)
    connection = Connection(lite.address)
    published = read_published(connection)
    assert published
    assert set(connection.collections()) == published.collections


def test_of_two_publishers_the_slower_gives_way(
    lite: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lite.update()
    add_report(lite)
    seal = Connection.seal

    def overtaken(self: Connection, name: str, count: int) -> None:
        seal(self, name, count)
        if name.startswith(f"{ALIAS}_g_"):
            monkeypatch.undo()
            publish(lite.folder, lite.address)

    monkeypatch.setattr(Connection, "seal", overtaken)
    with pytest.raises(IndexBusy, match="meanwhile"):
        publish(lite.folder, lite.address)
    assert len(lite.open().catalogue) == 4


def test_another_model_replaces_everything(lite: Place) -> None:
    lite.update()
    other = BigramEncoder("other", 48)
    update_index(lite.corpus, lite.folder, encoder=other, rebuild=True)
    sent = publish(lite.folder, lite.address)
    assert sent.sent == 3
    found = open_milvus(lite.address, encoder=other)
    assert search(found, "甲市第一项任务")[0].passage.report_id.startswith("甲市")


def test_doctor_finds_what_is_lost_and_what_is_old(lite: Place) -> None:
    lite.update()
    assert [each.level for each in examine_milvus(lite.address, lite.folder)] == ["ok"]
    add_report(lite)
    assert {each.level for each in examine_milvus(lite.address, lite.folder)} == {"ok", "warning"}
    connection = Connection(lite.address)
    published = read_published(connection)
    assert published
    connection.drop(published.segments[0].rows)
    findings = examine_milvus(lite.address, lite.folder)
    assert any("is gone" in each.what for each in findings if each.level == "error")
    assert all(each.next_command for each in findings if each.level == "error")
