"""Writes assignments.json: tables of costs with the least sum that any assignment of rows to columns can have.

The answers are SciPy's (scipy.optimize.linear_sum_assignment). Costs are multiples of 1/64, exact in every precision.

    python Fixtures/Comparing/make_assignments.py
"""

import json
import os

import numpy as np
from scipy.optimize import linear_sum_assignment


def case(name, costs):
    costs = np.asarray(costs, dtype=np.float64)
    rows, columns = linear_sum_assignment(costs)
    # Where several assignments cost the same, only the sum can be compared.
    assignment = [-1] * costs.shape[0]
    for row, column in zip(rows, columns):
        assignment[row] = int(column)
    return {
        "name": name,
        "rows": costs.shape[0],
        "columns": costs.shape[1],
        "costs": costs.ravel().tolist(),
        "sum": float(costs[rows, columns].sum()),
        "assignment": assignment,
    }


def drawn(random, rows, columns, low=-64, high=64, scale=64):
    return random.integers(low * 16, high * 16, (rows, columns)) / scale


def main():
    random = np.random.default_rng(5)
    cases = [
        case("one", [[3]]),
        case("greedy is wrong", [[1, 2], [1.5, 4]]),
        case("textbook", [[4, 1, 3], [2, 0, 5], [3, 2, 2]]),
        case("all alike", np.full((5, 5), 0.25)),
        case("ties", random.integers(0, 3, (12, 12)) / 4),
        case("negative", -drawn(random, 9, 9, 0, 64)),
        case("wide", drawn(random, 5, 11)),
        case("tall", drawn(random, 13, 6)),
        case("one row", drawn(random, 1, 7)),
        case("one column", drawn(random, 7, 1)),
        case("shuffled identity", -np.eye(16)[random.permutation(16)]),
        case("square", drawn(random, 40, 40)),
        case("large", random.integers(0, 1 << 20, (64, 64)) / 64),
    ]
    # Cosines of filters, as they are paired: two sets of directions, the second a shuffled and disturbed copy.
    a = random.standard_normal((32, 9))
    b = a[random.permutation(32)] + 0.8 * random.standard_normal((32, 9))
    cosines = (a / np.linalg.norm(a, axis=1)[:, None]) @ (b / np.linalg.norm(b, axis=1)[:, None]).T
    cases.append(case("filters", np.round(-cosines * 65536) / 65536))

    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "assignments.json")
    with open(path, "w") as file:
        json.dump({"cases": cases}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
