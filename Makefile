# The two commands: `make demo` sees a working day, `make test` passes all tests. Both set up first.

PYTHON_IN_VENV = .venv/bin/python
WORKERS ?= 2
SEEDS ?= 1000
FIRST ?= 0
COMMITS ?= 20000
EVENTS ?= 100000
EXAMPLES ?= 5000
CUTS ?= 5
LOAD ?= --visits 100000 --sessions 600 --pushes 60 --seconds 15 --laptops 300

# Every process that is started compiles all that it imports where nothing may be kept, as images for
# containers have it: half of the time of a short command.
unexport PYTHONDONTWRITEBYTECODE

# A save waits until the disk has it, and tests save many thousand times: what they write lies in
# memory where there are 4 GB of it free. None of them takes the power away.
MEMORY = $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print "TMPDIR=/dev/shm"}')

.PHONY: help setup setup-tests demo screenshots test rules mutants bench simulate planted lint lock torture run race crash-images
.PHONY: clean hostile load monkey help-pictures

help:
	@echo "make demo     set up, invent a town, start a server, open the app (or play the day unseen)"
	@echo "make test     set up and run all tests"
	@echo "make run      open the app on your own profile"
	@echo "make screenshots  picture every screen: languages, themes, sizes (SCREENS names some of them)"
	@echo "make help-pictures  make the pictures of the help anew, from the app itself"
	@echo "make setup    only set up, into .venv"
	@echo "make lint     ruff and mypy"
	@echo "make lock     make the lock files anew from pyproject.toml"
	@echo "make bench    how long lists, sync, search, figures, window take, beside a floor (tests/bench/README.md)"
	@echo "make load     the evening of a city, everybody back after an outage, 50 restarts under load"
	@echo "make torture  the long tests: hundreds of killed processes"
	@echo "make race     sixteen writers and their followers on PostgreSQL, COMMITS transactions"
	@echo "make crash-images  every state that a crash may leave the laptop's file in (CUTS a moment)"
	@echo "make simulate play SEEDS histories of laptops and a server from seed FIRST, with faults;"
	@echo "              ARGS=\"--results FILE\" keeps what was played, and goes on from there"
	@echo "make monkey   EVENTS keys and clicks at random on the real window"
	@echo "make rules    test the rules alone; every branch of them must be reached"
	@echo "make mutants  change the premium arithmetic in every place; each change must fail a test"
	@echo "make simulate play SEEDS histories of laptops and a server from seed FIRST, with faults"
	@echo "make planted  show that the simulation catches planted bugs (BUGS names some of them)"

setup:
	@packaging/setup.sh

setup-tests:
	@packaging/setup.sh --tests

demo: setup
	@$(PYTHON_IN_VENV) -m fieldapp demo $(ARGS)

screenshots: setup
	@$(PYTHON_IN_VENV) -m fieldapp demo --screens --out screenshots-out \
		$(foreach screen,$(SCREENS),--only $(screen)) $(ARGS)

# Their day is fixed: what did not change makes the same picture.
help-pictures: setup
	@$(PYTHON_IN_VENV) -m fieldapp demo --help-pictures --day 2026-11-23 --out screenshots-out

run: setup
	@$(PYTHON_IN_VENV) -m fieldapp $(ARGS)

# The rules' tests run by themselves, once: every branch of the rules must be reached.
test: setup-tests
ifeq ($(ARGS),)
	@$(MAKE) --no-print-directory rules
	@$(MEMORY) QT_QPA_PLATFORM=offscreen $(PYTHON_IN_VENV) -m pytest -q -n $(WORKERS) --ignore=tests/rules
else
	@$(MEMORY) QT_QPA_PLATFORM=offscreen $(PYTHON_IN_VENV) -m pytest -q -n $(WORKERS) $(ARGS)
endif

bench: setup-tests
	@$(PYTHON_IN_VENV) -m tests.bench.bench_import $(LINES)
	@$(PYTHON_IN_VENV) -m tests.bench.bench_sync $(ARGS)
	@$(PYTHON_IN_VENV) -m tests.bench.bench_first_sync $(FIRST_SYNC)
	@$(PYTHON_IN_VENV) -m tests.bench.bench_links
	@$(PYTHON_IN_VENV) -m tests.bench.load $(LOAD)
	@$(PYTHON_IN_VENV) -m tests.bench.bench_search $(SEARCHED)
	@$(PYTHON_IN_VENV) -m tests.bench.bench_progress $(COUNTED)
	@QT_QPA_PLATFORM=offscreen $(PYTHON_IN_VENV) -m tests.bench.bench_window $(HELD)
	@$(PYTHON_IN_VENV) -m tests.bench.bench_reports $(VISITS)

load: setup-tests
	@FIELDAPP_RESTARTS=50 $(PYTHON_IN_VENV) -m pytest -q tests/server/test_rolling_restarts.py
	@$(PYTHON_IN_VENV) -m tests.bench.load $(ARGS)

rules: setup
	@$(PYTHON_IN_VENV) -m coverage erase
	@$(PYTHON_IN_VENV) -m coverage run -m pytest -q -n $(WORKERS) tests/rules $(ARGS)
	@$(PYTHON_IN_VENV) -m coverage combine -q
	@$(PYTHON_IN_VENV) -m coverage report

mutants: setup
	@rm -rf mutants
	@HYPOTHESIS_PROFILE=mutants .venv/bin/mutmut run --max-children $(WORKERS) $(ARGS)
	@.venv/bin/mutmut results | grep -v ': timeout$$' | tee mutants/not-killed.txt
	@test ! -s mutants/not-killed.txt

torture: setup
	@FIELDAPP_TORTURE=$${FIELDAPP_TORTURE:-200} FIELDAPP_STATEMENTS=1 QT_QPA_PLATFORM=offscreen \
		$(PYTHON_IN_VENV) -m pytest -q tests/end_to_end tests/server/test_killed_erasing.py $(ARGS)

race: setup
	@$(PYTHON_IN_VENV) -m tests.race --commits $(COMMITS) $(ARGS)

crash-images: setup
	@$(PYTHON_IN_VENV) -m tests.crash --cuts $(CUTS) --workers $(WORKERS) $(ARGS)

hostile: setup
	@FIELDAPP_HOSTILE=$(EXAMPLES) $(PYTHON_IN_VENV) -m pytest -q tests/server/test_hostile_laptops.py $(ARGS)

monkey: setup
	@QT_QPA_PLATFORM=offscreen $(PYTHON_IN_VENV) -m tests.monkey --events $(EVENTS) $(ARGS)

simulate: setup
	@PYTHONHASHSEED=0 $(PYTHON_IN_VENV) -m tests.simulation --seeds $(SEEDS) --first $(FIRST) \
		--workers $(WORKERS) $(ARGS)

planted: setup
	@PYTHONHASHSEED=0 $(PYTHON_IN_VENV) -m tests.simulation.planted $(BUGS)

lint: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

lock: setup
	@packaging/lock.sh

clean:
	rm -rf .venv demo-out screenshots-out mutants
