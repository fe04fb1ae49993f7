#include "../core/influence.hpp"
#include "operation.hpp"
#include "ridge_model.hpp"

namespace ntkit::binding {
namespace {

// {K, Y, ridge, factor}: {model, alpha, smallestPivot, residual, conditionEstimate, refinements}.
Napi::Value ridgeFitOperation(const Request& request) {
  const Index n = request.shape("K").rows;
  request.requireCols("K", n);
  request.requireRows("Y", n);
  const Index outputs = request.shape("Y").cols;
  const double ridge = request.number("ridge", 0, std::numeric_limits<double>::max());
  const auto precision =
      static_cast<FactorPrecision>(request.choice("factor", {"float64", "float32"}));
  const MemoryEstimate estimate =
      MemoryEstimate("KernelRidge.fit")
          .add(n, n, sizeof(double))
          .add(n, 3 * outputs, sizeof(double))
          .add(RidgeFactor::fitWorkspace(n, outputs, precision), 1, sizeof(double));
  estimate.require(request.memoryBudget());
  const auto K = std::const_pointer_cast<OwnedMatrix<double>>(request.matrix<double>("K"));
  const auto Y = request.matrix<double>("Y");
  const auto alpha = makeResult<double>(request.env(), n, outputs);
  const MatrixView<double> alphaView = alpha->view();
  const auto model = std::make_shared<std::shared_ptr<RidgeModel>>();
  return queue(
      request,
      [K, Y, ridge, precision, alphaView, model](Control& control) {
        control.part(0, 0.9);
        *model = std::make_shared<RidgeModel>(std::move(*K), Y->view(), ridge, precision, control);
        std::copy_n((*model)->alpha().data, alphaView.rows * alphaView.cols, alphaView.data);
        requireFiniteResult(alphaView, control);
      },
      [alpha, model, n, outputs](Napi::Env env) -> Napi::Value {
        const RidgeFactor& factor = (*model)->factor();
        const RidgeSolution& solution = (*model)->solution();
        const bool single = factor.precision() == FactorPrecision::kFloat32;
        // What V8 is told to hold. Not the packed tiles of the factor: with a fifth more V8 marks
        // its heap beside nearly every fit of order 1000, which then takes twice as long.
        const Index held = (n * n + n * (outputs + 1)) * static_cast<Index>(sizeof(double)) +
                           (single ? n * n * static_cast<Index>(sizeof(float)) : 0);
        Napi::Object result = Napi::Object::New(env);
        result.Set("model", makeHandle(env, kRidgeTag, *model, held));
        result.Set("alpha", alpha->toJs(env));
        result.Set("smallestPivot", Napi::Number::New(env, factor.smallestPivot()));
        result.Set("residual", Napi::Number::New(env, solution.residual));
        result.Set("conditionEstimate", Napi::Number::New(env, solution.condition));
        result.Set("refinements",
                   Napi::Number::New(env, static_cast<double>(solution.refinements)));
        return result;
      });
}

// {model, Kt}: f = K_t alpha, q x c.
Napi::Value ridgePredictOperation(const Request& request) {
  const auto model = ridgeModelOf(request);
  request.requireCols("Kt", model->factor().order());
  const Index queries = request.shape("Kt").rows;
  MemoryEstimate("KernelRidge.predict")
      .add(queries, model->factor().order() + model->alpha().cols, sizeof(double))
      .require(request.memoryBudget());
  const auto Kt = request.matrix<double>("Kt");
  return queueMatrix<double>(request, queries, model->alpha().cols,
                             [model, Kt](MatrixView<double> F, Control& control) {
                               predictRidge(Kt->view(), model->alpha(), F, control);
                             });
}

// {model}: alpha_i / h_i, n x c.
Napi::Value ridgeLeaveOneOutOperation(const Request& request) {
  const auto model = float64ModelOf(request, "leaveOneOut");
  const ConstMatrixView<double> alpha = model->alpha();
  MemoryEstimate("KernelRidge.leaveOneOut")
      .add(alpha.rows, 1 + alpha.cols, sizeof(double))
      .add(RidgeFactor::rowsWorkspace(alpha.rows, alpha.rows), 1, sizeof(double))
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

// Arguments of the two influences: {model, Kt, Yt, target}.
struct InfluenceRequest {
  std::shared_ptr<RidgeModel> model;
  Index points, queries;
  InfluenceTarget target;
};

InfluenceRequest influenceRequest(const Request& request, const std::string& operation) {
  const auto model = float64ModelOf(request, operation);
  const Index n = model->factor().order(), outputs = model->alpha().cols;
  request.requireCols("Kt", n);
  const Index queries = request.shape("Kt").rows;
  request.requireRows("Yt", queries);
  request.requireCols("Yt", outputs);
  const auto target =
      static_cast<InfluenceTarget>(request.choice("target", {"loss", "margin", "prediction"}));
  const Index diagonal = RidgeFactor::rowsWorkspace(n, n);
  const Index workspace = InfluenceModel::workspace(n, queries, outputs);
  MemoryEstimate("KernelRidge." + operation)
      .add(queries, n, sizeof(double))
      .add(queries, outputs, sizeof(double))
      .add(n, 1, sizeof(double))
      .add(std::max(diagonal, workspace), 1, sizeof(double))
      .require(request.memoryBudget());
  return {model, n, queries, target};
}

// Influence of every training point on every test point, q x n. K_t is copied into the result and
// becomes the influence there.
Napi::Value ridgeInfluenceOperation(const Request& request) {
  const auto [model, n, queries, target] = influenceRequest(request, "influence");
  const auto Yt = request.matrix<double>("Yt");
  const auto result = makeResultOrTakeOut<double>(request, queries, n);
  const MatrixView<double> P = result->view();
  request.matrixInto<double>("Kt", P);
  return queue(
      request,
      [model, Yt, target, P](Control& control) {
        control.part(0, 0.6);
        const double* const h = model->inverseDiagonal(control);
        control.part(0.6, 1);
        InfluenceModel(model->factor(), model->alpha(), h)
            .influence(target, P, Yt->view(), control);
        requireFiniteResult(P, control);
      },
      [result](Napi::Env env) { return result->toJs(env); });
}

// Its mean over the test points, n x 1.
Napi::Value ridgeAggregateOperation(const Request& request) {
  const auto [model, n, queries, target] = influenceRequest(request, "aggregateInfluence");
  const auto Yt = request.matrix<double>("Yt");
  const auto Kt = std::const_pointer_cast<OwnedMatrix<double>>(request.matrix<double>("Kt"));
  return queueMatrix<double>(request, n, 1,
                             [model, Kt, Yt, target](MatrixView<double> scores, Control& control) {
                               control.part(0, 0.6);
                               const double* const h = model->inverseDiagonal(control);
                               control.part(0.6, 1);
                               InfluenceModel(model->factor(), model->alpha(), h)
                                   .aggregate(target, Kt->view(), Yt->view(), scores.data, control);
                             });
}

}  // namespace

void registerRidge(Napi::Env env, Napi::Object exports) {
  registerOperation<ridgeFitOperation>(env, exports, "ridgeFit");
  registerOperation<ridgePredictOperation>(env, exports, "ridgePredict");
  registerOperation<ridgeLeaveOneOutOperation>(env, exports, "ridgeLeaveOneOut");
  registerOperation<ridgeInfluenceOperation>(env, exports, "ridgeInfluence");
  registerOperation<ridgeAggregateOperation>(env, exports, "ridgeAggregate");
}

}  // namespace ntkit::binding
