"""numpy and scipy, each operation as people write it and as an expert would.

`as written`: the formula in the shortest numpy, in the precision of the inputs, everything allocated as it goes.
`expert`: the same numbers as fast as we could make numpy and scipy compute them: in place, into memory allocated
once, the cheaper order of products, LAPACK's best driver called directly, float32 for 0-1 gates.
"""

import json
import sys

try:
    import numpy as np
    import scipy
    import scipy.linalg
    import scipy.sparse.linalg
    from scipy.linalg import blas, lapack
except ImportError as error:
    print(json.dumps({"missing": str(error)}), flush=True)
    sys.exit()

from serve import operation, serve


def empty(rows, cols, like):
    """Touched memory: pages are not counted against whoever comes first."""
    return np.zeros((rows, cols), like.dtype) + like.dtype.type(1)


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


@operation("spectrum", "as written")
def spectrum(inputs, _):
    X = inputs["X"]
    count = min(X.shape)
    return lambda: np.linalg.eigvalsh(X @ X.T)[::-1][:count]


@operation("spectrum", "expert")
def spectrum_expert(inputs, _):
    X = inputs["X"]
    smaller = X if X.shape[0] < X.shape[1] else X.T
    return lambda: values_evd(smaller @ smaller.T)[::-1]


def values_evd(A):
    return scipy.linalg.eigh(
        A, eigvals_only=True, driver="evd", overwrite_a=True, check_finite=False
    )


@operation("eigenvalues", "as written")
def eigenvalues(inputs, _):
    A = inputs["A"]
    return lambda: np.linalg.eigvalsh(A)[::-1]


@operation("eigenvalues", "expert")
def eigenvalues_expert(inputs, _):
    A = inputs["A"]
    work = np.empty_like(A)
    return (lambda: values_evd(work.T)[::-1]), (lambda: np.copyto(work, A))


@operation("eigenvectors", "as written")
def eigenvectors(inputs, _):
    A = inputs["A"]
    return lambda: decomposition(*np.linalg.eigh(A))


@operation("eigenvectors", "expert")
def eigenvectors_expert(inputs, _):
    A = inputs["A"]
    work = np.empty_like(A)

    def run():
        values, vectors = scipy.linalg.eigh(
            work.T, driver="evd", overwrite_a=True, check_finite=False
        )
        return decomposition(values, vectors)

    return run, (lambda: np.copyto(work, A))


def decomposition(values, vectors):
    """Descending, without a copy."""
    return {"values": values[::-1], "vectors": vectors[:, ::-1]}


@operation("topEigenvalues", "as written")
def top_eigenvalues(inputs, parameters):
    A, top = inputs["A"], parameters["top"]
    return lambda: np.linalg.eigvalsh(A)[::-1][:top]


@operation("topEigenvalues", "expert")
def top_eigenvalues_expert(inputs, parameters):
    A, top = inputs["A"], parameters["top"]

    def run():
        values = scipy.sparse.linalg.eigsh(
            A, k=top, which="LM", v0=np.ones(len(A)), return_eigenvectors=False
        )
        return np.sort(values)[::-1]

    return run


@operation("ridgeFit", "as written")
def ridge_fit(inputs, parameters):
    K, Y, ridge = inputs["K"], inputs["Y"], parameters["ridge"]
    return lambda: np.linalg.solve(K + ridge * np.eye(len(K)), Y)


@operation("ridgeFit", "expert")
def ridge_fit_expert(inputs, parameters):
    K, Y, ridge = inputs["K"], inputs["Y"], parameters["ridge"]
    factor = np.empty_like(K)

    def run():
        factored = factor_of(K, ridge, factor)
        return scipy.linalg.cho_solve(factored, Y, check_finite=False)

    return run


def factor_of(K, ridge, work):
    """Cholesky of K + ridge I in `work`, which LAPACK sees in its own order of columns."""
    np.copyto(work, K)
    work.flat[:: len(K) + 1] += ridge
    return scipy.linalg.cho_factor(work.T, lower=True, overwrite_a=True, check_finite=False)


