"""What the numbers were measured with, and what this process has needed: time and memory."""

import os
import pathlib
import platform
import re
import resource
import sys
import time

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

    Linux carries ru_maxrss over an exec: a small program started by a large one begins with the
    large one's. VmHWM counts this program alone.
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


def seconds_since_start() -> float | None:
    """How long this process lives, to a hundredth of a second, if the system tells."""
    try:
        fields = pathlib.Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started
