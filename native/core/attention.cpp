#include "attention.hpp"

#include <cmath>

#include "eigh.hpp"
#include "finite.hpp"
#include "gram.hpp"
#include "local_product.hpp"
#include "parallel.hpp"
#include "product.hpp"
#include "projections.hpp"
#include "rows.hpp"
#include "steps.hpp"
#include "symmetry.hpp"

namespace ntkit {

namespace {

constexpr Index kRowBlock = 256;

// Parts of an operation's progress: of one layer, the share that its context takes.
constexpr double kContextShare = 0.4;

template <class T>
void normalizeRows(MatrixView<T> rows) {
  for (Index i = 0; i < rows.rows; ++i) normalize(rows.row(i), rows.cols);
}

// What becomes of finished rows: unit rows when asked for, and finite ones.
template <class T>
RowsDone<T> finishing(bool normalized) {
  return [normalized](MatrixView<T> rows) {
    if (normalized) normalizeRows(rows);
    for (Index i = 0; i < rows.rows; ++i) requireFinite(rows.row(i), rows.cols);
  };
}

// sum_i <a_i, b_i> = trace(A^T B).
template <class T>
double traceOfProduct(ConstMatrixView<T> A, ConstMatrixView<T> B, Control& control) {
  Buffer<double> sums(blockCount(A.rows, kRowBlock));
  parallelBlocks(control, A.rows, kRowBlock, [&](Index first, Index count) {
    double sum = 0;
    for (Index i = first; i < first + count; ++i) sum += dot(A.row(i), B.row(i), A.cols);
    sums[first / kRowBlock] = sum;
  });
  double trace = 0;
  for (const double sum : sums) trace += sum;
  return trace;
}

template <class T>
OwnedMatrix<T> transposed(ConstMatrixView<T> A) {
  OwnedMatrix<T> result(A.cols, A.rows);
  const auto view = result.view();
  for (Index i = 0; i < A.rows; ++i) {
    for (Index j = 0; j < A.cols; ++j) view(j, i) = A(i, j);
  }
  return result;
}

// The leading eigenpairs of a symmetric A: row k of `vectors` is the k-th eigenvector.
template <class T>
struct Eigenpairs {
  Buffer<double> values;
  OwnedMatrix<T> vectors;
};

template <class T>
Eigenpairs<T> leadingEigenpairs(ConstMatrixView<T> A, Index count, Control& control) {
  const Index n = A.rows;
  OwnedMatrix<double> copy(n, n), columns(n, count);
  for (Index i = 0; i < n; ++i) std::copy_n(A.row(i), n, copy.view().row(i));
  Eigenpairs<T> pairs{Buffer<double>(count), OwnedMatrix<T>(count, n)};
  const auto vectors = columns.view(), rows = pairs.vectors.view();
  eigh(copy.view(), {pairs.values.data(), vectors}, control);
  for (Index k = 0; k < count; ++k) {
    for (Index j = 0; j < n; ++j) rows(k, j) = static_cast<T>(vectors(j, k));
  }
  return pairs;
}

template <class T>
OwnedMatrix<T> productOf(ConstMatrixView<T> A, Op opB, ConstMatrixView<T> B, Control& control) {
  OwnedMatrix<T> result(A.rows, opB == Op::kNone ? B.cols : B.rows);
  multiply<T>(1, A, opB, B, result.view(), control);
  return result;
}

// The two matrices between which layers alternate, so that the last of `layers` writes to `out`.
template <class T>
class Alternating {
 public:
  Alternating(MatrixView<T> out, Index layers) : out_(out), layers_(layers) {
    if (layers > 1) scratch_ = OwnedMatrix<T>(out.rows, out.cols);
  }
  MatrixView<T> after(Index layer) { return (layers_ - layer) % 2 == 1 ? out_ : scratch_.view(); }

