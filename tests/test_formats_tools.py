"""brat, Label Studio, doccano and WebAnno: what goes out comes back."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from formats_samples import LRM, RLM, TEXT, at, gold_articles, hard_article
from hypothesis import HealthCheck, given, settings

from arabnews.errors import InputError
from arabnews.formats import (
    export_brat,
    export_doccano,
    export_label_studio,
    export_webanno,
    import_brat,
    import_doccano,
    import_label_studio,
    import_webanno,
)
from arabnews.formats.brat import annotation_conf
from arabnews.formats.graph import Edge, Graph, Node, join_parts, split_parts, to_graph
from arabnews.formats.label_studio import labelling_config
from arabnews.formats.offsets import OffsetMap
from arabnews.formats.rebuild import from_graph
from arabnews.formats.records import GoldArticle, GoldEntity, GoldEvent

TOOLS = {
    "brat": (export_brat, import_brat),
    "label_studio": (export_label_studio, import_label_studio),
    "doccano": (export_doccano, import_doccano),
    "webanno": (export_webanno, import_webanno),
}
tool = pytest.mark.parametrize("name", TOOLS)


def there_and_back(name, article):
    write, read = TOOLS[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x")
        write([article], path)
        return read(path)


@tool
def test_the_hard_article_comes_back(name):
    assert there_and_back(name, hard_article()) == [hard_article()]


@tool
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(article=gold_articles())
def test_every_article_comes_back(name, article):
    assert there_and_back(name, article) == [article]


@tool
def test_several_articles_and_ids_that_are_no_file_names(name, tmp_path):
    write, read = TOOLS[name]
    ids = ["../a", "..", "أ/ب", "A?", ".x"]
    write([replace(hard_article(), id=i) for i in ids], tmp_path / "x")
    assert sorted(a.id for a in read(tmp_path / "x")) == sorted(ids)
    assert list(tmp_path.iterdir()) == [tmp_path / "x"]


@tool
def test_reserved_labels_and_wrong_articles_are_refused(name, tmp_path):
    write, _ = TOOLS[name]
    for label in ("Cue", "Phrase", "Quote-x", "Event-x"):
        bad = GoldArticle("1", "بغداد", entities=(GoldEntity((0, 5), label),))
        with pytest.raises(InputError, match="reserved"):
            write([bad], tmp_path / "x")
    with pytest.raises(InputError, match="cuts a word"):
        write([GoldArticle("1", "بغداد", entities=(GoldEntity((0, 2), "LOC"),))], tmp_path / "x")


@tool
def test_nothing_to_read(name, tmp_path):
    with pytest.raises(InputError):
        TOOLS[name][1](tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        TOOLS[name][1](tmp_path / "empty")


# --- offsets


def test_offsets_of_every_boundary_come_back():
    there = OffsetMap(TEXT)
    for i in range(len(TEXT) + 1):
        assert there.out(i) == len(TEXT[:i].encode("utf-16-le")) // 2
        assert there.back(there.out(i)) == i
    with pytest.raises(InputError, match="splits a character"):
        there.back(1)
    for outside in (-1, there.out(len(TEXT)) + 1):
        with pytest.raises(InputError, match="outside"):
            there.back(outside)
    assert OffsetMap(TEXT, "codepoints").back(1) == 1
    with pytest.raises(InputError, match="unknown offset unit"):
        OffsetMap(TEXT, "bytes")


# --- brat


def brat(folder):
    export_brat([hard_article()], folder)
    return next(folder.glob("*.ann"))


def test_brat_counts_code_points_and_keeps_the_text(tmp_path):
    ann = brat(tmp_path)
    assert ann.with_suffix(".txt").read_bytes().decode() == TEXT
    lines = ann.read_text("utf-8").split("\n")
    start, end = at(f"سَامِي العَلِي{RLM}")
    assert f"T3\tPER {start} {end}\tسَامِي العَلِي{RLM}" in lines
    first, second = at("لن نقبل بالحصار"), at("ولا بالحرب")
    places = f"{first[0]} {first[1]};{second[0]} {second[1]}"
    assert any(f"\tQuote-direct {places}\tلن نقبل بالحصار ولا بالحرب" in x for x in lines)
    assert any(x.startswith("E1\tEvent-CONSULT:T") and " actor2:T" in x for x in lines)
    assert "A3\tModality E3 negated" in lines


def test_brat_surface_mismatch_names_file_and_line(tmp_path):
    ann = brat(tmp_path)
    ann.with_suffix(".txt").write_text("أ" + TEXT, "utf-8", newline="")
    with pytest.raises(InputError, match=r"\.ann:1: the text has .* the annotation"):
        import_brat(ann)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("T99\tPER 0 9999\tx", "outside"),
        ("T99\tPER zero one\tx", "not a brat annotation"),
        ("R99\tsame Arg1:T1 Arg2:T98", "no 'T98'"),
        ("E99\tEvent-AID:T98", "no trigger T98"),
        ("Z1\tx", "not a brat annotation"),
        ("R99\tcue Arg1:T1 Arg2:T2", "means nothing"),
    ],
)
def test_brat_errors(tmp_path, line, cause):
    ann = brat(tmp_path)
    ann.write_text(ann.read_text("utf-8") + line + "\n", "utf-8", newline="")
    with pytest.raises(InputError, match=cause):
        import_brat(ann)


def test_brat_notes_equivalences_and_shared_triggers(tmp_path):
    (tmp_path / "a.txt").write_text("زار علي عليا", "utf-8")
    (tmp_path / "a.ann").write_text(
        "T1\tPER 4 7\tعلي\nT2\tPER 8 12\tعليا\nT3\tEvent-CONSULT 0 3\tزار\n*\tsame T1 T2\n"
        "E1\tEvent-CONSULT:T3 actor:T1\nE2\tEvent-CONSULT:T3 actor:T2\nA1\tModality E2 planned\n"
        "#1\tAnnotatorNotes T1\tاسم\n",
        "utf-8",
    )
    (article,) = import_brat(tmp_path)
    assert article.id == "a" and article.clusters["c1"].name == "عليا"
    assert [e.cluster for e in article.entities] == ["c1", "c1"]
    assert [(v.modality, v.args[0].span) for v in article.events] == [
        ("asserted", (4, 7)), ("planned", (8, 12)),
    ]  # fmt: skip


def test_brat_refuses_what_it_cannot_hold(tmp_path):
    with pytest.raises(InputError, match="brat takes"):
        export_brat([GoldArticle("1", "نعم", entities=(GoldEntity((0, 3), "شخص"),))], tmp_path)
    for export in (export_brat, export_webanno):
        with pytest.raises(InputError, match="lone surrogate"):
            export([GoldArticle("1", "نعم \ud800")], tmp_path)
        with pytest.raises(InputError, match="share a file"):
            export([GoldArticle("a", "نعم"), GoldArticle("A", "نعم")], tmp_path)
        with pytest.raises(InputError, match="too long"):
            export([GoldArticle("ن" * 300, "نعم")], tmp_path)


def test_brat_configuration_knows_the_labels():
    conf = annotation_conf(("PER", "شركة"))
    assert "شركة" in conf and "Event-CONSULT" in conf and "Quote-mixed" in conf


def test_a_content_over_a_line_break_comes_back_in_pieces(tmp_path):
    from arabnews.formats.records import GoldQuote

    text = "نعم نعم.\n«لا لا"
    article = GoldArticle("1", text, quotes=(GoldQuote("mixed", ((0, len(text)),)),))
    for name in ("label_studio", "doccano", "webanno"):
        assert there_and_back(name, article) == [article]
    (back,) = there_and_back("brat", article)
    assert [back.surface(c) for c in back.quotes[0].content] == ["نعم نعم", "لا لا"]


# --- Label Studio


def tasks(path):
    return json.loads(path.read_text("utf-8"))


def test_label_studio_counts_utf16(tmp_path):
    path = tmp_path / "t.json"
    export_label_studio([hard_article()], path)
    (task,) = tasks(path)
    region = task["annotations"][0]["result"][0]
    start, end = at("العلـــي")
    assert region["value"] == {
        "start": start + 1, "end": end + 1, "text": "العلـــي", "labels": ["PER"],
    }  # fmt: skip
    assert region["id"] == "s0" and region["to_name"] == "text"
    units = TEXT.encode("utf-16-le")
    for r in task["annotations"][0]["result"]:
        if r["type"] != "relation":
            v = r["value"]
            assert units[2 * v["start"] : 2 * v["end"]].decode("utf-16-le") == v["text"]


def test_label_studio_predictions_units_and_choice_of_annotation(tmp_path):
    path = tmp_path / "t.json"
    export_label_studio([hard_article()], path, kind="predictions", model_version="compact-1")
    (task,) = tasks(path)
    assert task["predictions"][0]["model_version"] == "compact-1" and "annotations" not in task
    assert import_label_studio(path) == []
    assert import_label_studio(path, kind="predictions") == [hard_article()]
    export_label_studio([hard_article()], path, unit="codepoints")
    assert import_label_studio(path, unit="codepoints") == [hard_article()]
    with pytest.raises(InputError, match="region s0.*see unit="):
        import_label_studio(path)
    (task,) = tasks(path)
    empty = {"result": []}
    task["annotations"] = [empty, task["annotations"][0], {"was_cancelled": True, "result": None}]
    path.write_text(json.dumps([task]), "utf-8")
    assert import_label_studio(path, unit="codepoints") == [hard_article()]
    with pytest.raises(InputError, match="unknown kind"):
        export_label_studio([], path, kind="drafts")


def change(path, edit):
    data = tasks(path)
    edit(data[0], data[0]["annotations"][0]["result"])
    path.write_text(json.dumps(data), "utf-8")


@pytest.mark.parametrize(
    ("edit", "cause"),
    [
        (lambda t, r: t["data"].update(text="أ" + TEXT), "the text has"),
        (lambda t, r: r[0]["value"].update(labels=["PER", "ORG"]), "one label"),
        (lambda t, r: r[0]["value"].update(end=99999), "outside"),
        (lambda t, r: r.pop(0), "gone"),
        (lambda t, r: r[-1].pop("labels"), "give it one"),
        (lambda t, r: r[0].pop("value"), "not shaped"),
        (lambda t, r: t["data"]["record"].update(clusters=[1]), "damaged"),
        (lambda t, r: t["data"].update(record=7), "not a record"),
        (lambda t, r: t["data"].update(id=7, record={}), "data.id"),
    ],
)
def test_label_studio_errors(tmp_path, edit, cause):
    path = tmp_path / "t.json"
    export_label_studio([hard_article()], path)
    change(path, edit)
    with pytest.raises(InputError, match=f"task 0.*{cause}"):
        import_label_studio(path)


@pytest.mark.parametrize("content", ["{", "{}", '[{"annotations": 3}]', "[3]"])
def test_label_studio_needs_tasks(tmp_path, content):
    path = tmp_path / "t.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match="JSON"):
        import_label_studio(path)


def test_label_studio_configuration_is_xml():
    root = ElementTree.fromstring(labelling_config(["PER", '<"شركة"&>']))
    values = [e.get("value") for e in root.iter("Label")]
    assert '<"شركة"&>' in values and "Event-ASSAULT" in values


# --- doccano


def test_doccano_lines(tmp_path):
    path = tmp_path / "d.jsonl"
    export_doccano([hard_article()], path)
    (line,) = map(json.loads, path.read_text("utf-8").splitlines())
    start, end = at("العلـــي")
    assert line["entities"][0] == {
        "id": 0, "start_offset": start + 1, "end_offset": end + 1, "label": "PER",
    }  # fmt: skip
    assert {"from_id", "to_id", "type", "id"} == set(line["relations"][0])
    assert sum(e["label"] == "Modality-negated" for e in line["entities"]) == 1
    # doccano gives everything a number of its own, and may put further fields under "meta"
    new = {e["id"]: 1000 - e["id"] for e in line["entities"]}
    for e in line["entities"]:
        e["id"] = new[e["id"]]
    for r in line["relations"]:
        r["from_id"], r["to_id"] = new[r["from_id"]], new[r["to_id"]]
    line["entities"].reverse()
    line["meta"] = {"record": line.pop("record")}
    path.write_text(json.dumps({**line, "id": 77, "Comments": []}), "utf-8")
    assert import_doccano(path) == [hard_article()]
    del line["meta"]
    path.write_text(json.dumps({**line, "id": 77}), "utf-8")
    (bare,) = import_doccano(path)
    assert bare.id == "77" and bare.published is None
    assert {c.name for c in bare.clusters.values()} == {
        f"سَامِي العَلِي{RLM}", "مصدر أمني",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "cause"),
    [
        (lambda d: d.update(text="أ" + TEXT), "cuts a word|includes a mark"),
        (lambda d: d["entities"][0].update(end_offset=9999), "outside"),
        (lambda d: d["entities"][0].update(start_offset=1), "splits"),
        (lambda d: d["entities"].pop(0), "its span is gone"),
        (lambda d: d.pop("entities"), "not shaped"),
        (lambda d: d["entities"][-1].update(start_offset=3, end_offset=10), "no trigger"),
    ],
)
def test_doccano_errors(tmp_path, edit, cause):
    path = tmp_path / "d.jsonl"
    export_doccano([hard_article()], path)
    data = json.loads(path.read_text("utf-8"))
    edit(data)
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(InputError, match=f":1.*({cause})"):
        import_doccano(path)


def test_doccano_cannot_hold_two_modalities_on_a_trigger(tmp_path):
    events = tuple(GoldEvent(t, m, (0, 3)) for t, m in (("AID", "planned"), ("COERCE", "negated")))
    with pytest.raises(InputError, match="different modality"):
        export_doccano([GoldArticle("1", "زار", events=events)], tmp_path / "d.jsonl")


# --- WebAnno


def webanno(folder):
    export_webanno([hard_article()], folder)
    return next(folder.glob("*.tsv"))


def test_webanno_lines(tmp_path):
    lines = webanno(tmp_path).read_text("utf-8").split("\n")
    assert lines[0] == "#FORMAT=WebAnno TSV 3.3" and lines[3] == lines[4] == ""
    assert lines[5].startswith("#Text=📰 العلـــي: «لا»")
    assert lines[6].startswith("1-1\t0-2\t📰\t_\t_\t_\t_\t")  # two UTF-16 units
    assert lines[7].split("\t")[1:4] == ["3-11", "العلـــي", "PER"]
    assert sum(x.startswith("#Text=") for x in lines) == 5
    assert "#Text=وزعم بيان مجهول أن القصف\\tتوقف" in lines


def test_webanno_without_the_file_beside_it(tmp_path):
    path = webanno(tmp_path)
    path.with_suffix(".json").unlink()
    (bare,) = import_webanno(path)
    assert bare.id == path.stem and bare.text.split() == TEXT.split()
    assert [e.span for e in bare.entities] == [e.span for e in hard_article().entities]


def test_webanno_reads_what_the_tool_writes(tmp_path):
    """Other layers, stacked spans, links between stacked spans, no values."""
    path = tmp_path / "a.tsv"
    path.write_text(
        "#FORMAT=WebAnno TSV 3.2\n"
        "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue|coarseValue\n"
        "#T_SP=webanno.custom.Empty\n"
        "#T_SP=webanno.custom.Arabnews|label|modality\n"
        "#T_RL=webanno.custom.ArabnewsLink|label|BT_webanno.custom.Arabnews\n\n\n"
        "#Text=زار 😊 علي\n"
        "1-1\t0-3\tزار\tV\tV\t_\tEvent-CONSULT\tplanned\t_\t_\t\n"
        "1-2\t4-6\t😊\t_\t_\t*\t_\t_\t_\t_\t\n"
        "1-3\t7-10\tعلي\tN\tN\t_\tPER[1]|Phrase[2]\t*[1]|*[2]\tactor\t1-1[0_1]\t\n\n"
        "#Text=قال نعم\n"
        "2-1\t11-14\tقال\t_\t_\t_\tCue\t*\tcue\t2-2\t\n"
        "2-2\t15-18\tنعم\t_\t_\t_\tQuote-direct\t*\tspeaker\t1-3[2_0]\t\n",
        "utf-8",
    )
    (article,) = import_webanno(path)
    assert article.text == "زار 😊 علي\nقال نعم"
    assert article.events[0].args[0].span == article.entities[0].span == (6, 9)
    assert article.events[0].modality == "planned"
    assert article.quotes[0].cue == (10, 13) and article.clusters["c1"].label == "NONE"


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("📰\t_", "📷\t_", "the text has"),
        ("0-2\t📰", "0-1\t📰", "splits"),
        ("1-1\t0-2", "1-1\tzero", "not a token line"),
        ("#FORMAT=WebAnno TSV 3.3", "#FORMAT=WebAnno TSV 2", "not WebAnno TSV 3"),
        ("webanno.custom.Arabnews|", "webanno.custom.Other|", "no layer"),
        ("📰\t_\t_\t_\t_\t", "📰\t_", "columns"),
        ("📰\t_\t_\t_\t_", "📰\t_\t_\tsame\t9-9", "leads to no span"),
        ("📰\t_\t_\t_\t_", "📰\t*\t*\t_\t_", "without a label"),
        ("📰\t_\t_", "📰\tPER\t*", "includes a mark|cuts|belongs|overlaps|no word"),
    ],
)
def test_webanno_errors(tmp_path, old, new, cause):
    path = webanno(tmp_path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8", newline="")
    if cause.startswith("includes"):
        assert import_webanno(path)[0].entities[0].span == (0, 1)  # an emoji is a word
        return
    with pytest.raises(InputError, match=cause):
        import_webanno(path)


# --- what people do in a tool


def edited(nodes=(), edges=(), without=(), meta=True):
    """The hard article with spans and links added, and spans (with their links) taken away."""
    g = to_graph(hard_article())
    keep = [i for i in range(len(g.nodes)) if i not in without]
    new = {old: i for i, old in enumerate(keep)}
    all_nodes = [*(g.nodes[i] for i in keep), *nodes]
    all_edges = [
        Edge(e.label, new[e.source], new[e.target])
        for e in g.edges
        if e.source in new and e.target in new
    ]
    all_edges += [Edge(label, a % len(all_nodes), b % len(all_nodes)) for label, a, b in edges]
    g = replace(g, nodes=tuple(all_nodes), edges=tuple(all_edges), meta=g.meta if meta else {})
    return from_graph(g, "t")


def test_deleting_a_mention_keeps_its_neighbours_together():
    article = edited(without=[1])  # the ROLE in the middle of the chain
    assert [e.cluster for e in article.entities][:2] == ["ali", "ali"]


def test_a_new_mention_joins_by_its_link_and_a_lone_one_has_no_cluster():
    node = Node("PER", (at("مجهول"),))
    assert edited([node]).entities[-1].cluster is None
    assert edited([node], [("same", -1, 0)]).entities[-1].cluster == "ali"


def test_taking_a_link_away_splits_a_cluster():
    g = to_graph(hard_article())
    edges = tuple(e for e in g.edges if e.label != "same")
    article = from_graph(replace(g, edges=edges), "t")
    assert [e.cluster for e in article.entities[:3]] == ["ali", "c1", "c2"]
    assert article.clusters["c1"].label == "PER"  # an office holder is a person


def test_links_may_be_drawn_the_other_way():
    g = to_graph(hard_article())
    turned = tuple(Edge(e.label, e.target, e.source) for e in g.edges)
    assert from_graph(replace(g, edges=turned), "t") == hard_article()


@pytest.mark.parametrize(
    ("nodes", "edges", "cause"),
    [
        ([Node("Cue", (at("توقف"),))], [], "belongs to no quote"),
        ([Node("Phrase", (at("توقف"),))], [], "belongs to no quote"),
        ([Node("Quote-loud", (at("توقف"),))], [], "unknown quote type"),
        ([Node("Event-AID", (at("توقف"),), "perhaps")], [], "modality 'perhaps'"),
        ([Node("PER", (at("توقف"), at("أن")))], [], "several pieces"),
        ([Node("PER", (at("توقف"),))], [("actor", -1, 0)], "means nothing"),
        ([Node("Cue", (at("توقف"),))], [("speaker", -1, 0)], "means nothing"),
    ],
)
def test_what_cannot_be_kept_is_an_error(nodes, edges, cause):
    with pytest.raises(InputError, match=cause):
        edited(nodes, edges)


def test_two_speakers_are_an_error():
    g = to_graph(hard_article())
    quote = next(e.source for e in g.edges if e.label == "speaker")
    with pytest.raises(InputError, match="two links 'speaker'"):
        from_graph(replace(g, edges=(*g.edges, Edge("speaker", quote, 3))), "t")


def test_parts_join_whatever_the_order():
    nodes = tuple(Node("Quote-direct", (s,)) for s in ((8, 9), (0, 1), (4, 5)))
    g = Graph("1", "ا ب ج د ه", nodes, (Edge("part", 0, 2), Edge("part", 2, 1)))
    assert join_parts(g).nodes == (Node("Quote-direct", ((0, 1), (4, 5), (8, 9))),)
    assert join_parts(split_parts(join_parts(g))) == join_parts(g)
    mixed = replace(g, nodes=(*nodes[:2], Node("Quote-mixed", ((4, 5),))))
    with pytest.raises(InputError, match="one label"):
        join_parts(mixed)


def test_marks_of_direction_stay_in_the_surface():
    (back,) = there_and_back("webanno", hard_article())
    assert back.surface(back.entities[3].span) == f"{LRM}WHO{LRM}"
