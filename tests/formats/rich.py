"""Files of other programs with every field that their readers know, and some that they do not."""

from __future__ import annotations

from typing import Any, Final

TEXT: Final = "Ana Roe said on Monday that it is late. Nobody was there."
"""Ana Roe [0, 7), said [8, 12), it is late [28, 38), Nobody [40, 46)."""

DOCCANO: Final[dict[str, Any]] = {
    "id": 7, "text": TEXT, "name": "piece", "title": "T", "outlet": "Post", "username": "kim",
    "entities": [
        {"id": 11, "start_offset": 28, "end_offset": 38, "label": "content", "note": "hm",
         "attributes": {"stance": "favor", "n": 3, "list": [1]}, "flagged": True},
        {"id": 12, "start_offset": 0, "end_offset": 7, "label": "Source", "extra": "x"},
        {"id": 13, "start_offset": 40, "end_offset": 46, "label": "PER"},
        {"id": 14, "start_offset": 8, "end_offset": 8, "label": "PER"},
        {"id": 15, "start_offset": 8, "end_offset": 12, "label": ""},
    ],
    "relations": [
        {"id": 1, "from_id": 11, "to_id": 12, "type": "by"},
        {"id": 2, "from_id": 11, "to_id": 13, "type": "about"},
        {"id": 3, "from_id": 11, "to_id": 99, "type": "gone"},
    ],
    "label": [[8, 12, "cue"], [40, 46, "x"]], "labels": ["news", "slant:left"],
    "cats": {"opinion": True, "slant:right": False, "slant:left": 1, "sad": 0.25, "stance: no": 0},
    "Comments": ["one", {"text": "two"}, 3], "comments": ["three"],
    "meta": {"section": "a", "published": "2020-01-02"}, "metadata": {"desk": 4}, "more": [1],
}  # fmt: skip

PRODIGY: Final[dict[str, Any]] = {
    "text": TEXT, "_annotator_id": "kim", "_session_id": "s-1", "answer": "accept",
    "_input_hash": 1, "_task_hash": 2, "_view_id": "relations", "_timestamp": 5,
    "tokens": [
        {"text": "Ana", "start": 0, "end": 3, "id": 0, "ws": True},
        {"text": "Roe", "start": 4, "end": 7, "id": 1, "ws": True},
        {"text": "said", "start": 8, "end": 12, "id": 2, "ws": True},
    ],
    "spans": [
        {"start": 0, "end": 7, "token_start": 0, "token_end": 1, "label": "SOURCE"},
        {"start": 28, "end": 38, "label": "content", "note": "hm", "exact": [28, 35]},
        {"start": 8, "end": 12, "label": "cue", "odd": 1},
        {"start": 40, "end": 46, "label": "PER"},
        {"start": 40, "end": 40, "label": "PER"}, {"start": 40, "end": 41},
    ],
    "relations": [
        {"head": 2, "child": 1, "label": "by", "color": "#fff"},
        {"head": 0, "child": 0, "label": "said",
         "head_span": {"start": 28, "end": 38, "label": "content"},
         "child_span": {"start": 0, "end": 7, "label": "SOURCE"}},
        {"head": 2, "child": 77, "label": "gone"},
    ],
    "label": "news", "options": [{"id": 1, "text": "calm"}, {"id": "b", "text": "loud"}, "odd"],
    "accept": [1, "b", "c", 9], "cats": {"opinion": 1.0, "slant:left": True, "sad": 0.25},
    "comment": "look", "meta": {"title": "T", "desk": 4, "empty": ""}, "more": "x",
}  # fmt: skip

