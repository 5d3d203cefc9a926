"""What the numbers were measured with, and how much memory a process has needed at most."""

import pathlib
import platform
import re
import resource
import sys

import numpy
import torch


def description() -> dict[str, object]:
    """Versions, threads and the instructions in use."""
    build = torch.__config__.show()
    onednn = re.search(r"MKL-DNN v(\S+)", build)
    blas = re.search(r"BLAS_INFO=(\w+)", build)
    return {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "threads": torch.get_num_threads(),
        "cpu": torch.backends.cpu.get_cpu_capability(),
        "mkldnn": onednn.group(1) if onednn else None,
        "blas": blas.group(1) if blas else None,
        "build": build,
    }


def peak_kib() -> int:
    """The most memory this process has held, in KiB.

    Linux carries ru_maxrss over an exec: a small program started by a large one begins with the large one's. VmHWM
    counts this program alone.
    """
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
        if found:
            return int(found.group(1))
    return maxrss_kib()


def maxrss_kib() -> int:
    """getrusage's word on the same, in KiB."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size // 1024 if sys.platform == "darwin" else size
