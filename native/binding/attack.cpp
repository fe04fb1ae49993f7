#include "../core/attack.hpp"

#include "operation.hpp"

namespace ntkit::binding {
namespace {

constexpr double kMaxNumber = std::numeric_limits<double>::max();

// The pipeline's parts, owned by the work: {weights, signs, context?, unitRows, loss}.
template <class T>
struct OwnedPipeline {
  Input<T> weights, signs, context;
  bool unitRows;
  Loss loss;

  explicit OwnedPipeline(const Request& request)
      : weights(request.matrix<T>("weights")),
        signs(request.matrix<T>("signs")),
        context(request.has("context") ? request.matrix<T>("context") : nullptr),
        unitRows(request.boolean("unitRows")),
        loss(static_cast<Loss>(request.choice("loss", {"cross-entropy", "squared"}))) {}

  // Calls body(pipeline) with the attention context built.
  template <class Body>
  void with(Control& control, const Body& body) const {
    Pipeline<T> pipeline{{weights->view(), signs->view()}, nullptr, unitRows, loss};
    if (!context) return body(pipeline);
    control.part(0, 0.2);
    const AttentionContext<T> attention(context->view(), unitRows, control);
    pipeline.context = &attention;
    control.part(0.2, 1);
    body(pipeline);
  }
};

// Checks the shapes that inputGradient and attack share and estimates their memory; `points` names
// the rows.
template <class T>
void requirePipeline(const Request& request, const char* operation, std::string_view points) {
  const Shape x = request.shape(points);
  const Shape weights = request.shape("weights"), signs = request.shape("signs");
  request.requireCols("weights", x.cols);
  request.requireRows("signs", weights.rows);
  request.requireRows("Y", x.rows);
  request.requireCols("Y", signs.cols);
  MemoryEstimate estimate(operation);
  estimate.add(3 * x.rows, x.cols, sizeof(T))
      .add(weights.rows, x.cols + signs.cols, sizeof(T))
      .add(64 * threads(), weights.rows + 3 * x.cols, sizeof(T));
  if (request.has("context")) {
    request.requireCols("context", x.cols);
    const Index n = request.shape("context").rows;
    estimate.add(n, x.cols, sizeof(T)).add(AttentionContext<T>::elements(n, x.cols), 1, sizeof(T));
  }
  estimate.require(request.memoryBudget());
}

// {weights, signs, context?, unitRows, loss, X, Y}: gradient of each row's own loss, n x d.
Napi::Value inputGradientOperation(const Request& request) {
  return dispatchPrecision(request, "weights", [&]<class T>() {
    requirePipeline<T>(request, "inputGradient", "X");
    const auto pipeline = std::make_shared<OwnedPipeline<T>>(request);
    const auto X = request.matrix<T>("X"), Y = request.matrix<T>("Y");
    return queueMatrix<T>(request, X->rows(), X->cols(),
                          [=](MatrixView<T> gradient, Control& control) {
                            pipeline->with(control, [&](const Pipeline<T>& whole) {
                              inputGradient<T>(whole, X->view(), Y->view(), gradient, control);
                            });
                          });
  });
}

AttackOptions attackOptions(const Request& request) {
  AttackOptions options;
  options.eps = request.number("eps", 0, kMaxNumber);
  // Before alpha, whose default is eps divided by it.
  options.steps = request.integer("steps", 1, std::numeric_limits<std::int32_t>::max());
  options.alpha = request.number("alpha", 0, kMaxNumber);
  if (request.has("decay")) options.decay = request.number("decay", 0, kMaxNumber);
  options.randomStart = request.boolean("randomStart");
  options.low = request.number("low", -kMaxNumber, kMaxNumber);
  options.high = request.number("high", -kMaxNumber, kMaxNumber);
  options.seed = request.seed("seed");
  return options;
}

// Pixels outside the box would be moved by the clipping, not by the attack. Compared in the
// precision of the pixels, which may not hold a bound exactly.
template <class T>
void requireInside(ConstMatrixView<T> pixels, double low, double high) {
  for (Index i = 0; i < pixels.rows; ++i) {
    for (Index j = 0; j < pixels.cols; ++j) {
      const double value = static_cast<double>(pixels(i, j));
      if (pixels(i, j) >= static_cast<T>(low) && pixels(i, j) <= static_cast<T>(high)) continue;
      throw Error(ErrorCode::kInvalidArgument,
                  "Expected pixels from " + std::to_string(low) + " to " + std::to_string(high) +
                      " but received " + std::to_string(value) + " at row " + std::to_string(i) +
                      ", column " + std::to_string(j));
    }
  }
}

// {weights, signs, context?, unitRows, loss, pixels, Y, eps, alpha, steps, decay?, randomStart,
// low, high, seed}: adversarial pixels, n x d.
Napi::Value attackOperation(const Request& request) {
  return dispatchPrecision(request, "weights", [&]<class T>() {
    requirePipeline<T>(request, "attack", "pixels");
    const AttackOptions options = attackOptions(request);
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
