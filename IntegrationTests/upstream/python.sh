# Sourced by the tests that compare with upstream 0.13.0, from the repository's root.
#
# STREAMING_UPSTREAM_PYTHON names a Python that has upstream; otherwise a virtual environment is made in .build.

# upstream SCRIPT ARGUMENTS…: runs a Python script that imports upstream.
upstream() { "$upstream_python" -W ignore IntegrationTests/upstream/stand_ins.py "$@"; }

# Finds or makes the Python; ends the test with 75, which counts as skipped, where neither is possible.
require_upstream() {
  upstream_python=${STREAMING_UPSTREAM_PYTHON:-}
  if [ -n "$upstream_python" ]; then return 0; fi
  local environment=.build/upstream-0.13.0
  upstream_python=$environment/bin/python
  if [ -f "$environment/complete" ]; then return 0; fi
  rm -rf "$environment"
  mkdir -p .build
  if ! command -v python3 >/dev/null; then skip_test "no python3"; fi
  if ! python3 -m venv "$environment" >/dev/null 2>&1; then
    skip_test "python3 -m venv does not work (apt-get install python3-venv)"
  fi
  # Not with all its dependencies: PyTorch and transformers are 4 GB and only their names are needed (stand_ins.py).
  local pip="$upstream_python -m pip install --quiet --disable-pip-version-check"
  if ! $pip --no-deps mosaicml-streaming==0.13.0 >"$environment/log" 2>&1 ||
    ! $pip numpy==2.1.3 Brotli 'catalogue>=2,<3' filelock packaging Pillow 'python-snappy<1' pyyaml requests 'tqdm<5' \
      typing_extensions 'xxhash>=3,<4' 'zstd<2' >>"$environment/log" 2>&1; then
    skip_test "pip cannot install upstream: $(tail -n 1 "$environment/log")"
  fi
  touch "$environment/complete"
}

skip_test() {
  echo "$(basename "$0"): skipped: $1"
  exit 75
}