LABEL_STUDIO: Final[dict[str, Any]] = {
    "id": 1, "data": {"content": TEXT, "title": "T", "uid": "0", "more": {"a": 1}},
    "meta": {"desk": 4}, "comments": ["x"], "drafts": [{"result": [1, 2]}, {}],
    "annotations": [
        {"completed_by": {"email": "kim@x", "id": 3}, "ground_truth": True, "comments": ["y"],
         "result": [
             {"id": "r0", "type": "labels", "from_name": "l", "to_name": "content",
              "value": {"start": 28, "end": 38, "text": "it is late", "labels": ["content"]},
              "meta": {"text": ["hm", "ha"], "odd": 1}, "score": 0.5},
             {"id": "r1", "type": "labels", "from_name": "l", "to_name": "content",
              "parentID": "r0", "value": {"start": 0, "end": 7, "labels": ["PER", "source"]}},
             {"id": "r2", "type": "labels", "to_name": "content",
              "value": {"start": 4, "end": 4, "labels": ["PER"]}},
             {"id": "r3", "type": "labels", "to_name": "content",
              "value": {"start": 40, "end": 46, "labels": []}},
             {"id": "r0", "type": "choices", "from_name": "stance", "to_name": "content",
              "value": {"start": 28, "end": 38, "choices": ["favor", "odd"]}},
             {"id": "r0", "type": "choices", "from_name": "stance", "to_name": "content",
              "value": {"choices": ["against"]}},
             {"id": "r9", "type": "rating", "from_name": "sure", "to_name": "content",
              "value": {"start": 40, "end": 46, "rating": 4}},
             {"id": "c1", "type": "textarea", "from_name": "why", "to_name": "content",
              "value": {"text": ["so", "and so"]}},
             {"id": "c2", "type": "taxonomy", "from_name": "topic", "to_name": "content",
              "value": {"taxonomy": [["a", "b"], ["c"]]}},
             {"id": "c3", "type": "number", "to_name": "content", "value": {"number": 4}},
             {"id": "c4", "type": "datetime", "to_name": "content", "value": {"datetime": "2020"}},
             {"id": "c5", "type": "choices", "from_name": "why", "to_name": "content",
              "value": {"choices": "other"}},
             {"id": "i1", "type": "brushlabels", "to_name": "content", "value": {"x": 1}},
             {"id": "t1", "type": "choices", "to_name": "title", "value": {"choices": ["x"]}},
             {"type": "relation", "from_id": "r0", "to_id": "r1", "labels": ["by", "odd"]},
             {"type": "relation", "from_id": "r0", "to_id": "gone", "labels": []},
         ]},
        {"was_cancelled": True, "result": []},
    ],
    "completions": [{"completed_by": 4, "result": []}, 17],
    "predictions": [
        {"model_version": "m1", "score": 0.5, "result": [
            {"id": "r0", "type": "labels", "to_name": "content",
             "value": {"start": 40, "end": 46, "labels": ["PER"]}}]},
    ],
}  # fmt: skip
PAGE: Final[dict[str, Any]] = {
    "data": {"page": "<div><p>Ana <b>Roe</b> said</p><p>it is late.</p></div>"},
    "annotations": [{"completed_by": 2, "result": [
        {"id": "h0", "type": "hypertextlabels", "to_name": "page", "value": {
            "start": "/div[1]/p[1]/text()[1]", "end": "/div[1]/p[1]/b[1]/text()[1]",
            "startOffset": 0, "endOffset": 3, "text": "Ana Roe", "hypertextlabels": ["source"],
            "globalOffsets": {"start": 0, "end": 7}}},
        {"id": "h1", "type": "hypertextlabels", "to_name": "page", "value": {
            "start": "/div[1]/p[9]/text()[1]", "end": "/div[1]/p[9]/text()[1]",
            "startOffset": 0, "endOffset": 3, "hypertextlabels": ["PER", "ORG"]}},
    ]}],
}  # fmt: skip

GATE: Final[dict[str, Any]] = {
    "text": f"😀{TEXT}", "offset_type": "j", "name": "piece", "more": 1,
    "features": {"title": "T", "desk": 4, "uid": "x", "empty": ""},
    "annotation_sets": {
        "": {"annotations": [
            {"type": "Token", "start": 2, "end": 5, "id": 0, "features": {}},
            {"type": "Person", "start": 2, "end": 9, "id": 1,
             "features": {"gender": "f", "n": 3, "list": [1], "empty": "", "type": "x"}},
            {"type": "Person", "start": 9, "end": 9, "id": 2, "features": {}},
        ]},
        "kim": {"name": "kim", "annotations": [
            {"type": "Content", "start": 30, "end": 40, "id": 0, "features": {"stance": "favor"}},
            {"type": "Odd", "start": 42, "end": 48, "id": 1},
        ]},
    },
}  # fmt: skip

