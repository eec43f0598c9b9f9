"""The drawings of Tiến độ: a figure's sum against its target, and the people of each day.

Each line has its own stroke and its number beside it, each kind of bar its own filling: nothing is
told by colour alone. The same painting serves the screen and the paper.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fieldapp.rules.campaign_course import CourseDay
from fieldapp.words.format import number
from ui.places.progress.chart_state import Chart, apart, is_lately, ticks
from ui.say import Teller
from ui.theme import colour, text_width
from ui.widgets import Label
from ui.widgets.containers import Panel
from ui.widgets.painting import Run, draw_box, draw_hatched, draw_runs, draw_text, hline

HEIGHT = 200
HEAD, FOOT = 8, 20
LABELS = 142
"""Room at the right for what the lines are called."""
LEAST_BAR, WIDEST_BAR, GAP = 5, 14, 3
LEAST_HIGH = 3
"""A bar of one person is seen, whatever the scale."""
ROOM_ABOVE = 3
"""A needed pace of more than so many times the highest bar stands at the edge, and says so: at its
true height the bars could not be told apart."""
LABEL_HIGH = 17
DASHED, DOTTED = [6.0, 4.0], [1.5, 3.0]

Label_ = tuple[float, tuple[str, str], str]
"""A label at the right: how high it wants to stand, number and words, and its colour."""


class Scale:
    """Where values and days stand in a drawing."""

    def __init__(self, box: QRectF, most: float) -> None:
        self.marks = ticks(most)
        left = box.left() + max(text_width(number(mark), "tiny") for mark in self.marks) + 8
        self.plot = QRectF(left, box.top() + HEAD, 0, box.height() - HEAD - FOOT)
        self.plot.setRight(box.right() - LABELS)
        self._most = self.marks[-1]

    def y(self, value: float) -> float:
        """How high a value stands."""
        return self.plot.bottom() - self.plot.height() * min(1.0, value / self._most)

    def draw(self, painter: QPainter) -> None:
        """The lines of the values, each with its number."""
        for mark in self.marks:
            y = self.y(mark)
            token = "line2" if mark == 0 else "line"
            hline(painter, self.plot.left(), y, self.plot.width(), token)
            where = QRectF(self.plot.left() - 108, y - 8, 100, 16)
            draw_text(
                painter,
                where,
                number(mark),
                "ink2",
                role="tiny",
                align=Qt.AlignmentFlag.AlignRight,
            )


def paint_total(painter: QPainter, box: QRectF, chart: Chart, teller: Teller) -> None:
    """The sum day by day, the way to the target, and where the kept pace leads."""
    days = chart.course.days
    if not days:
        _paint_empty(painter, box, chart)
        return
    most = max(days[-1].total, chart.target or 0, chart.course.expected or 0, 1)
    scale = Scale(box, most)
    scale.draw(painter)
    length = max(1, (chart.last - chart.first).days)

    def x(day: int) -> float:
        return scale.plot.left() + scale.plot.width() * min(1.0, day / length)

    labels: list[Label_] = []
    now = QPointF(x(len(days) - 1), scale.y(days[-1].total))
    if chart.target and days[0].due is not None:
        end = QPointF(x(length), scale.y(chart.target))
        _line(painter, [QPointF(x(0), scale.y(days[0].due)), end], "ink3", DASHED)
        labels.append((end.y(), chart.target_label, "ink2"))
    expected = chart.course.expected
    if expected is not None:
        end = QPointF(x(length), scale.y(expected))
        _line(painter, [now, end], chart.token, DOTTED, 2)
        labels.append((end.y(), chart.expected_label, chart.token))
    _line(painter, [QPointF(x(n), scale.y(day.total)) for n, day in enumerate(days)], "accent")
    _dot(painter, now)
    labels.append((now.y(), chart.total_label, "accent"))
    _paint_labels(painter, scale, labels)
    ends = [(0, x(0)), (len(days) - 1, now.x()), (length, x(length))]
    _paint_dates(painter, scale, [(chart.first.toordinal() + n, at) for n, at in ends], teller)


def paint_days(painter: QPainter, box: QRectF, chart: Chart, teller: Teller) -> None:
    """The people of each day: the days of the kept pace full, earlier ones pale, today open, what
    came late hatched; the needed and the kept pace as lines."""
    every = chart.course.days
    if not every:
        _paint_empty(painter, box, chart)
        return
    room = int((box.width() - LABELS - 40) // (LEAST_BAR + GAP))
    days = every[-max(7, room) :]
    most = max(max(day.people for day in days), chart.kept, 1)
    beyond = (chart.needed or 0) > ROOM_ABOVE * most
    scale = Scale(box, most if beyond else max(most, chart.needed or 0))
    scale.draw(painter)
    step = min(scale.plot.width() / len(days), WIDEST_BAR + GAP)
    for place, day in enumerate(days):
        left = scale.plot.left() + place * step + GAP / 2
        _paint_bar(painter, scale, (left, step - GAP), day, chart)
    wide = step * len(days)
    labels: list[Label_] = []
    if chart.needed:
        y = scale.y(chart.needed)
        ends = [QPointF(scale.plot.left(), y), QPointF(scale.plot.right(), y)]
        _line(painter, ends, "ink2", DASHED)
        labels.append((y, chart.needed_beyond if beyond else chart.needed_label, "ink2"))
    if chart.lately_days:
        y = scale.y(chart.kept)
        first = max(0, len(days) - 1 - chart.lately_days)
        ends = [QPointF(scale.plot.left() + first * step, y), QPointF(scale.plot.right(), y)]
        _line(painter, ends, chart.token, None, 2)
        labels.append((y, chart.kept_label, chart.token))
    _paint_labels(painter, scale, labels)
    shown = [(days[0].on.toordinal(), scale.plot.left() + step / 2)]
    shown += [(days[-1].on.toordinal(), scale.plot.left() + wide - step / 2)]
    _paint_dates(painter, scale, shown, teller)


def _paint_bar(
    painter: QPainter, scale: Scale, at: tuple[float, float], day: CourseDay, chart: Chart
) -> None:
    left, wide = at
    bottom = scale.plot.bottom()
    top = min(round(scale.y(day.people)), bottom - LEAST_HIGH)
    if day.people == 0:
        return
    bar = QRectF(round(left), top, max(2, round(wide)), bottom - top)
    if day.on == chart.today:
        draw_box(painter, bar, edge="button", radius=2, width=1.5)
    else:
        draw_box(painter, bar, fill="button" if is_lately(chart, day.on) else "door", radius=2)
    if day.late:
        high = min(bar.height(), max(float(LEAST_HIGH), bottom - scale.y(day.late)))
        draw_hatched(painter, QRectF(bar.left(), top, bar.width(), high), radius=2, edge=True)


def _line(
    painter: QPainter,
    points: list[QPointF],
    token: str,
    dashes: list[float] | None = None,
    width: float = 0,
) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour(token), width or (1.2 if dashes else 2.4))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashes:
        pen.setDashPattern(dashes)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(points))
    painter.restore()


def _dot(painter: QPainter, at: QPointF) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour("surface"), 2))
    painter.setBrush(colour("accent"))
    painter.drawEllipse(at, 5, 5)
    painter.restore()


def _paint_labels(painter: QPainter, scale: Scale, labels: list[Label_]) -> None:
    """Beside the ends of the lines, never one over the other."""
    labels = sorted(labels, key=lambda one: one[0])
    high = LABEL_HIGH
    wanted = [at - high / 2 for at, _, _ in labels]
    bottom = scale.plot.bottom() + 6 - high
    for top, (_, (figure, words), token) in zip(
        apart(wanted, high, scale.plot.top() - HEAD, bottom), labels, strict=True
    ):
        where = QRectF(scale.plot.right() + 8, top, LABELS - 8, high)
        runs = [Run(figure, token, 600, "small"), Run(words, "ink2", 400, "tiny")]
        draw_runs(painter, where, runs, gap=5)


def _paint_dates(
    painter: QPainter, scale: Scale, days: list[tuple[int, float]], teller: Teller
) -> None:
    """Days under the plot; one that has no room beside the one before it is left out."""

    used = -1e9
    for number_, (ordinal, at) in enumerate(days):
        text = teller.day(date.fromordinal(ordinal))
        wide = text_width(text, "tiny")
        left = min(max(at - wide / 2, scale.plot.left() - 20), scale.plot.right() + 20 - wide)
        blocked = any(
            later != ordinal and abs(x - at) < wide + 8 for later, x in days[number_ + 1 :]
        )
        if left < used + 8 or (blocked and number_ not in (0, len(days) - 1)):
            continue
        draw_text(
            painter, QRectF(left, scale.plot.bottom() + 3, wide, 16), text, "ink2", role="tiny"
        )
        used = left + wide


def _paint_empty(painter: QPainter, box: QRectF, chart: Chart) -> None:
    draw_text(painter, box, chart.empty, "ink2", align=Qt.AlignmentFlag.AlignHCenter)


Paint = Callable[[QPainter, QRectF, Chart, Teller], None]


class Drawing(QWidget):
    """One chart. It is silent to the eye's reader but for its name, which says what it shows."""

    def __init__(self, paint: Paint, teller: Teller) -> None:
        super().__init__()
        self._paint, self._teller = paint, teller
        self._chart: Chart | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_chart(self, chart: Chart, spoken: str) -> None:
        """Show another figure."""
        self._chart = chart
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, HEIGHT - 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._chart is None:
            return
        with QPainter(self) as painter:
            self._paint(painter, QRectF(self.rect()), self._chart, self._teller)


