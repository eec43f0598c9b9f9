"""One window a profile: a second start brings the first window to the front and ends."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ANSWER_MS = 500
_COME = b"come to the front\n"


def name_of(folder: Path) -> str:
    """The name under which the first start of a profile listens."""
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()
    return f"fieldapp-{digest[:24]}"


def call_first(folder: Path) -> bool:
    """Asks the window that has this profile to come to the front; whether there is one."""
    socket = QLocalSocket()
    socket.connectToServer(name_of(folder))
    if not socket.waitForConnected(ANSWER_MS):
        return False
    socket.write(_COME)
    socket.waitForBytesWritten(ANSWER_MS)
    answered = socket.bytesAvailable() > 0 or socket.waitForReadyRead(ANSWER_MS)
    socket.disconnectFromServer()
    return answered


class FirstInstance(QObject):
    """Listens for later starts of the same profile. `called` goes out for each."""

    called = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        name = name_of(folder)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)  # left by a window that was killed
            self._server.listen(name)

    def close(self) -> None:
        """Listens no more."""
        self._server.close()

    def _answer(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.write(b"coming\n")
            socket.flush()
            socket.disconnected.connect(socket.deleteLater)
            self.called.emit()
