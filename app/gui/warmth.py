"""The heat of a joint for the pictures the player shows: the network is loaded when first wanted. Qt-free."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.gui import messages as say
from app.gui.toolbox import EngineChoice, Heats, Toolbox

if TYPE_CHECKING:
    from app.gui.moment import Moment
    from engine.heat import Heat


class Warmth:
    """Used by the player's thread; loads in a thread of its own, and `tell` brings what was loaded back to it."""

    def __init__(
        self, toolbox: Toolbox, tell: Callable[[say.HeatLoaded], None], tell_trouble: Callable[[Exception], None]
    ) -> None:
        self._toolbox, self._tell, self._tell_trouble = toolbox, tell, tell_trouble
        self._model: str | None = None
        """The pose network wanted: loaded, being loaded, or tried in vain."""
        self._asked = False
        self._heats: Heats | None = None
        self._loading: threading.Thread | None = None
        self._last: tuple[Moment, str, Heat] | None = None

    def of(self, moment: Moment, joint: str, choice: EngineChoice) -> Heat | None:
        """The heat of `joint` at that moment; None where nobody is seen, and until the network is there."""
        if not joint or moment.record is None:
            return None
        if not self._asked or self._model != choice.pose:
            self._load(choice)
        heats = self._heats
        if heats is None or joint not in heats.skeleton.keypoints:
            return None
        if self._last is None or self._last[0] is not moment or self._last[1] != joint:
            poses = moment.record.tracks.poses
            try:
                heat = heats.heat(moment.frame.image, poses, heats.skeleton.keypoints.index(joint))
            except Exception as error:  # noqa: BLE001 - the picture is worth showing without it
                self._close_loaded()
                self._tell_trouble(error)
                return None
            self._last = moment, joint, heat
        return self._last[2]

    def take(self, loaded: say.HeatLoaded) -> None:
        """What was loaded is there, or why it is not."""
        self._loading = None
        if loaded.model == self._model:
            self._heats = loaded.heats
        else:  # another one is wanted by now
            self._asked = False
            if loaded.heats is not None:
                loaded.heats.close()
        if loaded.error is not None:
            self._tell_trouble(loaded.error)

    def close(self) -> None:
        loading, self._loading = self._loading, None
        if loading is not None:
            loading.join(0.5)
        self._close_loaded()

    def _load(self, choice: EngineChoice) -> None:
        self._model, self._asked = choice.pose, True
        self._close_loaded()
        if self._loading is None:
            self._loading = threading.Thread(target=self._load_apart, args=(choice,), name="skelter heat", daemon=True)
            self._loading.start()

    def _close_loaded(self) -> None:
        heats, self._heats, self._last = self._heats, None, None
        if heats is not None:
            heats.close()

    def _load_apart(self, choice: EngineChoice) -> None:
        heats, error = None, None
        try:
            heats = self._toolbox.heats(choice)
        except Exception as trouble:  # noqa: BLE001 - the thread's end: told to the user
            error = trouble
        if self._loading is None and heats is not None:  # closed meanwhile
            heats.close()
        else:
            self._tell(say.HeatLoaded(choice.pose, heats, error))
