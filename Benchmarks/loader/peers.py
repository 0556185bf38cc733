"""The peers' Python: LitData and MosaicML Streaming with PyTorch, in an environment of their own."""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STAND_INS = os.path.join(ROOT, "IntegrationTests/upstream/stand_ins.py")
PEER = os.path.join(ROOT, "Benchmarks/loader/peer.py")
# Not with all their dependencies: the names of torchvision and transformers are enough (stand_ins.py).
ALONE = ["mosaicml-streaming==0.13.0", "litdata==0.2.76"]
NEEDED = ["numpy==2.1.3", "torch==2.13.0", "boto3", "Brotli", "catalogue>=2,<3", "filelock", "lightning-utilities", "obstore",
          "packaging", "Pillow", "python-snappy<1", "pyyaml", "requests", "tifffile", "tqdm<5", "xxhash>=3,<4", "zstd<2"]


def python():
    """STREAMING_PEERS_PYTHON, or an environment made in .build."""
    if "STREAMING_PEERS_PYTHON" in os.environ:
        return os.environ["STREAMING_PEERS_PYTHON"]
    folder = os.path.join(ROOT, ".build/peers")
    program = os.path.join(folder, "bin/python")
    complete = os.path.join(folder, "complete")
    if not os.path.exists(complete):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run(install + ["--no-deps"] + ALONE, check=True)
        # PyTorch's build without CUDA, where it can be had, is a tenth of the other's size.
        subprocess.run(install + ["torch==2.13.0+cpu", "--extra-index-url", "https://download.pytorch.org/whl/cpu",
                                  "--retries", "0"], check=False, stderr=subprocess.DEVNULL)
        subprocess.run(install + NEEDED, check=True)
        open(complete, "w").close()
    return program


def run(*arguments):
    """Runs peer.py; what it prints as JSON, if it does."""
    command = [python(), "-W", "ignore", STAND_INS, PEER, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.startswith("{") else None


def litdata_copy(folder):
    """The same samples as LitData writes them, beside the folder."""
    run("write", folder, folder + ".litdata")
    return folder + ".litdata"


def samples_per_second(peer, folder, seconds):
    return run(peer, folder, seconds)["samples_per_s"]
