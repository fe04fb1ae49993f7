#include "../core/ridge.hpp"

#include <chrono>
#include <mutex>

#include "../core/blas.hpp"
#include "../core/influence.hpp"
#include "handle.hpp"
#include "operation.hpp"

namespace ntkit::binding {
namespace {

constexpr napi_type_tag kRidgeTag{0x6e746b69742d7269ULL, 0x6467652d666163ULL};

// Above this backward error the solution is not one of the system that was asked about (a Cholesky
// solve stays below a few n eps).
double residualBound(Index n) {
  return 16 * static_cast<double>(n) * std::numeric_limits<double>::epsilon();
}

OwnedMatrix<double> transposed(ConstMatrixView<double> A) {
  OwnedMatrix<double> result(A.cols, A.rows);
  for (Index i = 0; i < A.rows; ++i) {
    for (Index j = 0; j < A.cols; ++j) result.view()(j, i) = A(i, j);
  }
  return result;
}

// A fitted regression: what `fit` returns a handle of. Immutable but for h, which the first
// influence computes.
class RidgeModel {
 public:
  RidgeModel(OwnedMatrix<double> K, ConstMatrixView<double> Y, double ridge, Control& control)
      : factor_(std::move(K), ridge, control), alphaRows_(transposed(Y)) {
    control.part(0.9, 1);
    const OwnedMatrix<double> yRows = transposed(Y);
    factor_.solveRows(alphaRows_.view(), control);
    residual_ = factor_.relativeResidual(alphaRows_.view(), yRows.view());
    if (!(residual_ <= residualBound(factor_.order()))) {
      throw Error(ErrorCode::kNotPositiveDefinite,
                  "K + ridge I is too ill-conditioned: relative residual " +
                      std::to_string(residual_) + " with ridge " + std::to_string(ridge) +
                      "; try a larger ridge");
    }
    condition_ = factor_.conditionEstimate(control);
    alpha_ = transposed(alphaRows_.view());
  }

  const RidgeFactor& factor() const { return factor_; }
  ConstMatrixView<double> alpha() const { return alpha_.view(); }
  double residual() const { return residual_; }
  double condition() const { return condition_; }

  // F = K_t alpha.
  void predict(ConstMatrixView<double> Kt, MatrixView<double> F, Control& control) const {
    runOnPool(control, [&] {
      blas::gemm<double>(blas::Op::kNone, blas::Op::kNone, 1, Kt, alpha_.view(), 0, F);
    });
  }

  const double* inverseDiagonal(Control& control) {
    // Not std::call_once: an exception that leaves it (an abort) crosses libc's pthread_once, whose
    // unwinder is not the one linked into the addon.
    std::unique_lock lock(inverseDiagonalMutex_, std::defer_lock);
    while (!lock.try_lock_for(std::chrono::milliseconds(20))) control.checkpoint();
    if (h_.size() == 0) h_ = factor_.inverseDiagonal(control);
    return h_.data();
  }

