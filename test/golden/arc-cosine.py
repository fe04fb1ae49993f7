"""Golden values of the arc-cosine kernels, to 50 digits, and the polynomial of their arcsine.

    python3 test/golden/arc-cosine.py          (needs mpmath)

writes fixtures/arc-cosine.json: pairs of vectors of small integers and powers of two, which both precisions
hold exactly, with the kernels of infiniteNtk (first layer, both) and deepNtk (depths 3 and 6) as 25 digits;
and prints the coefficients of native/core/kernels/arc_cosine_loops.hpp: the minimax polynomial P of
asin(u) = u + u^3 P(u^2) on |u| <= 1/2, by Remez exchange on the relative error of asin.
"""

import json
import os
import struct

from mpmath import asin, atan2, cos, lu_solve, matrix, mp, mpf, nstr, pi, polyval, sin, sqrt

mp.dps = 60
PAIRS = (
    [(1, 0, sign, exponent) for sign in (1, -1) for exponent in (-45, -35, -25, -16, -8, -4, 0, 3)],
    [(3, 4, a, b) for a in (-12, -5, -1, 1, 4, 7, 12) for b in (-9, -4, 3, 9)],
    [(1000, 1, 1000, b) for b in (2, 1 + 1000, -1, -3)] + [(1000, 1, -1000, b) for b in (-2, 1, 999)],
)


def vectors():
    for a, b, sign, exponent in PAIRS[0]:
        yield (a, b), (sign, mpf(2) ** exponent)
    for a, b, c, d in PAIRS[1] + PAIRS[2]:
        if a * c + b * d != 0:  # kernels are compared relative to themselves
            yield (a, b), (c, d)


def kernels(x, z):
    size = sqrt(x[0] ** 2 + mpf(x[1]) ** 2) * sqrt(z[0] ** 2 + mpf(z[1]) ** 2)
    product = mpf(x[0]) * z[0] + mpf(x[1]) * z[1]
    theta = atan2(abs(mpf(x[0]) * z[1] - mpf(x[1]) * z[0]), product)
    first = product * (pi - theta) / (2 * pi)
    both = first + size * (sin(theta) + cos(theta) * (pi - theta)) / (2 * pi)
    deep, value = {}, product
    for depth in range(2, 7):
        sigma = size * (sin(theta) + cos(theta) * (pi - theta)) / pi
        value = value * (pi - theta) / pi + sigma
        theta = mp.acos(min(sigma / size, mpf(1)))
        deep[depth] = value
    return first, both, deep[3], deep[6]


def floats(value):
    return [float(value[0]), float(value[1])]


def remez(count):
    high = mpf(1) / 4

    def tail(z):
        return (asin(sqrt(z)) / sqrt(z) - 1) / z if z > mpf(10) ** -20 else mpf(1) / 6

    def weight(z):
        return z / (1 + z * tail(z))

    points = [high * (1 - cos(pi * (i + mpf(1) / 2) / (count + 1))) / 2 for i in range(count + 1)]
    for _ in range(30):
        left = matrix(count + 1, count + 1)
        right = matrix(count + 1, 1)
        for i, z in enumerate(points):
            for j in range(count):
                left[i, j] = z**j
            left[i, count] = (-1) ** i / weight(z)
            right[i] = tail(z)
        solution = lu_solve(left, right)
        coefficients = [solution[j] for j in range(count)]
        grid = [high * (1 - cos(pi * i / 600)) / 2 for i in range(1, 601)]
        errors = [(polyval(coefficients[::-1], z) - tail(z)) * weight(z) for z in grid]
        peaks = []
        for i, error in enumerate(errors):
            before = errors[i - 1] if i > 0 else 0
            after = errors[i + 1] if i < len(errors) - 1 else 0
            if abs(error) < max(abs(before) if before * error > 0 else 0, abs(after) if after * error > 0 else 0):
                continue
            if peaks and errors[peaks[-1]] * error > 0:
                if abs(error) > abs(errors[peaks[-1]]):
                    peaks[-1] = i
            else:
                peaks.append(i)
        sizes = [abs(errors[i]) for i in peaks]
        if len(peaks) < count + 1:
            break
        points = [grid[i] for i in peaks[-(count + 1) :]]
        if max(sizes) / min(sizes) < 1.02:
            break
    return coefficients, max(sizes)


def main():
    entries = []
    for x, z in vectors():
        first, both, depth3, depth6 = kernels(x, z)
        values = {"first": first, "both": both, "depth3": depth3, "depth6": depth6}
        entry = {"x": floats(x), "z": floats(z)}
        entry.update((name, nstr(value, 25)) for name, value in values.items())
        entries.append(entry)
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")
    with open(os.path.join(folder, "arc-cosine.json"), "w") as file:
        file.write("[\n" + ",\n".join("  " + json.dumps(entry) for entry in entries) + "\n]\n")
    for count, single in ((12, False), (5, True)):
        coefficients, error = remez(count)
        print(f"{count} coefficients, relative error {nstr(error, 3)}")
        for c in coefficients:
            print("  " + (repr(struct.unpack("f", struct.pack("f", float(c)))[0]) if single else float(c).hex()))


main()
