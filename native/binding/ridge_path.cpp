#include "../core/ridge_path.hpp"

#include <vector>

#include "../core/eigh.hpp"
#include "operation.hpp"

namespace ntkit::binding {
namespace {

// {K, Y, ridges (1 x r)}: {alpha, leaveOneOut: r n x c, measures: r x 5 as in RidgePathPoint}.
Napi::Value ridgePathOperation(const Request& request) {
  const Index n = request.shape("K").rows;
  request.requireCols("K", n);
  request.requireRows("Y", n);
  request.requireRows("ridges", 1);
  const Index outputs = request.shape("Y").cols, count = request.shape("ridges").cols;
  constexpr Index kMeasures = 5;
  MemoryEstimate("ridgePath")
      .add(n, n, sizeof(double))
      .add(n, outputs, sizeof(double))
      .add(2 * count * n, outputs, sizeof(double))
      .add(ridgePathWorkspace(n, outputs, count), 1, sizeof(double))
      .add(eighWorkspaceBytes(n, n, true), 1, 1)
      .require(request.memoryBudget());
  const auto K = std::const_pointer_cast<OwnedMatrix<double>>(request.matrix<double>("K"));
  const auto Y = request.matrix<double>("Y");
  const auto ridges = request.matrix<double>("ridges");
  const auto alpha = makeResult<double>(request.env(), count * n, outputs);
  const auto leaveOneOut = makeResult<double>(request.env(), count * n, outputs);
  const auto measures = makeResult<double>(request.env(), count, kMeasures);
  const auto alphaView = alpha->view(), leaveOneOutView = leaveOneOut->view();
  const auto measuresView = measures->view();
  return queue(
      request,
      [=](Control& control) {
        std::vector<RidgePathPoint> points(static_cast<std::size_t>(count));
        ridgePath(std::move(*K), Y->view(), ridges->view().data, count, alphaView, leaveOneOutView,
                  points.data(), control);
        for (Index r = 0; r < count; ++r) {
          const RidgePathPoint& point = points[static_cast<std::size_t>(r)];
          const double row[kMeasures] = {point.leaveOneOutError, point.degreesOfFreedom,
                                         point.smallestEigenvalue, point.conditionNumber,
                                         point.residual};
          std::copy_n(row, kMeasures, measuresView.row(r));
        }
        requireFiniteResult(alphaView, control);
        requireFiniteResult(leaveOneOutView, control);
      },
      [alpha, leaveOneOut, measures](Napi::Env env) -> Napi::Value {
        Napi::Object result = Napi::Object::New(env);
        result.Set("alpha", alpha->toJs(env));
        result.Set("leaveOneOut", leaveOneOut->toJs(env));
        result.Set("measures", measures->toJs(env));
        return result;
      });
}

}  // namespace

void registerRidgePath(Napi::Env env, Napi::Object exports) {
  registerOperation<ridgePathOperation>(env, exports, "ridgePath");
}

}  // namespace ntkit::binding
