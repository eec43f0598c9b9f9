"""The frame of the window with invented work in it: a day, a conflict, the palette."""

from __future__ import annotations

from datetime import date

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.shell import ALL_PLACES, Head, ShellState, ShellWindow, SyncState, User
from ui.widgets import (
    INBOX,
    Band,
    BandPage,
    Button,
    ConflictCard,
    CoverageBar,
    DateScale,
    DoorsOfDay,
    Filter,
    FilterBar,
    Group,
    Hairline,
    Label,
    Mark,
    Notice,
    Panel,
    Row,
    RowList,
    Run,
    Segment,
    Side,
    TabularLabel,
    TodayLabel,
)
from ui.widgets.doors import Door
from ui.widgets.gallery_data import WORK

TODAY = date(2024, 11, 21)
_SCALE = DateScale(date(2024, 3, 1), date(2025, 3, 31))
_OUTCOMES = ("Vắng nhà", "Hẹn lại", "Suy nghĩ thêm", "Từ chối", "", "Đã chuyển đi", "Đừng liên hệ")


def _doors() -> list[Door]:
    first: list[Door] = [
        "enrolled",
        "enrolled",
        "away",
        "talked",
        "enrolled",
        "talked",
        "away",
        "enrolled",
        "talked",
        "talked",
        "enrolled",
        "away",
        "next",
    ]
    coming: list[Door] = ["coming"]
    return first + coming * 15


def _summary() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(24, 8, 20, 6)
    row.setSpacing(36)
    left, right = QVBoxLayout(), QVBoxLayout()
    for column in (left, right):
        column.setSpacing(0)
    figure = Label()
    figure.set_runs([Run("12", "ink", 600, "total"), Run(" / 28 cửa", "ink2", 400, "row")])
    left.addWidget(figure)
    left.addWidget(Label("16 cửa còn lại", role="small", token="ink2"))
    right.addWidget(TabularLabel("7.581.600 đ", role="heading", weight=600))
    right.addWidget(TabularLabel("đã thu hôm nay, 5 biên lai", role="small", token="ink2"))
    row.addLayout(left)
    row.addWidget(DoorsOfDay(_doors()), 1)
    row.addLayout(right)
    return row


def _today_middle() -> tuple[Panel, RowList]:
    middle = Panel()
    middle.column.addLayout(_summary())
    middle.column.addWidget(Hairline())
    filters = FilterBar(
        "Lọc",
        [
            Filter("all", "Tất cả", 28),
            Filter("due", "Có hẹn", 3),
            Filter("ends", "Hết hạn ≤ 30 ngày", 11),
            Filter("late", "Đã trễ", 4),
            Filter("new", "Chưa thăm", 7),
        ],
        right_text="Theo đường đi bộ",
        right_icon="path",
    )
    middle.column.addWidget(filters)
    rows = RowList("Việc hôm nay")
    rows.set_items(WORK)
    rows.select_key("3")
    middle.column.addWidget(rows, 1)
    return middle, rows


def _member(name: str, kin: str, parts: list[Segment], end: tuple[str, str]) -> QHBoxLayout:
    row = QHBoxLayout()
    who = Label()
    who.set_runs([Run(name), Run("  " + kin, "ink2", 400, "small")])
    who.setFixedWidth(120)
    row.addWidget(who)
    row.addWidget(CoverageBar(_SCALE, parts, today=TODAY, name=name, show_today=True), 1)
    day = TabularLabel(end[0], token=end[1])
    day.setFixedWidth(48)
    row.addWidget(day)
    return row


