#!/bin/sh
# Sets up everything that `make demo` and `make test` need, into .venv, and nothing else.
#
#     packaging/setup.sh            what the program needs
#     packaging/setup.sh --tests    and what only its tests do: LibreOffice, which opens our files
#
# Quick when nothing changed: .venv/.set-up holds the digest of all that the set-up depends on.
# Exit codes: 0 done; 1 something is missing, and the line to type stands on the screen.
set -eu
cd "$(dirname "$0")/.."

STAMP=.venv/.set-up
LOCKS=packaging/locks

# Qt's own needs, by the library that it opens and the Debian package that brings it.
QT_LIBRARIES="
libglib-2.0.so.0:libglib2.0-0
libGL.so.1:libgl1
libEGL.so.1:libegl1
libxkbcommon.so.0:libxkbcommon0
libfreetype.so.6:libfreetype6
libfontconfig.so.1:libfontconfig1
libdbus-1.so.3:libdbus-1-3
"
# What a window on an X display needs besides.
DISPLAY_LIBRARIES="
libxkbcommon-x11.so.0:libxkbcommon-x11-0
libxcb-cursor.so.0:libxcb-cursor0
libxcb-icccm.so.4:libxcb-icccm4
libxcb-image.so.0:libxcb-image0
libxcb-keysyms.so.1:libxcb-keysyms1
libxcb-render-util.so.0:libxcb-render-util0
libxcb-shape.so.0:libxcb-shape0
libxcb-xkb.so.1:libxcb-xkb1
"

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

# True where the machine's loader finds the library.
has_library() {
    for folder in /lib /usr/lib /lib64 /usr/lib64 /usr/local/lib /lib/*-linux-gnu /usr/lib/*-linux-gnu; do
        [ -e "$folder/$1" ] && return 0
    done
    return 1
}

# The packages whose libraries are missing, on one line.
missing_packages() {
    found=""
    for pair in $1; do
        has_library "${pair%%:*}" || found="$found ${pair#*:}"
    done
    say "${found# }"
}

# Installs packages through apt where that is allowed; else says what to type.
install_packages() {
    line="apt-get update && apt-get install -y --no-install-recommends $*"
    command -v apt-get >/dev/null 2>&1 ||
        stop "These system libraries are missing: $*. Install them, then run the command again."
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        stop "System libraries are missing. Type this line, then run the command again:

    sudo sh -c '$line'
"
    fi
    say "Installing system libraries: $*"
    # The package lists may be old or absent: fetch them only if the first try fails.
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
        { $as_root apt-get update -qq &&
            $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null; } ||
        stop "apt could not install them. Type this line and read what it says:

    sudo sh -c '$line'
"
}

check_system() {
    [ "$(uname -s)" = Linux ] || return 0
    wanted=$(missing_packages "$QT_LIBRARIES")
    if [ -n "${DISPLAY:-}" ]; then
        wanted="$wanted $(missing_packages "$DISPLAY_LIBRARIES")"
    fi
    wanted=$(say "$wanted" | sed 's/^ *//; s/ *$//')
    # shellcheck disable=SC2086
    [ -z "$wanted" ] || install_packages $wanted
}

# The other program that the tests open our workbooks with. Without it they say what they skip, or
# fail where nothing may be skipped (CI, FIELDAPP_NO_SKIPS).
check_office() {
    [ "$(uname -s)" = Linux ] || return 0
    ! command -v soffice >/dev/null 2>&1 && ! command -v libreoffice >/dev/null 2>&1 || return 0
    (install_packages libreoffice-calc-nogui) ||
        say "Without LibreOffice the tests that open our workbooks in it are skipped."
}

# The newest Python that is new enough and can make virtual environments; PYTHON overrides.
find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            say "$name"
            return 0
        fi
    done
    return 1
}

check_python() {
    if ! PYTHON_FOUND=$(find_python); then
        if command -v python3 >/dev/null 2>&1; then
            stop "Python 3.11 or newer is needed; python3 here is $(python3 --version 2>&1).
Install a newer one, or name it: PYTHON=/path/to/python3.12 make setup"
        fi
        install_packages python3 python3-venv
        PYTHON_FOUND=$(find_python) || stop "Python 3.11 or newer is needed, and apt brought an older one."
    fi
    "$PYTHON_FOUND" -c 'import ensurepip, venv' 2>/dev/null || install_packages \
        "$("$PYTHON_FOUND" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"
}

# What the set-up depends on: the locks, the project file, this script and the Python in use.
digest() {
    {
        cat "$LOCKS"/*.txt pyproject.toml packaging/setup.sh
        "$PYTHON_FOUND" -c 'import sys; print(sys.version, sys.platform)'
        pwd
    } | "$PYTHON_FOUND" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'
}

install_python_packages() {
    say "Setting up Python packages in .venv (about 350 MB, once)"
    [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null ||
        "$PYTHON_FOUND" -m venv --clear .venv
    rm -f "$STAMP"
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    if ! .venv/bin/python -m pip install -q --require-hashes -r "$LOCKS/uv.txt"; then
        stop "The packages could not be fetched. Is there a network? Run the command again."
    fi
    python=.venv/bin/python
    # pip takes the same file where uv can't reach the package index that pip is set up for.
    $python -m uv pip install -q --python $python --require-hashes -r "$LOCKS/dev.txt" ||
        $python -m pip install -q --require-hashes -r "$LOCKS/dev.txt" ||
        stop "The packages could not be fetched. Is there a network? Run the command again."
    $python -m uv pip install -q --offline --python $python --no-deps --no-build-isolation -e . ||
        $python -m pip install -q --no-deps --no-build-isolation -e .
}

check_python
check_system
[ "${1:-}" != --tests ] || check_office
DIGEST=$(digest)
if [ "$(cat "$STAMP" 2>/dev/null || true)" != "$DIGEST" ]; then
    install_python_packages
    say "$DIGEST" >"$STAMP"
    say "Set up."
fi
