#include "pipeline.hpp"

namespace ntkit::binding {
namespace {

constexpr double kMaxNumber = std::numeric_limits<double>::max();

// The scale of each pixel in `epsUnits: 'standardized'`.
std::vector<double> featureScales(const Request& request, Index inputs) {
  request.requireCols("scale", inputs);
  request.requireRows("scale", 1);
  const Input<double> scale = request.matrix<double>("scale");
  const ConstMatrixView<double> row = scale->view();
  for (Index j = 0; j < inputs; ++j) {
    if (row(0, j) > 0) continue;
    throw Error(ErrorCode::kInvalidArgument, "Expected positive numbers for scale but received " +
                                                 std::to_string(row(0, j)) + " at index " +
                                                 std::to_string(j));
  }
  return {row.data, row.data + inputs};
}

}  // namespace

Loss lossOf(const Request& request) {
  return static_cast<Loss>(request.choice("loss", {"cross-entropy", "squared"}));
}

AttackOptions attackOptions(const Request& request, Index inputs) {
  AttackOptions options;
  options.eps = request.number("eps", 0, kMaxNumber);
  // Before alpha, whose default is eps divided by it.
  options.steps = request.integer("steps", 1, std::numeric_limits<std::int32_t>::max());
  options.alpha = request.number("alpha", 0, kMaxNumber);
  const auto units = request.choice("epsUnits", {"pixel", "standardized", "unit"});
  if (units == 1) options.units.features = featureScales(request, inputs);
  options.units.norms = units == 2;
  if (request.has("momentum")) options.decay = request.number("momentum", 0, kMaxNumber);
  options.randomStart = request.boolean("randomStart");
  options.low = request.number("low", -kMaxNumber, kMaxNumber);
  options.high = request.number("high", -kMaxNumber, kMaxNumber);
  options.seed = request.seed("attackSeed");
  return options;
}

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

void requirePipelineShapes(const Request& request, std::string_view points) {
  const Shape x = request.shape(points);
  request.requireCols("weights", x.cols);
  request.requireRows("signs", request.shape("weights").rows);
  request.requireRows("Y", x.rows);
  request.requireCols("Y", request.shape("signs").cols);
  if (request.has("context")) request.requireCols("context", x.cols);
}

Attending attendingOf(const Request& request) {
  if (request.has("context")) return Attending::kContext;
  return request.boolean("transductive") ? Attending::kPoints : Attending::kNone;
}

Index contextRows(const Request& request, std::string_view points) {
  return request.shape(request.has("context") ? "context" : points).rows;
}

template <class T>
OwnedPipeline<T>::OwnedPipeline(const Request& request)
    : weights_(request.matrix<T>("weights")),
      signs_(request.matrix<T>("signs")),
      context_(request.has("context") ? request.matrix<T>("context") : nullptr),
      attending_(attendingOf(request)),
      unitRows_(request.boolean("unitRows")),
      loss_(lossOf(request)) {}

template void requireInside(ConstMatrixView<double>, double, double);
template void requireInside(ConstMatrixView<float>, double, double);
template class OwnedPipeline<double>;
template class OwnedPipeline<float>;

}  // namespace ntkit::binding
