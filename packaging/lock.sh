#!/bin/sh
# Makes the lock files anew: exact versions with hashes, for every system and Python, no address.
set -eu
cd "$(dirname "$0")/.."
LOCKS=packaging/locks
compile() {
    .venv/bin/python -m uv pip compile -q --universal --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links --no-annotate "$@"
}
compile $LOCKS/uv.in -o $LOCKS/uv.txt
compile $LOCKS/build.in pyproject.toml --all-extras --group dev -o $LOCKS/dev.txt
if grep -l '://' $LOCKS/*.txt; then
    echo "A lock file names an address." >&2
    exit 1
fi
