"""Training and attacks in numpy; see numpy_peer.py."""

import numpy as np
from numpy_common import empty
from serve import operation


def softmax(outputs):
    exponentials = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@operation("training", "as written")
def training(inputs, parameters):
    X, Y, W0, A, order = (inputs[name] for name in ("X", "Y", "W", "A", "order"))
    rate, decay, batch = (parameters[name] for name in ("learningRate", "weightDecay", "batch"))
    kind = X.dtype.type
    scale = kind(1 / np.sqrt(len(W0)))

    def run():
        W = W0.copy()
        M, V = np.zeros_like(W), np.zeros_like(W)
        for step, first in enumerate(range(0, len(X), batch), 1):
            rows = order[first : first + batch]
            x, y = X[rows], Y[rows]
            h = x @ W.T
            outputs = scale * (np.maximum(h, 0) @ A)
            upstream = (softmax(outputs) - y) / kind(len(rows))
            gradient = (scale * (upstream @ A.T) * (h > 0)).T @ x + kind(decay) * W
            M = kind(0.9) * M + kind(0.1) * gradient
            V = kind(0.999) * V + kind(0.001) * gradient**2
            corrected = M / kind(1 - 0.9**step)
            W -= kind(rate) * corrected / (np.sqrt(V / kind(1 - 0.999**step)) + kind(1e-8))
        return W

    return run


@operation("training", "expert")
def training_expert(inputs, parameters):
    """In place, and Adam on blocks of rows that stay in the cache from one of its passes to the next."""
    X, Y, W0, A, order = (inputs[name] for name in ("X", "Y", "W", "A", "order"))
    rate, decay, batch = (parameters[name] for name in ("learningRate", "weightDecay", "batch"))
    kind = X.dtype.type
    m, d = W0.shape
    scale = kind(1 / np.sqrt(m))
    W, M, V, gradient = W0.copy(), empty(m, d, X), empty(m, d, X), empty(m, d, X)
    x, y = empty(batch, d, X), empty(batch, Y.shape[1], X)
    h, upstream, gates = empty(batch, m, X), empty(batch, m, X), np.ones((batch, m), bool)
    rows_of_block = max(1, (1 << 17) // (d * X.itemsize))
    update, root = empty(rows_of_block, d, X), empty(rows_of_block, d, X)
    blocks = [slice(first, min(first + rows_of_block, m)) for first in range(0, m, rows_of_block)]
    rest1, rest2 = kind(1 - 0.9), kind(1 - 0.999)

    def adam(step):
        correction = kind(1 / np.sqrt(1 - 0.999**step))
        corrected_rate = kind(rate / (1 - 0.9**step))
        for block in blocks:
            g, w, first, second = gradient[block], W[block], M[block], V[block]
            u, r = update[: len(w)], root[: len(w)]
            np.multiply(w, kind(decay), out=u)
            np.add(g, u, out=g)
            np.multiply(first, kind(0.9), out=first)
            np.multiply(g, rest1, out=u)
            np.add(first, u, out=first)
            np.multiply(second, kind(0.999), out=second)
            np.multiply(g, g, out=g)
            np.multiply(g, rest2, out=g)
            np.add(second, g, out=second)
            np.sqrt(second, out=r)
            np.multiply(r, correction, out=r)
            np.add(r, kind(1e-8), out=r)
            np.divide(first, r, out=r)
            np.multiply(r, corrected_rate, out=r)
            np.subtract(w, r, out=w)

    def run():
        np.copyto(W, W0)
        M.fill(0)
        V.fill(0)
        for step, first in enumerate(range(0, len(X), batch), 1):
            rows = order[first : first + batch]
            np.take(X, rows, axis=0, out=x)
            np.take(Y, rows, axis=0, out=y)
            np.matmul(x, W.T, out=h)
            np.greater(h, 0, out=gates)
            np.maximum(h, 0, out=h)
            outputs = h @ A
            outputs *= scale
            error = softmax(outputs)
            error -= y
            error *= scale / kind(batch)
            np.matmul(error, A.T, out=upstream)
            np.multiply(upstream, gates, out=upstream)
            np.matmul(upstream.T, x, out=gradient)
            adam(step)
        return W

    return run


@operation("attack", "as written")
def attack(inputs, parameters):
    P0, Y, W, A = (inputs[name] for name in ("P", "Y", "W", "A"))
    eps, alpha, steps, decay = (parameters[name] for name in ("eps", "alpha", "steps", "decay"))
    kind = P0.dtype.type
    scale = kind(1 / np.sqrt(len(W)))

    def run():
        P, momentum = P0, np.zeros_like(P0)
        for _ in range(steps):
            norms = np.linalg.norm(P, axis=1, keepdims=True)
            x = P / norms
            h = x @ W.T
            error = softmax(scale * (np.maximum(h, 0) @ A)) - Y
            g = (scale * (error @ A.T) * (h > 0)) @ W
            g = (g - x * (x * g).sum(axis=1, keepdims=True)) / norms
            if decay is not None:
                g = kind(decay) * momentum + g / np.abs(g).sum(axis=1, keepdims=True)
                momentum = g
            moved = P + kind(alpha) * np.sign(g)
            P = np.clip(np.clip(moved, P0 - kind(eps), P0 + kind(eps)), 0, 1)
        return P

    return run


@operation("attack", "expert")
def attack_expert(inputs, parameters):
    P0, Y, W, A = (inputs[name] for name in ("P", "Y", "W", "A"))
    eps, alpha, steps, decay = (parameters[name] for name in ("eps", "alpha", "steps", "decay"))
    kind = P0.dtype.type
    (n, d), m = P0.shape, len(W)
    scale = kind(1 / np.sqrt(m))
    P, x, g, momentum = (empty(n, d, P0) for _ in range(4))
    h, upstream, gates = empty(n, m, P0), empty(n, m, P0), np.ones((n, m), bool)
    low, high = np.maximum(P0 - kind(eps), 0), np.minimum(P0 + kind(eps), 1)

    def run():
        np.copyto(P, P0)
        momentum.fill(0)
        for _ in range(steps):
            norms = np.sqrt(np.einsum("ij,ij->i", P, P))[:, None]
            np.divide(P, norms, out=x)
            np.matmul(x, W.T, out=h)
            np.greater(h, 0, out=gates)
            np.maximum(h, 0, out=h)
            outputs = h @ A
            outputs *= scale
            error = softmax(outputs)
            error -= Y
            error *= scale
            np.matmul(error, A.T, out=upstream)
            np.multiply(upstream, gates, out=upstream)
            np.matmul(upstream, W, out=g)
            along = np.einsum("ij,ij->i", x, g)[:, None]
            np.multiply(x, along, out=x)
            np.subtract(g, x, out=g)
            if decay is not None:
                np.abs(g, out=x)
                np.divide(g, x.sum(axis=1, keepdims=True), out=g)
                np.multiply(momentum, kind(decay), out=momentum)
                np.add(momentum, g, out=momentum)
                np.sign(momentum, out=g)
            else:
                np.sign(g, out=g)
            np.multiply(g, kind(alpha), out=g)
            np.add(P, g, out=P)
            np.clip(P, low, high, out=P)
        return P

    return run
