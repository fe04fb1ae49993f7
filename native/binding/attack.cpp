#include "../core/attack.hpp"

#include "pipeline.hpp"

namespace ntkit::binding {
namespace {

// Estimates the memory of inputGradient and attack; `points` names the rows.
template <class T>
void requireMemory(const Request& request, const char* operation, std::string_view points) {
  const Shape x = request.shape(points);
  const Index width = request.shape("weights").rows, outputs = request.shape("signs").cols;
  const Attending attending = attendingOf(request);
  const Index context = contextRows(request, points);
  MemoryEstimate estimate(operation);
  estimate.add(x.rows, 2 * x.cols + outputs, sizeof(T)).add(width, x.cols + outputs, sizeof(T));
  if (attending == Attending::kContext) estimate.add(context, x.cols, sizeof(T));
  addAttackWorkspace<T>(estimate, x.rows, width, x.cols, outputs, attending, context);
  estimate.require(request.memoryBudget());
}

// {weights, signs, context?, transductive, unitRows, loss, X or pixels, Y}: gradient of each row's
// own loss, or of all losses when the rows attend to themselves, n x d.
Napi::Value inputGradientOperation(const Request& request) {
  return dispatchPrecision(request, "weights", [&]<class T>() {
    const char* const points = request.has("pixels") ? "pixels" : "X";
    requirePipelineShapes(request, points);
    requireMemory<T>(request, "inputGradient", points);
    const auto pipeline = std::make_shared<OwnedPipeline<T>>(request);
    const auto X = request.matrix<T>(points), Y = request.matrix<T>("Y");
    return queueMatrix<T>(request, X->rows(), X->cols(),
                          [=](MatrixView<T> gradient, Control& control) {
                            pipeline->with(control, [&](const Pipeline<T>& whole) {
                              inputGradient<T>(whole, X->view(), Y->view(), gradient, control);
                            });
                          });
  });
}

// {weights, signs, context?, transductive, unitRows, loss, pixels, Y} and attackOptions:
// adversarial pixels, n x d.
Napi::Value attackOperation(const Request& request) {
  return dispatchPrecision(request, "weights", [&]<class T>() {
    requirePipelineShapes(request, "pixels");
    const AttackOptions options = attackOptions(request, request.shape("pixels").cols);
    requireMemory<T>(request, "attack", "pixels");
    const auto pipeline = std::make_shared<OwnedPipeline<T>>(request);
    const auto pixels = request.matrix<T>("pixels"), Y = request.matrix<T>("Y");
    requireInside<T>(pixels->view(), options.low, options.high);
    return queueMatrix<T>(
        request, pixels->rows(), pixels->cols(), [=](MatrixView<T> adversarial, Control& control) {
          pipeline->with(control, [&](const Pipeline<T>& whole) {
            linfAttack<T>(whole, pixels->view(), Y->view(), options, adversarial, control);
          });
        });
  });
}

}  // namespace

void registerAttack(Napi::Env env, Napi::Object exports) {
  registerOperation<inputGradientOperation>(env, exports, "inputGradient");
  registerOperation<attackOperation>(env, exports, "attack");
}

}  // namespace ntkit::binding
