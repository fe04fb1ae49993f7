"""Eigenvalues, kernel ridge regression and influence in numpy and scipy; see numpy_peer.py."""

import numpy as np
import scipy
import scipy.linalg
import scipy.sparse.linalg
from numpy_common import empty
from scipy.linalg import blas, lapack
from serve import operation


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


@operation("cholesky", "expert")
def cholesky_expert(inputs, _):
    A = inputs["A"]
    work = np.empty_like(A)

    def run():
        factor, _ = scipy.linalg.lapack.dpotrf(work.T, lower=1, clean=0, overwrite_a=1)
        return np.diagonal(factor).copy()

    return run, (lambda: np.copyto(work, A))


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


@operation("ridgePath", "as written")
def ridge_path(inputs, _):
    """The mean square of the leave-one-out residuals for each ridge, one refit a ridge."""
    K, Y, ridges = (inputs[name] for name in ("K", "Y", "ridges"))

    def error(ridge):
        inverse = np.linalg.inv(K + ridge * np.eye(len(K)))
        return np.mean((inverse @ Y / np.diag(inverse)[:, None]) ** 2)

    return lambda: np.array([error(ridge) for ridge in ridges])


@operation("ridgePath", "expert")
def ridge_path_expert(inputs, _):
    K, Y, ridges = (inputs[name] for name in ("K", "Y", "ridges"))
    work = np.empty_like(K, order="F")

    def run():
        np.copyto(work, K)
        values, vectors = scipy.linalg.eigh(
            work, driver="evd", check_finite=False, overwrite_a=True
        )
        projected, squares = vectors.T @ Y, vectors**2
        errors = np.empty(len(ridges))
        for k, ridge in enumerate(ridges):
            weights = 1 / (values + ridge)
            alpha = vectors @ (weights[:, None] * projected)
            errors[k] = np.mean((alpha / (squares @ weights)[:, None]) ** 2)
        return errors

    return run


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
