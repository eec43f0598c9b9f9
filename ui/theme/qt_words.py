"""Qt's own texts in Vietnamese: standard buttons, the menu of an input, the file dialog.

Qt ships no Vietnamese. The sentences stand in words/vi/shell.toml under `qt_…`; here is only which
source text of Qt they answer.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTranslator
from PySide6.QtWidgets import QApplication

from fieldapp.words import Words

SOURCES: dict[str, str] = {
    "ok": "OK",
    "save": "Save",
    "save_all": "Save All",
    "open": "Open",
    "yes": "Yes",
    "yes_to_all": "Yes to All",
    "no": "No",
    "no_to_all": "No to All",
    "abort": "Abort",
    "retry": "Retry",
    "ignore": "Ignore",
    "close": "Close",
    "cancel": "Cancel",
    "discard": "Discard",
    "help": "Help",
    "apply": "Apply",
    "reset": "Reset",
    "restore_defaults": "Restore Defaults",
    "undo": "Undo",
    "redo": "Redo",
    "cut": "Cut",
    "copy": "Copy",
    "paste": "Paste",
    "delete": "Delete",
    "select_all": "Select All",
    "copy_link": "Copy Link Location",
    "look_in": "Look in:",
    "file_name": "File name:",
    "files_of_type": "Files of type:",
    "directory": "Directory:",
    "choose": "Choose",
    "new_folder": "New Folder",
    "create_new_folder": "Create New Folder",
    "create_a_new_folder": "Create a New Folder",
    "back": "Back",
    "go_back": "Go back",
    "forward": "Forward",
    "go_forward": "Go forward",
    "parent_directory": "Parent Directory",
    "go_to_parent": "Go to the parent directory",
    "list_view": "List View",
    "change_to_list": "Change to list view mode",
    "detail_view": "Detail View",
    "change_to_detail": "Change to detail view mode",
    "all_files": "All Files (*)",
    "show_hidden": "Show hidden files",
    "rename": "Rename",
    "computer": "Computer",
    "my_computer": "My Computer",
    "name": "Name",
    "size": "Size",
    "kind": "Kind",
    "type": "Type",
    "date_modified": "Date Modified",
    "folder": "Folder",
    "file": "File",
    "save_as": "Save As",
    "find_directory": "Find Directory",
    "already_exists": "%1 already exists.\nDo you want to replace it?",
    "not_found": "%1\nFile not found.\nPlease verify the correct file name was given.",
    "are_you_sure_delete": "Are you sure you want to delete '%1'?",
    "could_not_delete": "Could not delete directory.",
    "invalid_filename": "Invalid filename",
    "write_protected": "'%1' is write protected.\nDo you want to delete it anyway?",
}


KEPT = "qtWords"
"""The property of the application that holds the words in force."""


class QtWords(QTranslator):
    """Answers Qt's source texts from the product's words, whatever the context asks."""

    def __init__(self, words: Words, parent: QObject) -> None:
        super().__init__(parent)
        self._by_source = {
            source.casefold(): words.say(f"shell.qt_{name}") for name, source in SOURCES.items()
        }

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, source_text: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        plain = source_text.replace("&", "")
        # an empty answer would be one: Qt would call things by nothing, and know no size of paper
        return self._by_source.get(plain.casefold(), source_text)


def install(app: QApplication, language: str) -> None:
    """Put Qt's own texts into the language; English is Qt's own."""
    old = app.property(KEPT)  # looking through its children has the kit look at all its classes
    if isinstance(old, QtWords):
        app.removeTranslator(old)
        old.deleteLater()
    made = QtWords(Words("vi"), app) if language == "vi" else None
    if made is not None:
        app.installTranslator(made)
    app.setProperty(KEPT, made)
