"""Products of rows, attention and kernels in numpy; see numpy_peer.py."""

import numpy as np
from numpy_common import empty
from serve import operation


@operation("gram", "as written")
def gram(inputs, _):
    X = inputs["X"]
    return lambda: X @ X.T


@operation("gram", "expert")
def gram_expert(inputs, _):
    X = inputs["X"]
    G = empty(len(X), len(X), X)
    return lambda: np.matmul(X, X.T, out=G)


@operation("crossGram", "as written")
def cross_gram(inputs, _):
    X, Z = inputs["X"], inputs["Z"]
    return lambda: Z @ X.T


@operation("crossGram", "expert")
def cross_gram_expert(inputs, _):
    X, Z = inputs["X"], inputs["Z"]
    G = empty(len(Z), len(X), X)
    return lambda: np.matmul(Z, X.T, out=G)


@operation("attention", "as written")
def attention(inputs, _):
    X = inputs["X"]
    return lambda: (X @ X.T) @ X


@operation("attention", "expert")
def attention_expert(inputs, _):
    X = inputs["X"]
    n, d = X.shape
    product, out = empty(min(n, d), min(n, d), X), empty(n, d, X)
    if d <= n:
        return lambda: np.matmul(X, np.matmul(X.T, X, out=product), out=out)
    return lambda: np.matmul(np.matmul(X, X.T, out=product), X, out=out)


@operation("softmaxAttention", "as written")
def softmax_attention(inputs, parameters):
    X, temperature = inputs["X"], parameters["temperature"]

    def run():
        scores = X @ X.T / X.dtype.type(temperature)
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        return (weights / weights.sum(axis=1, keepdims=True)) @ X

    return run


@operation("softmaxAttention", "expert")
def softmax_attention_expert(inputs, parameters):
    X = inputs["X"]
    n, d = X.shape
    scores, out = empty(n, n, X), empty(n, d, X)
    scaled = X / X.dtype.type(parameters["temperature"])

    def run():
        np.matmul(scaled, X.T, out=scores)
        np.subtract(scores, scores.max(axis=1, keepdims=True), out=scores)
        np.exp(scores, out=scores)
        np.matmul(scores, X, out=out)
        np.divide(out, scores.sum(axis=1, keepdims=True), out=out)
        return out

    return run


@operation("infiniteNtk", "as written")
def infinite_ntk(inputs, _):
    X = inputs["X"]

    def run():
        norms = np.linalg.norm(X, axis=1)
        G = X @ X.T
        s = np.clip(G / np.outer(norms, norms), -1, 1)
        return G * (np.pi - np.arccos(s)) / (2 * np.pi)

    return run


@operation("infiniteNtk", "expert")
def infinite_ntk_expert(inputs, _):
    # The rows are of unit length, which spares numpy the norms (ours does not know).
    X = inputs["X"]
    n = len(X)
    K, angles = empty(n, n, X), empty(n, n, X)
    quarter, scale, half = (X.dtype.type(value) for value in (0.25, 0.5 / np.pi, 0.5))

    def run():
        np.matmul(X, X.T, out=K)
        np.clip(K, -1, 1, out=angles)
        np.arcsin(angles, out=angles)
        np.multiply(angles, scale, out=angles)
        np.add(angles, quarter, out=angles)
        np.multiply(K, angles, out=K)
        np.fill_diagonal(K, half)
        return K

    return run


@operation("empiricalNtk", "as written")
def empirical_ntk(inputs, _):
    X, W = inputs["X"], inputs["W"]

    def run():
        gates = (X @ W.T > 0).astype(X.dtype)
        return (X @ X.T) * (gates @ gates.T) / len(W)

    return run


@operation("empiricalNtk", "expert")
def empirical_ntk_expert(inputs, _):
    X, W = inputs["X"], inputs["W"]
    n, m = len(X), len(W)
    before, gates = empty(n, m, X), np.ones((n, m), np.float32)
    counts, K = np.ones((n, n), np.float32), empty(n, n, X)
    inverse = X.dtype.type(1 / m)

    def run():
        np.matmul(X, W.T, out=before)
        np.greater(before, 0, out=gates)
        np.matmul(gates, gates.T, out=counts)
        np.matmul(X, X.T, out=K)
        np.multiply(K, counts, out=K)
        return np.multiply(K, inverse, out=K)

    return run


@operation("empiricalNtk", "expert, gates given")
def empirical_ntk_gates_given(inputs, _):
    X, W = inputs["X"], inputs["W"]
    n = len(X)
    gates = (X @ W.T > 0).astype(np.float32)
    counts, K = np.ones((n, n), np.float32), empty(n, n, X)
    inverse = X.dtype.type(1 / len(W))

    def run():
        np.matmul(gates, gates.T, out=counts)
        np.matmul(X, X.T, out=K)
        np.multiply(K, counts, out=K)
        return np.multiply(K, inverse, out=K)

    return run


@operation("gateCounts", "as written")
def gate_counts(inputs, _):
    X, W = inputs["X"], inputs["W"]
    gates = (X @ W.T > 0).astype(np.float64)
    return lambda: gates @ gates.T


@operation("gateCounts", "expert")
def gate_counts_expert(inputs, _):
    X, W = inputs["X"], inputs["W"]
    gates = (X @ W.T > 0).astype(np.float32)
    counts = np.ones((len(X), len(X)), np.float32)
    return lambda: np.matmul(gates, gates.T, out=counts)
