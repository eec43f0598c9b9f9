"""All components on one sheet, in both themes, to stand beside the reference picture.

`python -m ui.widgets.gallery OUT.png` paints the sheet of components, with `--today` the frame
with a day's work in it (`--dark`, `--size 1093x614`). What it shows is invented.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import apply
from ui.widgets import (
    Button,
    CoverageBar,
    DateScale,
    EmptyState,
    ErrorBanner,
    Label,
    LabeledInput,
    Panel,
    Question,
    Segment,
    StateChip,
    Tag,
    Toast,
)
from ui.widgets.coverage import Cover

_NOW = date(2024, 11, 21)
_YEAR = DateScale(date(2024, 1, 1), date(2024, 12, 31))


def _section(title: str) -> Label:
    return Label(title, role="small", weight=600, token="ink3")


def _captioned(widget: QWidget, caption: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(widget)
    centre = Qt.AlignmentFlag.AlignHCenter
    column.addWidget(Label(caption, role="tiny", weight=400, token="ink3", align=centre))
    return column


def _buttons() -> tuple[QHBoxLayout, Button]:
    row = QHBoxLayout()
    row.setSpacing(10)
    focused = Button("Từ chối", key="4")
    off = Button("Ghi danh")
    off.setEnabled(False)
    for button, caption in (
        (Button("Lưu lượt thăm", kind="primary", height=34), "chính"),
        (Button("Hẹn lại", key="2"), "thường"),
        (focused, "đang chọn"),
        (Button("Hủy biên lai", kind="destructive"), "nguy hiểm"),
        (off, "chưa đủ"),
    ):
        row.addLayout(_captioned(button, caption))
    return row, focused


def _states() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for state, count in (("on_device", 14), ("sent", 297), ("needs_fixing", 1), ("conflict", 1)):
        row.addWidget(StateChip(state, count))
    row.addStretch(1)
    for text, tone, icon in (
        ("kịp", "jade", "check"),
        ("sát", "ochre", "equals"),
        ("chậm", "brick", "trend-down"),
    ):
        row.addWidget(Tag(text, tone, icon=icon))
    row.addSpacing(28)
    return row


def _bar(parts: Sequence[tuple[Cover, int, int]], caption: str) -> QHBoxLayout:
    segments = [Segment(cover, date(2024, a, 1), date(2024, b, 28)) for cover, a, b in parts]
    bar = CoverageBar(_YEAR, segments, today=_NOW, size="page", name=caption)
    bar.setFixedWidth(92)
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(bar)
    row.addWidget(Label(caption, role="small", token="ink2"), 1)
    return row


def _bars() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(6)
    first, second = QHBoxLayout(), QHBoxLayout()
    first.addLayout(_bar([("force", 1, 8)], "còn hạn"))
    first.addLayout(_bar([("force", 1, 2), ("paid", 3, 12)], "kỳ mới"))
    first.addLayout(_bar([("other", 1, 10)], "nguồn khác trả"))
    second.addLayout(_bar([("force", 1, 4), ("gap", 5, 9)], "ngắt quãng"))
    second.addLayout(_bar([("vsi", 1, 7)], "BHXH tự nguyện"))
    second.addStretch(1)
    column.addLayout(first)
    column.addLayout(second)
    return column


def _inputs() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    phone = LabeledInput("Số điện thoại", text="0903 555 214", optional=True)
    born = LabeledInput("Ngày sinh", text="31/02/1968")
    born.set_message("Tháng 2 năm 1968 chỉ có 29 ngày. Xem lại thẻ.", "error")
    number = LabeledInput("Số căn cước", text="079 168 001 234")
    number.set_message(
        "Số này ghi nữ, sinh 1968. Giới tính đang là nam. Vẫn lưu: Ctrl L", "warning"
    )
    for field in (phone, born, number):
        row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
    return row


def components() -> tuple[Panel, Button]:
    """The sheet of components, and the button that has the focus on it."""
    sheet = Panel(margins=(28, 24, 28, 24), spacing=6)
    buttons, focused = _buttons()
    column = sheet.column
    for title, layout in (
        ("Nút", buttons),
        ("Bốn trạng thái", _states()),
        ("Thanh thời hạn", _bars()),
        ("Ô nhập", _inputs()),
    ):
        column.addWidget(_section(title))
        column.addLayout(layout)
        column.addSpacing(14)
    row = QHBoxLayout()
    row.setSpacing(16)
    done = EmptyState(
        "check-circle",
        "Hết việc cần xử lý",
        "Việc mới sẽ tự hiện ở đây khi đồng bộ.",
        action="Xem việc đã xong",
        token="jade",
    )
    box = Panel(ground="sunken", edge="line", radius=8)
    box.column.addWidget(done)
    row.addWidget(box, 1)
    ask = Question(
        "Hủy biên lai 0041906?",
        "Số 0041906 vẫn giữ trong quyển và ghi là đã hủy. Lê Văn Tám phải nhận biên lai mới.",
        "Hủy biên lai",
        reason="Lý do, ví dụ: ghi sai số tiền",
    )
    ask.setWindowFlags(Qt.WindowType.Widget)
    row.addWidget(ask, 1)
    column.addLayout(row)
    last = QHBoxLayout()
    last.addWidget(
        ErrorBanner("Ổ đĩa đầy, chưa lưu được", "Phiếu còn nguyên. Xóa bớt tệp rồi lưu lại."), 1
    )
    last.addSpacing(16)
    last.addStretch(1)
    column.addLayout(last)
    column.addStretch(1)
    return sheet, focused


def paint_components(app: QApplication) -> QPixmap:
    """Both themes side by side; the second is the first, switched while it is open."""
    sheet, focused = components()
    sheet.resize(683, 840)
    toast = Toast(sheet)
    sheet.show()
    sheet.activateWindow()
    focused.setFocus()
    toast.say_done("Đã ghi: vắng nhà")
    whole = QPixmap(1366, 840)
    with QPainter(whole) as painter:
        for number, dark in enumerate((False, True)):
            apply(app, dark=dark)
            app.processEvents()
            painter.drawPixmap(QPoint(number * 683, 0), sheet.grab())
    return whole


def main(arguments: Sequence[str]) -> int:
    """Paint what is asked for into a file."""
    asked = argparse.ArgumentParser(description="Paint the components or the frame into a PNG.")
    asked.add_argument("out")
    asked.add_argument("--today", action="store_true")
    asked.add_argument("--palette", action="store_true")
    asked.add_argument("--conflict", action="store_true")
    asked.add_argument("--dark", action="store_true")
    asked.add_argument("--training", action="store_true")
    asked.add_argument("--size", default="1366x768")
    chosen = asked.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    apply(app, dark=chosen.dark, training=chosen.training)
    if chosen.today or chosen.palette or chosen.conflict:
        from ui.widgets.gallery_frame import paint_frame

        width, high = (int(part) for part in chosen.size.split("x"))
        kind = "conflict" if chosen.conflict else "palette" if chosen.palette else "today"
        picture = paint_frame(app, kind, width, high)
    else:
        picture = paint_components(app)
    return 0 if picture.save(chosen.out) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