 private:
  MatrixView<T> out_;
  Index layers_;
  OwnedMatrix<T> scratch_;
};

}  // namespace

template <class T>
AttentionContext<T>::AttentionContext(ConstMatrixView<T> X, bool scaled, Control& control)
    : dimension_(X.cols), keys_(X), values_(X) {
  if (elements(X.rows, X.cols) > 0) formMoment(control);
  if (scaled) scaleByTrace(control);
}

template <class T>
AttentionContext<T>::AttentionContext(ConstMatrixView<T> X, const AttentionOptions& options,
                                      Index layer, AttentionShape shape, Control& control)
    : dimension_(X.cols), keys_(X), values_(X) {
  const bool truncated = options.rank && *options.rank < std::min(X.rows, X.cols);
  const bool projected = options.projectionSeed.has_value();
  Steps steps(control, 1.0 + truncated + projected);
  if (truncated) {
    steps.next();
    truncate(X, *options.rank, control);
    shape = {keys_.rows, X.cols, false, shape.queries + (shape.itself ? X.rows : 0), shape.layers};
  }
  steps.next();
  if (cheaperOrder(shape, projected) == AttentionOrder::kMoment) formMoment(control);
  if (options.normalized) scaleByTrace(control);
  if (!projected) return;
  steps.next();
  project(*options.projectionSeed, layer, control);
}

template <class T>
void AttentionContext<T>::truncate(ConstMatrixView<T> X, Index rank, Control& control) {
  Steps steps(control, 2);
  steps.next();
  const bool few = X.rows < X.cols;
  OwnedMatrix<T> smaller(std::min(X.rows, X.cols), std::min(X.rows, X.cols));
  few ? gram<T>(X, smaller.view(), control) : secondMoment<T>(X, smaller.view(), control);
  steps.next();
  Eigenpairs<T> pairs = leadingEigenpairs<T>(smaller.view(), rank, control);
  if (few) {
    ownKeys_ = productOf<T>(pairs.vectors.view(), Op::kNone, X, control);
    keys_ = values_ = ownKeys_.view();
    return;
  }
  ownKeys_ = std::move(pairs.vectors);
  ownValues_ = OwnedMatrix<T>(rank, X.cols);
  for (Index k = 0; k < rank; ++k) {
    const T* const vector = ownKeys_.view().row(k);
    const T value = static_cast<T>(pairs.values[k]);
    std::transform(vector, vector + X.cols, ownValues_.view().row(k),
                   [value](T element) { return value * element; });
  }
  keys_ = ownKeys_.view();
  values_ = ownValues_.view();
}

template <class T>
void AttentionContext<T>::formMoment(Control& control) {
  moment_ = OwnedMatrix<T>(dimension_, dimension_);
  if (sameView(keys_, values_)) {
    secondMoment<T>(keys_, moment_.view(), control);
  } else {
    multiply<T>(1, transposed(keys_).view(), Op::kNone, values_, moment_.view(), control);
  }
}

template <class T>
void AttentionContext<T>::scaleByTrace(Control& control) {
  double trace = 0;
  if (moment_.cols() > 0) {
    for (Index j = 0; j < dimension_; ++j) trace += static_cast<double>(moment_.view()(j, j));
  } else {
    trace = traceOfProduct(keys_, values_, control);
  }
  if (!(trace > 0)) return;
  using Limits = std::numeric_limits<T>;
  if (trace < static_cast<double>(Limits::min() / Limits::epsilon())) {
    throw Error(ErrorCode::kInvalidArgument,
                "Expected a context X whose squares its precision can hold but received rows of "
                "squared norm " +
                    shortNumber(trace) + " in all: try to scale it up");
  }
  scale_ = 1 / trace;
}

template <class T>
void AttentionContext<T>::project(std::uint64_t seed, Index layer, Control& control) {
  const Projections<T> weights = drawProjections<T>(seed, layer, dimension_, control);
  if (moment_.cols() > 0) {
    const auto values = productOf<T>(moment_.view(), Op::kNone, weights.values.view(), control);
    const auto both =
        productOf<T>(weights.queries.view(), Op::kTranspose, weights.keys.view(), control);
    multiply<T>(1, both.view(), Op::kNone, values.view(), moment_.view(), control);
    return;
  }
  const auto keys = productOf<T>(keys_, Op::kNone, weights.keys.view(), control);
  ownKeys_ = productOf<T>(keys.view(), Op::kTranspose, weights.queries.view(), control);
  ownValues_ = productOf<T>(values_, Op::kNone, weights.values.view(), control);
  keys_ = ownKeys_.view();
  values_ = ownValues_.view();
}

template <class T>
void AttentionContext<T>::apply(ConstMatrixView<T> Z, MatrixView<T> out) const {
  through(Z, Op::kNone, keys_, values_, out);
}

template <class T>
void AttentionContext<T>::applyTransposed(ConstMatrixView<T> Z, MatrixView<T> out) const {
  through(Z, Op::kTranspose, values_, keys_, out);
}

template <class T>
void AttentionContext<T>::through(ConstMatrixView<T> Z, Op op, ConstMatrixView<T> keys,
                                  ConstMatrixView<T> values, MatrixView<T> out) const {
  if (moment_.cols() > 0) {
    multiplyHere<T>(Z, op, moment_.view(), Into::kStore, out);
  } else {
    OwnedMatrix<T> scores(Z.rows, keys.rows);
    multiplyHere<T>(Z, Op::kTranspose, keys, Into::kStore, scores.view());
    multiplyHere<T>(scores.view(), Op::kNone, values, Into::kStore, out);
  }
  const T scale = static_cast<T>(scale_);
  for (Index i = 0; i < out.rows; ++i) {
    for (Index j = 0; j < out.cols; ++j) out(i, j) *= scale;
  }
}

template <class T>
void AttentionContext<T>::attend(ConstMatrixView<T> Z, Index layers, bool normalized,
                                 MatrixView<T> out, Control& control) const {
  if (moment_.cols() > 0) {
    attendByMoment(Z, layers, normalized, out, control);
  } else {
    attendByScores(Z, layers, normalized, out, control);
  }
}

template <class T>
void AttentionContext<T>::attendByMoment(ConstMatrixView<T> Z, Index layers, bool normalized,
                                         MatrixView<T> out, Control& control) const {
  Steps steps(control, static_cast<double>(layers));
  Alternating<T> rows(out, layers);
  for (Index layer = 0; layer < layers; ++layer) {
    steps.next();
    multiply<T>(static_cast<T>(scale_), Z, Op::kNone, moment_.view(), rows.after(layer), control,
                finishing<T>(normalized));
    Z = rows.after(layer);
  }
}

// The layers between the first and the last stay among the scores: s <- s V K^T, n numbers a row
// instead of d.
template <class T>
void AttentionContext<T>::attendByScores(ConstMatrixView<T> Z, Index layers, bool normalized,
                                         MatrixView<T> out, Control& control) const {
  const T scale = static_cast<T>(scale_);
  Steps steps(control, static_cast<double>(layers + 1 + (layers > 1)));
  OwnedMatrix<T> asked(Z.rows, keys_.rows);
  const bool symmetric = sameView(Z, keys_) && sameView(keys_, values_);
  steps.next();
  if (symmetric) {
    gram<T>(Z, asked.view(), control);
  } else {
    multiply<T>(1, Z, Op::kTranspose, keys_, asked.view(), control);
  }
  ConstMatrixView<T> scores = asked.view(), between = asked.view();
  OwnedMatrix<T> ownBetween, first;
  if (layers > 1) {
    steps.next();
    if (!symmetric) ownBetween = productOf<T>(values_, Op::kTranspose, keys_, control);
    if (!symmetric) between = ownBetween.view();
    first = OwnedMatrix<T>(Z.rows, keys_.rows);
  }
  Alternating<T> moved(first.view(), layers - 1);
  for (Index layer = 0; layer < layers - 1; ++layer) {
    steps.next();
    multiply<T>(scale, scores, Op::kNone, between, moved.after(layer), control,
                finishing<T>(normalized));
    scores = moved.after(layer);
  }
  steps.next();
  multiply<T>(scale, scores, Op::kNone, values_, out, control, finishing<T>(normalized));
}

namespace {

// How the layers of a stack share contexts.
struct Layering {
  explicit Layering(const AttentionOptions& options) {
    const bool shared =
        options.stack == AttentionStack::kContext && !options.projectionSeed.has_value();
    contexts = shared ? 1 : options.layers;
    times = shared ? options.layers : 1;
    deepens = options.stack == AttentionStack::kSelf && contexts > 1;
  }
  Index contexts;  // contexts that are made
  Index times;     // layers that attend to each
  bool deepens;    // whether the context's own rows go from layer to layer
};

}  // namespace

template <class T>
void linearizedAttention(ConstMatrixView<T> X, ConstMatrixView<T> Z,
                         const AttentionOptions& options, MatrixView<T> out, Control& control) {
  const auto [contexts, times, deepens] = Layering(options);
  Alternating<T> rows(out, contexts);
  OwnedMatrix<T> next;
  const bool apart = deepens && !sameView(Z, X);
  if (apart) next = OwnedMatrix<T>(X.rows, X.cols);
  Alternating<T> nextContexts(next.view(), apart ? contexts - 1 : 0);
  Steps steps(control, static_cast<double>(contexts));
  for (Index layer = 0; layer < contexts; ++layer) {
    const bool itself = sameView(Z, X), follows = apart && layer + 1 < contexts;
    const AttentionShape shape{X.rows, X.cols, itself || follows, itself ? 0 : Z.rows, times};
    steps.next();
    Steps parts(control, 1);
    parts.next(kContextShare);
    const AttentionContext<T> context(X, options, layer, shape, control);
    parts.next(1 - kContextShare);
    const MatrixView<T> attended = rows.after(layer);
    context.attend(Z, times, options.normalized, attended, control);
    if (follows) context.attend(X, 1, options.normalized, nextContexts.after(layer), control);
    if (deepens && itself) X = attended;
    if (follows) X = nextContexts.after(layer);
    Z = attended;
  }
}

template <class T>
void addAttentionWorkspace(MemoryEstimate& estimate, AttentionShape shape,
                           const AttentionOptions& options) {
  const Layering layering(options);
  const Index n = shape.points, d = shape.inputs, least = std::min(n, d);
  const bool projected = options.projectionSeed.has_value();
  const Index asking = layering.deepens ? std::max(n, shape.queries) : shape.queries;
  const Index rows = shape.itself ? std::max(n, asking) : asking;
  shape.itself = shape.itself || layering.deepens;
  shape.layers = layering.times;
  if (options.rank && *options.rank < least) {
    shape = {*options.rank, d, false, shape.queries + (shape.itself ? n : 0), shape.layers};
    const Index rank = *options.rank;
    estimate.add(least, least, sizeof(T) + sizeof(double))
        .add(rank, least + 1, sizeof(double))
        .add(rank, least, sizeof(T))
        .add(eighWorkspaceBytes(least, rank, true), 1, 1)
        .add(PackedRows<T>::bytes(least, std::max(n, d)) + multiplyBytes<T>(least, d), 1, 1)
        .add(3 * shape.points, d, sizeof(T));
  }
  if (projected) {
    estimate.add(5 * d, d, sizeof(T))
        .add(3 * n, d, sizeof(T))
        .add(multiplyBytes<T>(d, d) + multiplyBytes<T>(n, d), 1, 1);
  }
  // Projected contexts lose the symmetry of the first layer.
  AttentionShape later = shape;
  if (projected && shape.itself) later = {n, d, false, n + shape.queries, shape.layers};
  const bool moment = cheaperOrder(shape, projected) == AttentionOrder::kMoment;
  if (moment || cheaperOrder(later, projected) == AttentionOrder::kMoment) {
    estimate.add(d, d, sizeof(T))
        .add(PackedRows<T>::bytes(d, shape.points) + multiplyBytes<T>(d, d), 1, 1);
  }
  if (!moment || cheaperOrder(later, projected) == AttentionOrder::kScores) {
    const Index keys = shape.points, moved = shape.layers > 1 ? 1 : 0;
    if (shape.itself) estimate.add(PackedRows<T>::bytes(keys, d), 1, 1);
    estimate.add((1 + 2 * moved) * rows, keys, sizeof(T))
        .add(moved * keys, keys, sizeof(T))
        .add(std::max(multiplyBytes<T>(d, keys), multiplyBytes<T>(keys, std::max(d, keys))), 1, 1);
  }
  estimate.add(threads(), ProductScratch<T>::bytes(), 1);
  if (options.layers > 1) estimate.add(rows, d, sizeof(T));
  if (layering.deepens && shape.queries > 0) estimate.add(2 * n, d, sizeof(T));
}

#define NTKIT_INSTANTIATE(T)                                                           \
  template class AttentionContext<T>;                                                  \
  template void linearizedAttention(ConstMatrixView<T>, ConstMatrixView<T>,            \
                                    const AttentionOptions&, MatrixView<T>, Control&); \
  template void addAttentionWorkspace<T>(MemoryEstimate&, AttentionShape, const AttentionOptions&)

NTKIT_INSTANTIATE(double);
NTKIT_INSTANTIATE(float);

#undef NTKIT_INSTANTIATE

}  // namespace ntkit
