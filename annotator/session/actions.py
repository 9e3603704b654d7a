"""What can be done by a key, in one table: the screens, the key sheet and the checks read it.

A key is the character that it types, or a name where it types none ("down", "ctrl+down", "f4");
the blank is "space". A context is where a key is heard; the selection context goes before the
article's while a selection is open. No two actions of one context share a key, and no key needs
Alt, Option or a chord.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from annotator.domain.scheme import Scheme

Context = Literal[
    "article",
    "selection",
    "proposal",
    "choosing",
    "relating",
    "relation",
    "search",
    "jump",
    "find",
    "count",
    "form",
    "list",
    "agree",
    "adjudicate",
]

WITH_LABELS: Final[tuple[Context, ...]] = ("article", "selection", "search")
"""The contexts where the keys of roles and labels are heard, before the table's own."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does. `id` is stable: users remap keys by it."""

    id: str
    keys: tuple[str, ...]
    context: Context
    group: str
    title: str


def _a(id_: str, keys: str, group: str, title: str, context: Context = "article") -> Action:
    return Action(id_, tuple(keys.split()), context, group, title)


ACTIONS: Final[tuple[Action, ...]] = (
    _a("nav.next", "j down", "Move", "next sentence"),
    _a("nav.prev", "k up", "Move", "previous sentence"),
    _a("nav.token_next", "l right", "Move", "next word"),
    _a("nav.token_prev", "h left", "Move", "previous word"),
    _a("nav.paragraph_next", "} ctrl+down", "Move", "next paragraph"),
    _a("nav.paragraph_prev", "{ ctrl+up", "Move", "previous paragraph"),
    _a("nav.next_open", "n f4", "Move", "next open sentence"),
    _a("nav.prev_open", "N", "Move", "previous open sentence"),
    _a("nav.claim_next", "J", "Move", "next claim"),
    _a("nav.claim_prev", "K", "Move", "previous claim"),
    _a("nav.incomplete_next", ")", "Move", "next incomplete claim"),
    _a("nav.incomplete_prev", "(", "Move", "previous incomplete claim"),
    _a("nav.page_down", "pagedown", "Move", "page down"),
    _a("nav.page_up", "pageup", "Move", "page up"),
    _a("nav.top", "g home", "Move", "start of the article"),
    _a("nav.bottom", "G end", "Move", "end of the article"),
    _a("nav.sentence_start", "^", "Move", "first word of the sentence"),
    _a("nav.sentence_end", "$", "Move", "last word of the sentence"),
    _a("nav.jump", "z", "Move", "jump: a letter or two over every word lead there"),
    _a("nav.find", "F", "Move", "find: a letter, a quotation mark, a cue, a name"),
    _a("nav.count", "@", "Move", "count: a number, then a motion"),
    _a("nav.centre", "Z", "Move", "cursor line to the middle"),
    _a("nav.article_next", "f8 ]", "Move", "next article"),
    _a("nav.article_prev", "f7 [", "Move", "previous article"),
    _a("nav.search", "/", "Move", "search in the article"),
    _a(
        "span.start",
        "v f6",
        "Select",
        "select; again: grow to noun phrase, clause, quotation, sentence",
    ),
    _a("span.sentence", "V", "Select", "select the sentence"),
    _a(
        "span.quotation",
        '"',
        "Select",
        "select the quotation, over paragraphs too; again: without marks",
    ),
    _a("span.noun_phrase", "M", "Select", "select the noun phrase; again: a larger one"),
    _a("span.clause", "C", "Select", "select what is said, from its verb or its first word"),
    _a("claim.broken", "B", "Label", "broken quotation: its parts, who said it, by which cue"),
    _a("claim.cue_first", "R", "Label", "claim from its cue (“said”); again: the next cue"),
    _a("claim.reviewed", "space", "Label", "reviewed; on to the next open sentence"),
    _a("claim.repeat", ". f5", "Label", "repeat the last labels"),
    _a("claim.attributes", "t", "Label", "form: every label of the claim or mark"),
    _a("claim.take_away", "_", "Label", "take a label away"),
    _a("sentence.attributes", "T", "Label", "form: labels of the sentence and the article"),
    _a("mark.add", "b", "Label", "mark biased wording, and its form"),
    _a("claim.sticky", "~", "Label", "sticky: the last label goes to each new one; again: ends"),
    _a("claim.note", "c", "Label", "note"),
    _a("claim.flag", "m", "Label", "flag for discussion"),
    _a("suggestion.next", "' f9", "Suggestions", "next suggestion"),
    _a("suggestion.reject", "r", "Suggestions", "reject the suggestion offered here"),
    _a("suggestion.hide", "-", "Suggestions", "hide the less sure ones; again: more, all"),
    _a("suggestion.order", "S", "Suggestions", "go to the surest first; again: the least sure"),
    _a("suggestion.errors", "!", "Suggestions", "what evaluate found wrong"),
    _a("suggestion.accept_all", "A", "Suggestions", "accept all sure suggestions in view"),
    _a("phrase.lineage", "#", "Phrases", "this claim through the outlets, in time"),
    _a("phrase.lint", "=", "Phrases", "the same words labelled differently"),
    _a("phrase.clusters", "%", "Phrases", "sentences that stand in several articles"),
    _a("phrase.concordance", "\\", "Phrases", "concordance: words and labels in all articles"),
    _a("phrase.carry", "*", "Phrases", "where these words stand again; carry the labels"),
    _a(
        "claim.open",
        "enter",
        "Edit",
        "accept the suggestion, or work on the claim, here; return to it",
    ),
    _a("claim.cycle", "tab", "Edit", "next of the overlapping claims"),
    _a("claim.cycle_back", "shift+tab", "Edit", "previous of the overlapping claims"),
    _a("claim.end_left", "H", "Edit", "end of the piece left by a word"),
    _a("claim.end_right", "L", "Edit", "end of the piece right by a word"),
    _a("claim.start_left", "<", "Edit", "start of the piece left by a word"),
    _a("claim.start_right", ">", "Edit", "start of the piece right by a word"),
    _a("claim.drop_fragment", "X", "Edit", "remove the piece under the cursor"),
    _a("claim.join", "+", "Edit", "the piece: of the same span as another, or of its own"),
    _a("claim.nest", ",", "Edit", "nest in the claim around it; again: the next, none"),
    _a("claim.interchange", "I", "Edit", "interchange content and the role under the cursor"),
    _a("claim.merge", "&", "Edit", "merge with the claim that overlaps, or the next"),
    _a("claim.split", "|", "Edit", "the piece, or what is selected, as a claim of its own"),
    _a("claim.source", "Y", "Edit", "source of the claim before, or this one's to the next"),
    _a("relation.begin", "D", "Edit", "relation to another claim or mark; again: those it has"),
    _a("claim.delete", "x delete", "Edit", "remove the claim or mark"),
    _a("claim.undo", "u f2", "Edit", "undo"),
    _a("claim.redo", "U f3 ctrl+r", "Edit", "redo"),
    _a("view.guidelines", ";", "View", "guidelines of every label"),
    _a("view.panel", "i", "View", "claim panel on a small screen"),
    _a("view.copy", "y", "View", "copy the text of the claim or selection"),
    _a("view.keys", "? f1", "View", "this key sheet"),
    _a("view.palette", ": ctrl+p", "View", "command palette"),
    _a("view.articles", "f10", "View", "home: progress, pace, agreement, articles"),
    _a("app.quit", "ctrl+q", "View", "quit (everything is saved already)"),
    _a("view.back", "escape", "View", "leave the search, the selection, the claim; twice: quit"),
    # While a selection is open these go first.
    _a("select.right", "l right", "Selection", "moving end one word right", "selection"),
    _a("select.left", "h left", "Selection", "moving end one word left", "selection"),
    _a("select.phrase_right", "L", "Selection", "moving end to the next pause", "selection"),
    _a("select.phrase_left", "H", "Selection", "moving end to the pause before", "selection"),
    _a("select.down", "j down", "Selection", "moving end one sentence on", "selection"),
    _a("select.up", "k up", "Selection", "moving end one sentence back", "selection"),
    _a("select.char_right", ">", "Selection", "one character right", "selection"),
    _a("select.char_left", "<", "Selection", "one character left", "selection"),
    _a("select.sentence_end", "$", "Selection", "to the sentence's end", "selection"),
    _a("select.sentence_start", "^", "Selection", "to its start", "selection"),
    _a("select.swap", "tab", "Selection", "move the other end", "selection"),
    _a(
        "select.grow",
        "v f6",
        "Selection",
        "grow to noun phrase, clause, quotation, sentence",
        "selection",
    ),
    _a("select.shrink", "V", "Selection", "shrink again", "selection"),
    _a("select.keep", "enter", "Selection", "keep it, and move on freely", "selection"),
    _a("select.jump", "z", "Selection", "moving end by a jump", "selection"),
    _a("select.find", "F", "Selection", "moving end to what is found", "selection"),
    _a("select.count", "@", "Selection", "a number, then a motion", "selection"),
    # While a jump, something to find or a count waits for a key, these and what is typed.
    _a("jump.turn", "tab", "Jump", "labels on words, pieces, claims, suggestions", "jump"),
    _a("jump.leave", "escape", "Jump", "leave; any other key leaves too", "jump"),
    _a("find.quotation", '"', "Find", "next quotation mark", "find"),
    _a("find.cue", ":", "Find", "next word of speech (a cue)", "find"),
    _a("find.name", "@", "Find", "next name", "find"),
    _a("find.again", "enter", "Find", "what was found last, again", "find"),
    _a("find.leave", "escape", "Find", "leave", "find"),
    _a("count.leave", "escape", "Count", "leave", "count"),
    # While a claim is proposed.
    _a("proposal.take", "enter", "Proposed claim", "take it", "proposal"),
    _a("proposal.next", "tab", "Proposed claim", "its next role", "proposal"),
    _a("proposal.prev", "shift+tab", "Proposed claim", "its role before", "proposal"),
    _a("proposal.drop", "escape", "Proposed claim", "drop it; nothing is saved", "proposal"),
    # While a relation waits for its other end, and while one is at work.
    _a("relating.choose", "1 2 3 4 5 6 7 8 9", "Relation begun", "which it is to be", "choosing"),
    _a("relating.more", "0", "Relation begun", "the next nine to choose from", "choosing"),
    _a("relating.take", "enter", "Relation begun", "to the claim or mark here", "relating"),
    _a("relating.jump", "z", "Relation begun", "a letter over each claim takes it", "relating"),
    _a("relating.turn", "I", "Relation begun", "interchange head and tail", "relating"),
    _a("relating.show", "D", "Relation begun", "the relations that there are", "relating"),
    _a("relating.drop", "escape", "Relation begun", "drop it; nothing is saved", "relating"),
    _a("relation.go", "enter", "Relation", "to its other end, also in another article", "relation"),
    _a("relation.next", "tab down j", "Relation", "next relation", "relation"),
    _a("relation.prev", "shift+tab up k", "Relation", "relation before", "relation"),
    _a("relation.turn", "I", "Relation", "interchange head and tail", "relation"),
    _a("relation.form", "t", "Relation", "form: its labels, note and flag", "relation"),
    _a("relation.remove", "x delete", "Relation", "remove it", "relation"),
    _a("relation.leave", "escape D", "Relation", "back to the claim or mark", "relation"),
    _a("search.next", "n", "Search", "next place found", "search"),
    _a("search.prev", "N", "Search", "previous place found", "search"),
    _a("form.next", "tab down", "Form", "next attribute", "form"),
    _a("form.prev", "shift+tab up", "Form", "attribute before", "form"),
    _a("form.right", "right", "Form", "next value", "form"),
    _a("form.left", "left", "Form", "value before", "form"),
    _a("form.take", "enter", "Form", "take the value, write free text, or close", "form"),
    _a("form.take_away", "_ delete", "Form", "take the value away", "form"),
    _a("form.undo", "f2", "Form", "undo", "form"),
    _a("form.redo", "f3 ctrl+r", "Form", "redo", "form"),
    _a("form.back", "escape", "Form", "leave the text, the letters typed, the form", "form"),
    _a("list.open", "enter", "Articles", "open the article", "list"),
    _a("list.filter", "/", "Articles", "filter by title, outlet or name", "list"),
    _a("list.next_open", "n", "Articles", "next article that is not done", "list"),
    _a("list.exclude", "x", "Articles", "leave the article out, or take it in again", "list"),
    _a("list.excluded", "X", "Articles", "the articles that are left out, and back", "list"),
    _a("list.keys", "? f1", "Articles", "this key sheet", "list"),
    _a("list.quit", "f10 ctrl+q", "Articles", "quit (everything is saved already)", "list"),
    _a("list.back", "escape", "Articles", "back to the article", "list"),
    _a("agree.open", "enter", "Agreement", "adjudicate the disagreement", "agree"),
    _a("agree.next", "tab right l", "Agreement", "next part of the report", "agree"),
    _a("agree.prev", "shift+tab left h", "Agreement", "previous part of the report", "agree"),
    _a("agree.down", "down j", "Agreement", "row down", "agree"),
    _a("agree.up", "up k", "Agreement", "row up", "agree"),
    _a("agree.page_down", "pagedown", "Agreement", "page down", "agree"),
    _a("agree.page_up", "pageup", "Agreement", "page up", "agree"),
    _a("agree.disagreements", "d", "Agreement", "the list of disagreements", "agree"),
    _a("agree.filter", "/", "Agreement", "filter the rows by words", "agree"),
    _a("agree.again", "r f5", "Agreement", "read the annotations again", "agree"),
    _a("agree.keys", "? f1", "Agreement", "this key sheet", "agree"),
    _a("agree.quit", "f10 ctrl+q", "Agreement", "quit (everything is saved already)", "agree"),
    _a("agree.back", "escape", "Agreement", "back", "agree"),
    _a("adjudicate.next", "n f4", "Adjudication", "next open case", "adjudicate"),
    _a("adjudicate.prev", "N", "Adjudication", "previous open case", "adjudicate"),
    _a("adjudicate.case_next", "J f8", "Adjudication", "next case, decided or not", "adjudicate"),
    _a("adjudicate.case_prev", "K f7", "Adjudication", "previous case", "adjudicate"),
    _a(
        "adjudicate.take",
        "1 2 3 4 5 6 7 8 9",
        "Adjudication",
        "take this reading",
        "adjudicate",
    ),
    _a("adjudicate.merge", "m", "Adjudication", "merge what most readers have", "adjudicate"),
    _a("adjudicate.none", "x delete", "Adjudication", "nothing to annotate here", "adjudicate"),
    _a("adjudicate.identical", "a A", "Adjudication", "accept all identical", "adjudicate"),
    _a(
        "adjudicate.majority",
        "M",
        "Adjudication",
        "accept what most agree on; again: in all articles",
        "adjudicate",
    ),
    _a("adjudicate.down", "j down", "Adjudication", "next row of the readings", "adjudicate"),
    _a("adjudicate.up", "k up", "Adjudication", "previous row", "adjudicate"),
    _a("adjudicate.mix", "space", "Adjudication", "own: the row of the next reading", "adjudicate"),
    _a("adjudicate.labels", "t", "Adjudication", "own: choose a label", "adjudicate"),
    _a("adjudicate.end_left", "H", "Adjudication", "own: end left by a word", "adjudicate"),
    _a("adjudicate.end_right", "L", "Adjudication", "own: end right by a word", "adjudicate"),
    _a("adjudicate.start_left", "<", "Adjudication", "own: start left", "adjudicate"),
    _a(
        "adjudicate.start_right",
        ">",
        "Adjudication",
        "own: start right by a word",
        "adjudicate",
    ),
    _a("adjudicate.reason", "c", "Adjudication", "reason of the decision", "adjudicate"),
    _a("adjudicate.columns", "l right", "Adjudication", "further readings", "adjudicate"),
    _a("adjudicate.columns_back", "h left", "Adjudication", "readings before", "adjudicate"),
    _a("adjudicate.names", "o", "Adjudication", "hide or show who said it", "adjudicate"),
    _a("adjudicate.undo", "u f2", "Adjudication", "undo", "adjudicate"),
    _a("adjudicate.redo", "U f3 ctrl+r", "Adjudication", "redo", "adjudicate"),
    _a("adjudicate.keys", "? f1", "Adjudication", "this key sheet", "adjudicate"),
    _a("adjudicate.quit", "f10 ctrl+q", "Adjudication", "quit (all is saved)", "adjudicate"),
    _a("adjudicate.back", "escape", "Adjudication", "back", "adjudicate"),
)


def typed_character(key: str) -> str:
    """The character that a key of the table types, or "" for a key that types none."""
    return " " if key == "space" else key if len(key) == 1 else ""


def reserved_keys(actions: Iterable[Action] = ACTIONS) -> dict[str, str]:
    """Character -> what navigation does with it, for the scheme's clash check."""
    reserved: dict[str, str] = {}
    for action in actions:
        if action.context in WITH_LABELS:
            for key in action.keys:
                character = typed_character(key)
                if character:
                    reserved.setdefault(character, f"{action.title} [{action.id}]")
    return reserved


def taken_keys(actions: Iterable[Action], scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """Actions whose keys a scheme has given to roles or labels: id -> those keys.

    A scheme that is in force keeps its keys when the program comes to use them: hands know them.
    The action is reached by its other keys, by the palette, or by another key of the
    configuration.
    """
    own = {
        *scheme.role_keys(),
        *scheme.new_role_keys(),
        *scheme.label_keys(),
        *scheme.relation_keys(),
    }
    found = {
        a.id: tuple(key for key in a.keys if typed_character(key) in own)
        for a in actions
        if a.context in WITH_LABELS
    }
    return {id_: keys for id_, keys in found.items() if keys}