 private:
  RidgeFactor factor_;
  OwnedMatrix<double> alphaRows_, alpha_;
  double residual_ = 0, condition_ = 0;
  std::timed_mutex inverseDiagonalMutex_;
  Buffer<double> h_;
};

// {K, Y, ridge}: {model, alpha, smallestPivot, residual, conditionEstimate}.
Napi::Value ridgeFitOperation(const Request& request) {
  const Index n = request.shape("K").rows;
  request.requireCols("K", n);
  request.requireRows("Y", n);
  const Index outputs = request.shape("Y").cols;
  const double ridge = request.number("ridge", 0, std::numeric_limits<double>::max());
  const MemoryEstimate estimate = MemoryEstimate("KernelRidge.fit")
                                      .add(n, n, sizeof(double))
                                      .add(n, 5 * outputs + 8, sizeof(double));
  estimate.require(request.memoryBudget());
  const auto K = std::const_pointer_cast<OwnedMatrix<double>>(request.matrix<double>("K"));
  const auto Y = request.matrix<double>("Y");
  const auto alpha = makeResult<double>(request.env(), n, outputs);
  const MatrixView<double> alphaView = alpha->view();
  const auto model = std::make_shared<std::shared_ptr<RidgeModel>>();
  return queue(
      request,
      [K, Y, ridge, alphaView, model](Control& control) {
        control.part(0, 0.9);
        *model = std::make_shared<RidgeModel>(std::move(*K), Y->view(), ridge, control);
        std::copy_n((*model)->alpha().data, alphaView.rows * alphaView.cols, alphaView.data);
        requireFiniteResult(alphaView, control);
      },
      [alpha, model, bytes = estimate.bytes()](Napi::Env env) -> Napi::Value {
        Napi::Object result = Napi::Object::New(env);
        result.Set("model", makeHandle(env, kRidgeTag, *model, bytes));
        result.Set("alpha", alpha->toJs(env));
        result.Set("smallestPivot", Napi::Number::New(env, (*model)->factor().smallestPivot()));
        result.Set("residual", Napi::Number::New(env, (*model)->residual()));
        result.Set("conditionEstimate", Napi::Number::New(env, (*model)->condition()));
        return result;
      });
}

std::shared_ptr<RidgeModel> modelOf(const Request& request) {
  return fromHandle<RidgeModel>(request.get("model"), kRidgeTag, "model");
}

// {model, Kt}: f = K_t alpha, q x c.
Napi::Value ridgePredictOperation(const Request& request) {
  const auto model = modelOf(request);
  request.requireCols("Kt", model->factor().order());
  const Index queries = request.shape("Kt").rows;
  MemoryEstimate("KernelRidge.predict")
      .add(queries, model->factor().order() + model->alpha().cols, sizeof(double))
      .require(request.memoryBudget());
  const auto Kt = request.matrix<double>("Kt");
  return queueMatrix<double>(request, queries, model->alpha().cols,
                             [model, Kt](MatrixView<double> F, Control& control) {
                               model->predict(Kt->view(), F, control);
                             });
}

// {model}: alpha_i / h_i, n x c.
Napi::Value ridgeLeaveOneOutOperation(const Request& request) {
  const auto model = modelOf(request);
  const ConstMatrixView<double> alpha = model->alpha();
  MemoryEstimate("KernelRidge.leaveOneOut")
      .add(alpha.rows, 1 + alpha.cols, sizeof(double))
      .add(alpha.rows, 64 * threads(), sizeof(double))
      .require(request.memoryBudget());
  return queueMatrix<double>(request, alpha.rows, alpha.cols,
                             [model, alpha](MatrixView<double> out, Control& control) {
                               const double* const h = model->inverseDiagonal(control);
                               for (Index i = 0; i < alpha.rows; ++i) {
                                 for (Index k = 0; k < alpha.cols; ++k) {
                                   out(i, k) = alpha(i, k) / h[i];
                                 }
                               }
                             });
}

// {model, Kt, Yt, target}: influence of every training point on every test point, q x n.
Napi::Value ridgeInfluenceOperation(const Request& request) {
  const auto model = modelOf(request);
  const Index n = model->factor().order(), outputs = model->alpha().cols;
  request.requireCols("Kt", n);
  const Index queries = request.shape("Kt").rows;
  request.requireRows("Yt", queries);
  request.requireCols("Yt", outputs);
  const auto target =
      static_cast<InfluenceTarget>(request.choice("target", {"loss", "margin", "prediction"}));
  MemoryEstimate("KernelRidge.influence")
      .add(queries, 2 * n, sizeof(double))
      .add(queries, 2 * outputs, sizeof(double))
      .add(n, 64 * threads(), sizeof(double))
      .require(request.memoryBudget());
  const auto Kt = request.matrix<double>("Kt");
  const auto Yt = request.matrix<double>("Yt");
  return queueMatrix<double>(
      request, queries, n,
      [model, Kt, Yt, target, queries, outputs](MatrixView<double> P, Control& control) {
        OwnedMatrix<double> predictions(queries, outputs);
        model->predict(Kt->view(), predictions.view(), control);
        const ConstMatrixView<double> source = Kt->view();
        std::copy_n(source.data, source.rows * source.cols, P.data);
        control.part(0, 0.5);
        model->factor().solveRows(P, control);
        control.part(0.5, 1);
        influence(target, P, model->inverseDiagonal(control), model->alpha(), predictions.view(),
                  Yt->view(), control);
      });
}

}  // namespace

void registerRidge(Napi::Env env, Napi::Object exports) {
  registerOperation<ridgeFitOperation>(env, exports, "ridgeFit");
  registerOperation<ridgePredictOperation>(env, exports, "ridgePredict");
  registerOperation<ridgeLeaveOneOutOperation>(env, exports, "ridgeLeaveOneOut");
  registerOperation<ridgeInfluenceOperation>(env, exports, "ridgeInfluence");
}

}  // namespace ntkit::binding
