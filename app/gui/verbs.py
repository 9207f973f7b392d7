"""Every action of the program, by menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.gui.actions import ActionSpec
from app.gui.languages import LANGUAGES
from app.gui.situation import (
    can_redo,
    can_undo,
    exchanges,
    has_chosen,
    has_curve,
    has_other,
    has_people,
    has_range,
    has_sides,
    holds_people,
    in_camera,
    in_file,
    in_live,
    is_asked,
    is_comparing,
    may_be_slow,
    opened,
    splits,
    swaps,
)
from app.gui.theme import Look

if TYPE_CHECKING:
    from app.gui.commands import Commands


def all_specs(commands: Commands) -> tuple[ActionSpec, ...]:
    """In the order of the menus."""
    return (
        *file_specs(commands),
        *playback_specs(commands),
        *people_specs(commands),
        *overlay_specs(commands),
        *view_specs(commands),
    )


def file_specs(do: Commands) -> tuple[ActionSpec, ...]:
    tr, group = do.tr, do.tr("File")
    return (
        ActionSpec("open", tr("&Open video…"), tr("Open a video file, or a session or result saved before"), group,
                   do.open_video, ("Ctrl+O",), "open"),
        ActionSpec("camera", tr("Open &camera"), tr("Watch a camera live"), group, do.cameras.open,
                   ("Ctrl+K",), "camera"),
        ActionSpec("choose-camera", tr("C&hoose camera…"),
                   tr("Choose which camera, in which size and at which rate, and by what it is opened"), group,
                   do.cameras.choose, ("Ctrl+Shift+K",)),
        ActionSpec("stream", tr("Ope&n stream…"), tr("Watch a network camera by its address"), group,
                   do.open_stream, ("Ctrl+L",)),
        ActionSpec("screen", tr("Watch part of the sc&reen…"),
                   tr("Follow people in a video call, a player or anything else that is shown"), group,
                   do.screens.open, ("Ctrl+Shift+R",)),
        ActionSpec("pictures", tr("Open &picture folder…"), tr("Play a folder of pictures like a video"), group,
                   do.open_pictures, ("Ctrl+Shift+O",)),
        ActionSpec("demo", tr("Try the &demo"), tr("Fetch a clip of a runner once, and open it"), group,
                   do.open_demo, ("Ctrl+D",)),
        ActionSpec("compare", tr("Compare &with…"), tr("Show a second video beside this one, in step with it"), group,
                   do.compare, ("Ctrl+Shift+C",), "compare", in_file, starts_section=True),
        ActionSpec("compare-stop", tr("Stop comparin&g"), tr("Close the second video"), group,
                   lambda: do.window.comparing.stop(), (), "", is_comparing),
        ActionSpec("save", tr("Save &session"), tr("Keep results, corrections and names in one file"), group,
                   do.save, ("Ctrl+S",), "save", in_file, starts_section=True),
        ActionSpec("save-as", tr("Save session &as…"), tr("Keep them under another name"), group,
                   do.save_as, ("Ctrl+Shift+S",), "", in_file),
        ActionSpec("export", tr("&Export video…"),
                   tr("Write the video, or the range marked, with everyone drawn on it"), group,
                   do.export_video, ("Ctrl+E",), "export", in_file, starts_section=True),
        ActionSpec("export-data", tr("Expor&t data…"),
                   tr("Write every joint of every frame, or of the range marked, as a table or JSON"), group,
                   do.export_data, ("Ctrl+Shift+E",), "table", in_file),
        ActionSpec("models", tr("&Models and engines…"),
                   tr("Fetch, import and choose the networks that find people, and make them faster here"), group,
                   lambda: do.window.models.show(), ("Ctrl+M",)),
        ActionSpec("snapshot", tr("Save p&icture…"), tr("Write the picture that is shown, in full size, as a file"),
                   group, do.save_picture, ("Ctrl+P",), "snapshot", opened, starts_section=True),
        ActionSpec("copy", tr("Cop&y picture"), tr("Put the picture that is shown on the clipboard"), group,
                   do.copy_picture, ("Ctrl+C",), "", opened),
        ActionSpec("close", tr("Close &video"), tr("Back to the start page"), group, do.close_source,
                   ("Ctrl+W",), "", opened, starts_section=True),
        ActionSpec("quit", tr("&Quit"), tr("Close the program"), group, do.quit, ("Ctrl+Q",)),
    )  # fmt: skip


def playback_specs(do: Commands) -> tuple[ActionSpec, ...]:
    tr, window, group = do.tr, do.window, do.tr("Playback")
    return (
        ActionSpec("play", tr("&Play or pause"), tr("Play or pause"), group, do.play_or_pause,
                   ("Space",), "play", opened),
        ActionSpec("step-back", tr("One frame &back"), tr("One frame back"), group, lambda: do.step(-1),
                   ("Left",), "step-back", in_file, starts_section=True),
        ActionSpec("step-on", tr("One frame o&n"), tr("One frame on"), group, lambda: do.step(1),
                   ("Right",), "step-on", in_file),
        ActionSpec("leap-back", tr("One second bac&k"), tr("One second back"), group,
                   lambda: do.step_seconds(-1), ("Shift+Left",), "", in_file),
        ActionSpec("leap-on", tr("One second &on"), tr("One second on"), group,
                   lambda: do.step_seconds(1), ("Shift+Right",), "", in_file),
        ActionSpec("to-start", tr("To the &start"), tr("To the first frame"), group, do.to_start,
                   ("Home",), "to-start", in_file),
        ActionSpec("to-end", tr("To the &end"), tr("To the last frame"), group, do.to_end,
                   ("End",), "to-end", in_file),
        ActionSpec("to-place", tr("Go to fr&ame or time…"), tr("Go to a frame by its number, or to a time"), group,
                   do.go_to_place, ("Ctrl+G",), "", in_file),
        ActionSpec("loop-from", tr("Range f&rom here"), tr("The range to play over and over begins here"), group,
                   lambda: do.mark(0), ("Ctrl+[",), "", in_file, starts_section=True),
        ActionSpec("loop-to", tr("Range &up to here"), tr("The range to play over and over ends here"), group,
                   lambda: do.mark(1), ("Ctrl+]",), "", in_file),
        ActionSpec("loop-off", tr("No ran&ge"), tr("Play the whole video again"), group,
                   do.unmark, ("Ctrl+\\",), "", has_range),
        ActionSpec("slower", tr("S&lower"), tr("Play slower"), group,
                   lambda: window.stage.transport.faster(-1), ("Ctrl+Down",), "", in_file, starts_section=True),
        ActionSpec("faster", tr("&Faster"), tr("Play faster"), group,
                   lambda: window.stage.transport.faster(1), ("Ctrl+Up",), "", in_file),
        ActionSpec("stop", tr("S&top"), tr("Stop watching"), group, do.close_source,
                   ("Escape",), "stop", in_live, starts_section=True),
        ActionSpec("record", tr("Re&cord"), tr("Record the camera; the panel at the right says what and where"), group,
                   do.record, ("Ctrl+R",), "record", in_live, checkable=True),
        ActionSpec("mirror", tr("&Mirror"), tr("Show the camera as a mirror does"), group, do.mirror,
                   ("M",), "mirror", in_camera, checkable=True),
    )  # fmt: skip


def people_specs(do: Commands) -> tuple[ActionSpec, ...]:
    tr, window, group = do.tr, do.window, do.tr("People")
    return (
        ActionSpec("undo", tr("&Undo"), tr("Take the last correction back"), group,
                   lambda: window.editing.undo(), ("Ctrl+Z",), "undo", can_undo),
        ActionSpec("redo", tr("&Redo"), tr("Make the correction again"), group,
                   lambda: window.editing.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", can_redo),
        ActionSpec("next-person", tr("&Next person"), tr("Choose the next person of the list"), group,
                   lambda: window.editing.choose_next(1), ("P",), "", has_people, starts_section=True),
        ActionSpec("last-person", tr("&Previous person"), tr("Choose the person before in the list"), group,
                   lambda: window.editing.choose_next(-1), ("Shift+P",), "", has_people),
        ActionSpec("nobody", tr("Choose n&obody"), tr("Let go of the person chosen"), group,
                   lambda: window.editing.choose(None), ("Ctrl+Shift+A",), "", has_chosen),
        ActionSpec("go-to", tr("&Go there"), tr("Go to the nearest frame on which the person chosen is seen"), group,
                   lambda: window.editing.go_to(), ("G",), "", splits),
        ActionSpec("follow", tr("&Follow"), tr("Keep the person chosen large and in the middle"), group,
                   do.follow, ("F",), "follow", has_chosen, checkable=True, starts_section=True),
        ActionSpec("rename", tr("Give a na&me…"), tr("Write a name in the place of the number"), group,
                   lambda: window.editing.rename(), ("F2",), "rename", has_chosen),
        ActionSpec("hide", tr("&Leave out or show"), tr("Leave the person out of picture and exports, or no more"),
                   group, lambda: window.editing.hide_or_show(), ("H",), "eye-off", has_chosen),
        ActionSpec("hide-others", tr("Leave out every&body else"),
                   tr("Leave all others seen so far out of picture and exports; once more: show everybody"), group,
                   lambda: window.editing.hide_others(), ("Shift+H",), "", has_other),
        ActionSpec("merge", tr("&Same person as…"), tr("Two numbers are one person: join them"), group,
                   do.merge, ("J",), "merge", has_other, starts_section=True),
        ActionSpec("split", tr("Somebody &else from here on"),
                   tr("From this frame on it is somebody else, who gets a new number"), group,
                   lambda: window.editing.split(), ("D",), "split", splits),
        ActionSpec("swap", tr("S&wap with… from here on"),
                   tr("From this frame on two people were taken for each other: exchange them"), group,
                   do.swap, ("X",), "swap", swaps),
        ActionSpec("sides", tr("E&xchange left and right…"),
                   tr("Left and right were taken for each other, in the marked range or from this frame on"), group,
                   do.exchange_sides, ("Shift+X",), "", exchanges),
        ActionSpec("sides-here", tr("Exchange left and right on &this frame…"),
                   tr("Left and right were taken for each other on this frame alone"), group,
                   do.exchange_sides_here, ("Ctrl+Shift+X",), "", exchanges),
        ActionSpec("put-back", tr("Put left and right bac&k"),
                   tr("Find where left and right were taken for each other for a moment, and exchange them"), group,
                   lambda: window.sides.put_back(), ("Shift+L",), "", exchanges),
        ActionSpec("next-moment", tr("Next moment to &check"),
                   tr("Go to the next moment at which the program may be wrong, and say whether it is"), group,
                   lambda: window.checking.lead(1), ("R",), "look", holds_people, starts_section=True),
        ActionSpec("last-moment", tr("Pre&vious moment to check"), tr("The same the other way round"), group,
                   lambda: window.checking.lead(-1), ("Shift+R",), "", holds_people),
        ActionSpec("moment-correct", tr("&Do what is proposed"),
                   tr("The program was wrong at the moment that is asked about: correct it, and go on to the next"),
                   group, lambda: window.checking.correct(), ("U",), "", is_asked),
        ActionSpec("moment-right", tr("&It is right as it is"),
                   tr("Nothing is wrong at the moment that is asked about: go on to the next"), group,
                   lambda: window.checking.confirm(), ("O",), "", is_asked),
    )  # fmt: skip


def overlay_specs(do: Commands) -> tuple[ActionSpec, ...]:
    tr, window, group = do.tr, do.window, do.tr("Overlay")

    def toggle(name: str, text: str, tip: str, key: str) -> ActionSpec:
        return ActionSpec(name, text, tip, group, _nothing, (key,), checkable=True)

    return (
        toggle("skeleton", tr("&Skeletons"), tr("Draw joints and limbs"), "S"),
        toggle("ids", tr("&Numbers and names"), tr("Write each person's number or name above the head"), "I"),
        toggle("boxes", tr("&Boxes"), tr("Draw a box around each person"), "B"),
        toggle("trails", tr("&Trails"), tr("Draw the way each person came"), "T"),
        toggle("names", tr("Joint n&ames"), tr("Write the name beside each joint"), "N"),
        toggle("scores", tr("&Certainty"), tr("Write how sure the program is of each joint, 0 to 1"), "C"),
        toggle("angles", tr("Joint an&gles"),
               tr("Write how far each joint is bent: degrees without a sign, 0 when standing upright"), "V"),
        toggle("by_limb", tr("Colour &left and right"), tr("Left side orange, right side blue, on everyone"), "L"),
        toggle("black", tr("Blac&k background"), tr("Hide the picture, show the people only"), "K"),
        ActionSpec("steady", tr("Stead&y joints"),
                   tr("Take the jitter out of joints, here, in curves, exports and recordings; what was found is kept"),
                   group, do.steady, ("Y",), checkable=True, starts_section=True),
        ActionSpec("heat-next", tr("&Heat of the next joint"),
                   tr("Lay over everyone where the network sees a joint, one joint after the other"), group,
                   lambda: window.overlay.next_heat(1), ("E",), starts_section=True),
        ActionSpec("heat-last", tr("Heat of the &joint before"), tr("The same the other way round"), group,
                   lambda: window.overlay.next_heat(-1), ("Shift+E",)),
        ActionSpec("score-down", tr("&More joints"), tr("Draw joints that are less certain too"), group,
                   lambda: window.overlay.change_score(-0.05), ("[",), starts_section=True),
        ActionSpec("score-up", tr("&Fewer joints"), tr("Draw only joints that are more certain"), group,
                   lambda: window.overlay.change_score(0.05), ("]",)),
    )  # fmt: skip


def view_specs(do: Commands) -> tuple[ActionSpec, ...]:
    tr, window = do.tr, do.window
    view, help_ = tr("View"), tr("Help")
    return (
        ActionSpec("panel", tr("&Side panel"), tr("Show or hide the panel at the right"), view, do.panel,
                   ("Ctrl+B",), "panel", opened, checkable=True),
        ActionSpec("analysis", tr("&Analysis"), tr("Show angles, speed and repetitions as a curve under the video"),
                   view, do.analysis, ("A",), "curve", opened, checkable=True),
        ActionSpec("both-sides", tr("&Both sides"),
                   tr("Show the curve of the other side of the body too, to compare left and right"), view,
                   do.both_sides, ("Shift+A",), "", has_sides, checkable=True),
        ActionSpec("curve-copy", tr("Copy picture of cur&ve"), tr("Put the curve on the clipboard as a picture"), view,
                   lambda: window.analysing.files.copy_picture(), ("Ctrl+I",), "", has_curve),
        ActionSpec("curve-save", tr("Save picture of c&urve…"), tr("Write the curve as a picture into a file"), view,
                   lambda: window.analysing.files.save_picture(), ("Ctrl+Shift+I",), "", has_curve),
        ActionSpec("scale", tr("Set s&cale…"), tr("Tell the program a known length, for metres in place of pixels"),
                   view, lambda: window.scaling.draw(), (), "", opened),
        ActionSpec("scale-height", tr("Scale by heigh&t…"),
                   tr("Take how tall the person chosen is for the scale, in the place of a known length"), view,
                   lambda: window.scaling.by_height(), (), "", has_chosen),
        ActionSpec("recorded-at", tr("R&ecorded at…"),
                   tr("Of slow motion: tell how many pictures a second were recorded, for true times and speeds"),
                   view, lambda: window.slow_motion.ask(), (), "", may_be_slow),
        ActionSpec("recorded-at-second", tr("Seco&nd video recorded at…"),
                   tr("The same of the video that this one is compared with"),
                   view, lambda: window.slow_motion.ask_of_second(), (), "", is_comparing),
        ActionSpec("full-screen", tr("&Full screen"), tr("Fill the screen, and back"), view, window.full_screen,
                   ("F11",)),
        ActionSpec("zoom-in", tr("Zoom &in"), tr("Enlarge the picture (or turn the wheel)"), view,
                   lambda: window.stage.view.zoom_by(1.25), ("Ctrl++", "Ctrl+="), "", opened, starts_section=True),
        ActionSpec("zoom-out", tr("Zoom &out"), tr("Shrink the picture"), view,
                   lambda: window.stage.view.zoom_by(0.8), ("Ctrl+-",), "", opened),
        ActionSpec("fit", tr("&Whole picture"), tr("Show the whole picture"), view, do.fit,
                   ("Ctrl+0",), "", opened),
        ActionSpec("look-system", tr("Look of the s&ystem"), tr("Dark or light as the system is"), view,
                   lambda: window.set_look(Look.SYSTEM), starts_section=True, one_of="look"),
        ActionSpec("look-dark", tr("&Dark"), tr("Dark, for video and evenings"), view,
                   lambda: window.set_look(Look.DARK), one_of="look"),
        ActionSpec("look-light", tr("&Light"), tr("Light, for bright rooms"), view,
                   lambda: window.set_look(Look.LIGHT), one_of="look"),
        ActionSpec("look-contrast", tr("&High contrast"), tr("White and yellow on black, for weak eyes"), view,
                   lambda: window.set_look(Look.CONTRAST), one_of="look"),
        ActionSpec("language-system", tr("Lan&guage of the system"), tr("Speak the language of the system"), view,
                   lambda: do.set_language(""), starts_section=True, one_of="language"),
        *(ActionSpec(f"language-{language}", name, tr("Speak this language"), view,
                     partial(do.set_language, language), one_of="language") for language, name in LANGUAGES.items()),
        ActionSpec("shortcuts", tr("&Keyboard shortcuts"), tr("All keys on one page"), help_,
                   do.show_shortcuts, ("F1",), "keyboard"),
        ActionSpec("about", tr("&About Skelter"), tr("Version and licences"), help_, do.show_about),
    )  # fmt: skip


def _nothing(on: bool) -> None:
    """For actions that somebody else listens to: the overlay panel does."""