class Charts(Panel):
    """The two drawings of one figure side by side, each under its title."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(margins=(24, 10, 12, 6), spacing=2)
        self._teller = teller
        self.titles = {part: Label(weight=600) for part in ("total", "days")}
        self.late = Label(role="small", token="ochre", align=Qt.AlignmentFlag.AlignRight)
        self.total = Drawing(paint_total, teller)
        self.days = Drawing(paint_days, teller)
        head = QHBoxLayout()
        head.setSpacing(24)
        head.addWidget(self.titles["total"], 1)
        right = QHBoxLayout()
        right.addWidget(self.titles["days"])
        right.addWidget(self.late, 1)
        head.addLayout(right, 1)
        body = QHBoxLayout()
        body.setSpacing(24)
        body.addWidget(self.total, 1)
        body.addWidget(self.days, 1)
        self.column.addLayout(head)
        self.column.addLayout(body, 1)
        self.chart: Chart | None = None

    def show_chart(self, chart: Chart) -> None:
        """Show another figure."""
        self.chart = chart
        say = self._teller.say
        self.titles["total"].setText(say("progress_place.chart_total", figure=chart.name))
        self.titles["days"].setText(say("progress_place.chart_days_short"))
        self.late.setText(chart.late_label)
        self.total.show_chart(chart, chart.spoken_total)
        self.days.show_chart(chart, chart.spoken_days)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            hline(painter, 0, self.height() - 1, self.width())