@operation("leaveOneOut", "as written")
def leave_one_out(inputs, parameters):
    K, Y, ridge = inputs["K"], inputs["Y"], parameters["ridge"]
    A = K + ridge * np.eye(len(K))
    alpha = np.linalg.solve(A, Y)
    return lambda: alpha / np.diag(np.linalg.inv(A))[:, None]


@operation("leaveOneOut", "expert")
def leave_one_out_expert(inputs, parameters):
    K, Y, ridge = inputs["K"], inputs["Y"], parameters["ridge"]
    kept, work = np.empty_like(K), np.empty_like(K)
    factor, _ = factored = factor_of(K, ridge, kept)
    alpha = scipy.linalg.cho_solve(factored, Y, check_finite=False)

    def run():
        inverse, status = lapack.dpotri(work.T, lower=1, overwrite_c=1)
        assert status == 0
        return alpha / np.diag(inverse)[:, None]

    return run, (lambda: np.copyto(work.T, factor))


@operation("influence", "as written")
def influence(inputs, parameters):
    K, Y, Kt, Yt = (inputs[name] for name in ("K", "Y", "Kt", "Yt"))
    ridge = parameters["ridge"]

    def run():
        inverse = np.linalg.inv(K + ridge * np.eye(len(K)))
        alpha = inverse @ Y
        ratio = (Kt @ inverse) / np.diag(inverse)
        residual = Kt @ alpha - Yt
        return -ratio * (residual @ alpha.T) + 0.5 * ratio**2 * (alpha**2).sum(axis=1)

    return run


@operation("influence", "expert")
def influence_expert(inputs, parameters):
    K, Y, Kt, Yt = (inputs[name] for name in ("K", "Y", "Kt", "Yt"))
    ridge, work = parameters["ridge"], np.empty_like(K)
    ratio, effects = empty(*Kt.shape, Kt), empty(*Kt.shape, Kt)

    def run():
        factored = factor_of(K, ridge, work)
        alpha = scipy.linalg.cho_solve(factored, Y, check_finite=False)
        inverse, status = lapack.dpotri(factored[0], lower=1, overwrite_c=1)
        assert status == 0
        # Kt Ki = (Ki Kt^T)^T in LAPACK's order: one triangle of the inverse is enough.
        blas.dsymm(1, inverse, Kt.T, c=ratio.T, lower=1, overwrite_c=1)
        np.divide(ratio, np.diag(inverse), out=ratio)
        np.matmul(Kt @ alpha - Yt, alpha.T, out=effects)
        np.multiply(effects, ratio, out=effects)
        np.multiply(ratio, ratio, out=ratio)
        np.multiply(ratio, 0.5 * (alpha * alpha).sum(axis=1), out=ratio)
        return np.subtract(ratio, effects, out=ratio)

    return run


@operation("influence", "refits")
def influence_refits(inputs, parameters):
    """Refitting without each point by Cholesky; a few points are timed, and the time is scaled up to all."""
    K, Y, Kt, Yt = (inputs[name] for name in ("K", "Y", "Kt", "Yt"))
    ridge, points = parameters["ridge"], inputs["points"]

    def losses(kept):
        factored = factor_of(K[np.ix_(kept, kept)], ridge, np.empty((len(kept), len(kept))))
        alpha = scipy.linalg.cho_solve(factored, Y[kept], check_finite=False)
        return 0.5 * ((Kt[:, kept] @ alpha - Yt) ** 2).sum(axis=1)

    everyone = np.arange(len(K))
    full = losses(everyone)

    def run():
        without = [losses(np.delete(everyone, point)) for point in points]
        return np.stack([loss - full for loss in without], axis=1)

    run.scale = len(K) / len(points)
    return run


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


if __name__ == "__main__":
    serve(f"numpy {np.__version__}, scipy {scipy.__version__}, Python {sys.version.split()[0]}")