def _today_band() -> Band:
    band = Band()
    names = QVBoxLayout()
    names.setSpacing(0)
    names.addWidget(Label("Nguyễn Thị Bích Hằng", role="heading"))
    names.addWidget(Label("123/4/5A Ung Văn Khiêm, Phường 25", token="ink2"))
    band.body.addLayout(names)
    band.body.addWidget(
        Notice(
            "Vì sao hôm nay",
            "Minh Đức đã ngắt thẻ 2 tháng 21 ngày. Đóng trước 30/11 thì dùng được thẻ ngay. "
            "Sau đó phải chờ 30 ngày và tính lại 5 năm liên tục.",
            "brick",
        )
    )
    start, end = date(2024, 1, 1), date(2024, 11, 30)
    force = [Segment("force", start, end)]
    lines = QVBoxLayout()
    lines.setSpacing(0)
    lines.addWidget(Label("Thời hạn thẻ BHYT", role="small", weight=600, token="ink2"))
    head = QHBoxLayout()
    spacer = Label()
    spacer.setFixedWidth(120)
    head.addWidget(spacer)
    head.addWidget(TodayLabel(_SCALE, TODAY), 1)
    head.addSpacing(54)
    lines.addLayout(head)
    lines.addLayout(_member("Bích Hằng", "chủ hộ", force, ("30/11", "ochre")))
    lines.addLayout(_member("Quốc Khôi", "chồng", force, ("30/11", "ochre")))
    other = [Segment("other", date(2024, 4, 1), date(2024, 12, 31), "BHYT theo công ty")]
    lines.addLayout(_member("Ánh Nguyệt", "con", other, ("31/12", "ink2")))
    broken = [Segment("force", start, date(2024, 8, 31)), Segment("gap", date(2024, 9, 1), TODAY)]
    lines.addLayout(_member("Minh Đức", "con", broken, ("31/08", "brick")))
    band.body.addLayout(lines)
    band.foot.addWidget(Label("Kết quả lượt thăm", role="small", weight=600, token="ink2"))
    grid = QGridLayout()
    grid.setSpacing(8)
    shown = [(str(n), text) for n, text in enumerate(_OUTCOMES, start=1) if text]
    for number, (key, text) in enumerate(shown):
        grid.addWidget(Button(text, key=key, key_first=True, height=31), number // 2, number % 2)
    band.foot.addLayout(grid)
    band.foot.addWidget(Button("Ghi danh", kind="primary", key="5"))
    return band


def _conflict_page() -> QWidget:
    page = Panel()
    row = QHBoxLayout()
    row.setSpacing(0)
    listed = RowList("Việc", shape=INBOX)
    listed.setFixedWidth(330)
    listed.set_items(
        [
            Row(
                "1",
                "Họ tên ông Trần Quốc Khôi",
                icon="git-fork",
                icon_token="plum",
                fact="Lan và Phúc ghi khác nhau",
                mark=Mark("11:21", "ink2"),
            ),
            Row(
                "2",
                "Ngày sinh bà Lý Thị Nga",
                icon="git-fork",
                icon_token="plum",
                fact="02/03/1958 hay 20/03/1958",
                mark=Mark("09:50", "ink2"),
            ),
            Row(
                "3",
                "Đặng Quốc Bảo, 1979",
                icon="copy",
                icon_token="accent",
                fact="có thể là cùng một người",
                mark=Mark("08:20", "ink2"),
            ),
        ]
    )
    listed.select_key("1")
    row.addWidget(listed)
    right = QVBoxLayout()
    right.setContentsMargins(28, 16, 28, 16)
    right.addWidget(Label("Họ tên của ông Trần Quốc Khôi: hai người ghi khác nhau", role="title"))
    cards = QHBoxLayout()
    cards.setSpacing(12)
    base = "Trần Quốc Khoi"
    for side in (
        Side(
            "Ban đầu",
            base,
            (
                ("user", "Danh sách D08a"),
                ("clock", "03/11/2024, văn phòng"),
                ("file-text", "nhập từ tệp, không dấu"),
            ),
            action="Giữ như ban đầu",
            key="0",
            base=True,
        ),
        Side(
            "Chị Lan",
            "Trần Quốc Khôi",
            (
                ("user", "Lê Thị Hồng Lan"),
                ("clock", "hôm nay 10:06, máy KV-03"),
                ("qr-code", "quét QR thẻ, đuôi 1288"),
            ),
            mark="đang dùng",
            action="Giữ bản này",
            key="1",
            suggested=True,
        ),
        Side(
            "Anh Phúc",
            "Trần Quốc Khởi",
            (
                ("user", "Đỗ Hữu Phúc"),
                ("clock", "hôm nay 10:40, máy KV-05"),
                ("keyboard", "nghe chủ hộ nói, gõ tay"),
            ),
            action="Giữ bản này",
            key="2",
        ),
    ):
        cards.addWidget(ConflictCard(side, base), 1)
    right.addLayout(cards)
    right.addStretch(1)
    row.addLayout(right, 1)
    page.column.addLayout(row)
    return page


def frame(kind: str) -> tuple[ShellWindow, RowList | None]:
    """The window with invented work; `kind` is today, palette or conflict."""
    window = ShellWindow()
    rows = None
    for place in ALL_PLACES:
        page: QWidget = QWidget()
        if place.code == "today":
            middle, rows = _today_middle()
            page = BandPage(middle, _today_band())
        elif place.code == "inbox":
            page = _conflict_page()
        window.add_place(place, page)
    current = "inbox" if kind == "conflict" else "today"
    window.set_state(
        ShellState(
            current=current, user=User("Hồng Lan", "Phường 25"), counts={"today": 16, "inbox": 3}
        )
    )
    window.set_sync(
        SyncState(14, 297, 1, 1, "Chưa có mạng, thử lại lúc 10:25", "Máy chủ nhận lần cuối 08:02")
    )
    window.set_head(Head("Hôm nay", "Thứ Năm 21/11/2024, 10:07"))
    return window, rows


def _fill_palette(window: ShellWindow) -> None:
    window.open_search("bich hang")
    window.palette_box.set_results(
        [
            Group("p", "Người", right="4 trong 2.143 người trên máy"),
            Row(
                "a",
                "Nguyễn Thị Bích Hằng",
                note=", 1968",
                fact="chủ hộ, 123/4/5A Ung Văn Khiêm",
                mark=Mark("thẻ hết hạn 30/11", "ochre", strong=True),
                icon="user",
                match=((11, 20),),
            ),
            Row(
                "b",
                "Phan Hằng Bích Ngọc",
                note=", 2001",
                fact="con, 22 Đường D2",
                icon="user",
                match=((5, 14),),
                mark=Mark("thẻ đến 31/12/2024"),
            ),
            Group("v", "Việc với người đang chọn"),
            Row("c", "Ghi danh cho hộ Nguyễn Thị Bích Hằng", icon="user-plus", cap="5"),
            Row("d", "Hẹn lại hộ này", icon="calendar-plus", cap="2"),
        ]
    )


def paint_frame(app: QApplication, kind: str, width: int, height: int) -> QPixmap:
    """A picture of the frame at a size in logical pixels."""
    window, rows = frame(kind)
    window.resize(width, height)
    window.show()
    window.activateWindow()
    if rows is not None:
        rows.setFocus()
    if kind == "palette":
        _fill_palette(window)
    if kind == "conflict":
        window.say_done("Đã ghép số điện thoại hộ Lý Chí Cường")
    app.processEvents()
    return window.grab()
