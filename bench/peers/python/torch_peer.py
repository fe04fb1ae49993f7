"""PyTorch on the CPU, each operation as people write it and as an expert would; see numpy_peer.py."""

import json
import math
import sys

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    print(json.dumps({"missing": str(error)}), flush=True)
    sys.exit()

from serve import operation, serve


def empty(rows, cols, like):
    return torch.ones(rows, cols, dtype=like.dtype)


@operation("gram", "as written")
def gram(inputs, _):
    X = inputs["X"]
    return lambda: X @ X.T


@operation("gram", "expert")
def gram_expert(inputs, _):
    X = inputs["X"]
    G = empty(len(X), len(X), X)
    return lambda: torch.mm(X, X.T, out=G)


@operation("crossGram", "as written")
def cross_gram(inputs, _):
    X, Z = inputs["X"], inputs["Z"]
    return lambda: Z @ X.T


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
        return lambda: torch.mm(X, torch.mm(X.T, X, out=product), out=out)
    return lambda: torch.mm(torch.mm(X, X.T, out=product), X, out=out)


@operation("softmaxAttention", "as written")
def softmax_attention(inputs, parameters):
    X, temperature = inputs["X"], parameters["temperature"]
    return lambda: torch.softmax(X @ X.T / temperature, dim=1) @ X


@operation("infiniteNtk", "as written")
def infinite_ntk(inputs, _):
    X = inputs["X"]

    def run():
        norms = X.norm(dim=1)
        G = X @ X.T
        s = (G / torch.outer(norms, norms)).clamp(-1, 1)
        return G * (math.pi - torch.arccos(s)) / (2 * math.pi)

    return run


@operation("infiniteNtk", "expert")
def infinite_ntk_expert(inputs, _):
    # The rows are of unit length, which spares PyTorch the norms (ours does not know).
    X = inputs["X"]
    n = len(X)
    K, angles = empty(n, n, X), empty(n, n, X)

    def run():
        torch.mm(X, X.T, out=K)
        torch.clamp(K, -1, 1, out=angles)
        angles.asin_().mul_(0.5 / math.pi).add_(0.25)
        return K.mul_(angles).fill_diagonal_(0.5)

    return run


@operation("empiricalNtk", "as written")
def empirical_ntk(inputs, _):
    X, W = inputs["X"], inputs["W"]

    def run():
        gates = (X @ W.T > 0).to(X.dtype)
        return (X @ X.T) * (gates @ gates.T) / len(W)

    return run


@operation("empiricalNtk", "expert")
def empirical_ntk_expert(inputs, _):
    X, W = inputs["X"], inputs["W"]
    n, m = len(X), len(W)
    before, gates = empty(n, m, X), torch.ones(n, m)
    counts, K = torch.ones(n, n), empty(n, n, X)

    def run():
        torch.mm(X, W.T, out=before)
        gates.copy_(before > 0)
        torch.mm(gates, gates.T, out=counts)
        return torch.mm(X, X.T, out=K).mul_(counts).mul_(1 / m)

    return run


@operation("eigenvalues", "as written")
def eigenvalues(inputs, _):
    A = inputs["A"]
    return lambda: torch.linalg.eigvalsh(A).flip(0)


@operation("ridgeFit", "as written")
def ridge_fit(inputs, parameters):
    K, Y, ridge = inputs["K"], inputs["Y"], parameters["ridge"]
    identity = torch.eye(len(K), dtype=K.dtype)
    return lambda: torch.cholesky_solve(Y, torch.linalg.cholesky(K + ridge * identity))


@operation("training", "as written")
def training(inputs, parameters):
    X, Y, W0, A, order = (inputs[name] for name in ("X", "Y", "W", "A", "order"))
    scale, batch = 1 / math.sqrt(len(W0)), parameters["batch"]
    labels = Y.argmax(dim=1)

    def run():
        W = W0.clone().requires_grad_()
        rates = {"lr": parameters["learningRate"], "weight_decay": parameters["weightDecay"]}
        optimizer = torch.optim.Adam([W], **rates)
        for rows in order.split(batch):
            optimizer.zero_grad()
            F.cross_entropy(scale * (torch.relu(X[rows] @ W.T) @ A), labels[rows]).backward()
            optimizer.step()
        return W.detach()

    return run


@operation("training", "expert")
def training_expert(inputs, parameters):
    """Gradients by hand, everything in place, Adam by the fused multiply-adds of PyTorch."""
    X, Y, W0, A, order = (inputs[name] for name in ("X", "Y", "W", "A", "order"))
    rate, decay, batch = (parameters[name] for name in ("learningRate", "weightDecay", "batch"))
    m, d = W0.shape
    scale = 1 / math.sqrt(m)
    W, M, V, gradient, root = W0.clone(), *(empty(m, d, X) for _ in range(4))
    x, y = empty(batch, d, X), empty(batch, Y.shape[1], X)
    h, upstream = empty(batch, m, X), empty(batch, m, X)

    @torch.no_grad()
    def run():
        W.copy_(W0)
        M.zero_()
        V.zero_()
        for step, rows in enumerate(order.split(batch), 1):
            torch.index_select(X, 0, rows, out=x)
            torch.index_select(Y, 0, rows, out=y)
            torch.mm(x, W.T, out=h)
            h.relu_()
            error = torch.softmax((h @ A).mul_(scale), dim=1).sub_(y).mul_(scale / batch)
            torch.mm(error, A.T, out=upstream)
            # The gates are those of the activations: 1 where relu is positive.
            upstream.mul_(h.sign_())
            torch.mm(upstream.T, x, out=gradient)
            gradient.add_(W, alpha=decay)
            M.lerp_(gradient, 1 - 0.9)
            V.mul_(0.999).addcmul_(gradient, gradient, value=1 - 0.999)
            torch.sqrt(V, out=root)
            root.mul_(1 / math.sqrt(1 - 0.999**step)).add_(1e-8)
            W.addcdiv_(M, root, value=-rate / (1 - 0.9**step))
        return W

    return run


def to_tensors(inputs):
    tensors = {name: torch.from_numpy(array) for name, array in inputs.items()}
    return {
        name: tensor.long() if tensor.dtype == torch.int32 else tensor
        for name, tensor in tensors.items()
    }


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    serve(f"PyTorch {torch.__version__}", to_tensors, lambda tensor: tensor.numpy())