W3C: Final[list[dict[str, Any]]] = [
    {"id": "#a", "type": "Annotation", "creator": {"nickname": "kim"}, "created": "2020-01-02",
     "modified": "2020-01-03", "motivation": "highlighting",
     "body": [
         {"type": "TextualBody", "value": "PER", "purpose": "tagging"},
         {"value": "source", "purpose": ["classifying"]},
         {"value": "look", "purpose": "commenting"}, {"value": "why", "purpose": "oa:replying"},
         {"source": {"label": "Q1", "id": "http://q/1"}, "purpose": "identifying"},
         {"source": "http://q/2", "purpose": "identifying"},
         {"id": "http://q/3", "purpose": "linking"}, {"value": "", "purpose": "tagging"},
         {"value": "odd", "purpose": "moderating"}, "plain",
     ],
     "target": {"source": "http://x/1", "selector": [
         {"type": "TextQuoteSelector", "exact": "Ana Roe", "prefix": "", "suffix": " said"},
         {"type": "TextPositionSelector", "start": 0, "end": 7},
         {"type": "CssSelector", "value": "p"}]}},
    {"@id": "#b", "creator": ["bo"], "bodyValue": "note", "tags": ["cue"],
     "target": [{"source": {"id": "http://x/1"}, "selector": {
         "type": "FragmentSelector", "value": "char=8,12",
         "refinedBy": {"type": "TextPositionSelector", "start": 1, "end": 2}}}]},
    {"id": "#c", "user": "acct:cy@h", "uri": "http://x/1", "updated": "2020-02-02",
     "text": "hypothesis", "body": {"creator": {"email": "d@x"}, "value": "news",
                                    "purpose": "tagging"},
     "target": "http://x/1"},
    {"id": "#d", "target": "http://x/1#char=40,46", "motivation": "tagging", "body": "PER"},
    {"id": "#e", "body": {"value": "rel", "purpose": "tagging"}, "target": [{"id": "#a"}, "#b"]},
    {"id": "#f", "target": {"selector": {"@type": "SvgSelector", "value": "<svg/>"}}},
]  # fmt: skip

CITRON: Final[dict[str, Any]] = {
    "text": TEXT, "more": "x", "coreference_groups": [[{"start": 0, "end": 7, "text": "Ana Roe"}]],
    "quotes": [
        {"id": "q1", "confidence": 0.75, "cue": {"start": 8, "end": 12, "text": "said"},
         "sources": [{"start": 0, "end": 7, "text": "Ana Roe"}, {"start": 40, "end": 46}],
         "contents": [{"start": 28, "end": 38, "text": "it is late", "odd": 1}],
         "coreferences": [{"start": 0, "end": 3}], "further": 1},
        {"cue": {"start": 8, "end": 12}, "contents": [{"start": 40, "end": 46}]},
    ],
}  # fmt: skip

BRAT: Final = """\
T1\tCue 8 12\tsaid
T2\tSource 0 7\tAna Roe
T3\tContent 28 33;34 38\tit is late
T4\tPerson 40 46\tNobody
T5\tDiscuss 47 50\twas
T6\tMark 51 56\tthere
E1\tAttribution:T1 Source:T2 Content:T3
E2\tBelief:T4 Theme:T2 Theme2:T4 Cause:E1
A1\tstance E1 favor
A2\tCertain E1
A3\tkind T4 odd
A4\tkind T99 odd
M1\tNegated E2
#1\tAnnotatorNotes E1\tlook here
#2\tAnnotatorNotes T4\tand here
#3\tAnnotatorNotes R1\tnowhere
R1\tBy Arg1:T3 Arg2:T2
N1\tReference T4 Wiki:1\tNobody
*\tEquiv T2 T4
"""
CONLL: Final = """\
-DOCSTART- -X- O O

# sent_id = 1
1 Ana NNP B-PER B-source
2 Roe NNP I-PER I-source
3 said VBD O B-cue
4 it PRP B-content L-x
5 is VBZ I-content U-y

1 Nobody NN E-PER S-z
2 left VB O O
-DOCSTART- -X- O O

1 Late RB O B-mark
"""
SEMEVAL: Final = """\
1\tLoaded_Language\t28\t38
1\tname_calling,labeling\t0\t7
1\tOdd\t40\t46
"""
WEBANNO: Final = """\
#FORMAT=WebAnno TSV 3.3
#T_SP=webanno.custom.Claim|kind|ROLE_webanno.custom.Claim:parts_webanno.custom.PartsLink|de.Part
#T_SP=de.Part|value|sure
#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue
#T_CH=de.Chain|referenceType|referenceRelation
#T_RL=webanno.custom.Link|label|BT_de.Part


#Text=Ana Roe said it.
1-1\t0-3\tAna\t_\t_\t_\tsource[1]\t3\tNNP\t*->1-1\t_\t_\t_\t
1-2\t4-7\tRoe\t_\t_\t_\tsource[1]\t3\tNNP\t_\t_\t_\t_\t
1-3\t8-12\tsaid\tsays[2]\tsource;cue\t1-1[1];1-3[3]\tcue[3]|x\\|y[4]\t*|*\tVBD\tx[7]\ty->7-1\tby\t1-1[1_3]\t
1-4\t13-15\tit\tsays[2]\t_\t_\t_\t_\t_\tx[7]\t_\t_\t_\t

#Text=No\\tone left.
2-1\t17-19\tNo\t_\t_\t_\tcontent\t*\t_\t_\t_\t_\t_\t
2-2\t20-23\tone\t_\t_\t_\t_\t_\t_\t_\t_\t*\t2-1\t
2-3\t24-28\tleft\t_\t_\t_\t_\t_\t_\t_\t_\todd\t2-2\t
"""
