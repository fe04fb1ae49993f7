#include <cmath>
#include <limits>
#include <sstream>
#include <vector>

#include "../core/arc_cosine.hpp"
#include "../core/empirical_ntk.hpp"
#include "operation.hpp"

namespace ntkit::binding {
namespace {

// A depth beyond this is a slip of the keyboard, not an architecture.
constexpr Index kMaxDepth = 10000;
constexpr Index kMaxWidth = std::numeric_limits<std::int32_t>::max();
constexpr double kMaxNumber = std::numeric_limits<double>::max();
constexpr double kSmallest = std::numeric_limits<double>::min();

TrainedLayers trainedLayers(const Request& request) {
  return request.choice("trained", {"first", "both"}) == 0 ? TrainedLayers::kFirst
                                                           : TrainedLayers::kBoth;
}

template <class T>
MemoryEstimate kernelEstimate(const char* name, const KernelShape& shape) {
  return MemoryEstimate(name)
      .add(shape.copied(), shape.inputs, sizeof(T))
      .add(shape.queries, shape.points, sizeof(T));
}

// {X, Z?, trained}
Napi::Value infiniteNtkOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const KernelShape shape = kernelShape(request);
    const TrainedLayers trained = trainedLayers(request);
    MemoryEstimate estimate = kernelEstimate<T>("infiniteNtk", shape);
    estimateInfiniteNtk<T>(estimate, shape.points, shape.otherQueries, shape.inputs);
    estimate.require(request.memoryBudget());
    const auto inputs = kernelInputs<T>(request);
    return queueFiniteMatrix<T>(request, shape.queries, shape.points,
                                [inputs, trained](MatrixView<T> K, Control& control) {
                                  infiniteNtk<T>(inputs.z(), inputs.x(), trained, K, control);
                                });
  });
}

// {X, Z?, depth}
Napi::Value deepNtkOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const KernelShape shape = kernelShape(request);
    const Index depth = request.integer("depth", 2, kMaxDepth);
    MemoryEstimate estimate = kernelEstimate<T>("deepNtk", shape);
    estimateInfiniteNtk<T>(estimate, shape.points, shape.otherQueries, shape.inputs);
    estimate.require(request.memoryBudget());
    const auto inputs = kernelInputs<T>(request);
    return queueFiniteMatrix<T>(request, shape.queries, shape.points,
                                [inputs, depth](MatrixView<T> K, Control& control) {
                                  deepNtk<T>(inputs.z(), inputs.x(), depth, K, control);
                                });
  });
}

// First-layer weights: the matrix `weights`, or drawn from {seed, width, scale}.
template <class T>
struct WeightsInput {
  Input<T> given;
  std::uint64_t seed = 0;
  double scale = 0;

  UnitWeights<T> first(Index width, Index inputs) const {
    return given ? UnitWeights<T>(given->view().rowBlock(0, width))
                 : UnitWeights<T>(seed, scale, width, inputs);
  }
};

Index widthOf(const Request& request, Index inputs) {
  if (!request.has("weights")) return request.integer("width", 1, kMaxWidth);
  request.requireCols("weights", inputs);
  const Index width = request.shape("weights").rows;
  if (width <= kMaxWidth) return width;
  throw Error(ErrorCode::kSizeLimit,
              "Expected at most 2147483647 rows for weights but received " + std::to_string(width));
}

template <class T>
WeightsInput<T> weightsInput(const Request& request) {
  if (request.has("weights")) return {request.matrix<T>("weights")};
  return {nullptr, request.seed("seed"), request.number("scale", kSmallest, kMaxNumber)};
}

// What the weights, the gates and the activations take.
template <class T>
void addWorkspace(MemoryEstimate& estimate, const Request& request, const KernelShape& shape,
                  const NtkSize& size) {
  if (request.has("weights")) estimate.add(request.shape("weights").rows, shape.inputs, sizeof(T));
  estimate.add(empiricalNtkWorkspace<T>(size), 1, 1);
}

NtkSize ntkSize(const KernelShape& shape, Index width) {
  return {width, shape.inputs, shape.copied()};
}

// {X, Z?, weights | seed, width, scale, trained}
Napi::Value empiricalNtkOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const KernelShape shape = kernelShape(request);
    const TrainedLayers trained = trainedLayers(request);
    const Index width = widthOf(request, shape.inputs);
    MemoryEstimate estimate = kernelEstimate<T>("empiricalNtk", shape);
    NtkSize size = ntkSize(shape, width);
    size.keepsActivations = trained == TrainedLayers::kBoth;
    addWorkspace<T>(estimate, request, shape, size);
    estimate.require(request.memoryBudget());
    const auto inputs = kernelInputs<T>(request);
    const auto weights = weightsInput<T>(request);
    return queueMatrix<T>(request, shape.queries, shape.points,
                          [inputs, weights, width, trained](MatrixView<T> K, Control& control) {
                            empiricalNtk<T>(inputs.z(), inputs.x(),
                                            weights.first(width, inputs.x().cols), trained,
                                            std::span(&width, 1), std::span(&K, 1), control);
                          });
  });
}

// The widths of a ladder, which cross as a row of numbers.
std::vector<Index> ladderWidths(const Request& request, Index width) {
  request.requireRows("widths", 1);
  const Input<double> row = request.matrix<double>("widths");
  std::vector<Index> widths;
  for (Index k = 0; k < row->cols(); ++k) {
    const double value = row->view()(0, k);
    const Index least = widths.empty() ? 1 : widths.back() + 1;
    if (value == std::floor(value) && value >= static_cast<double>(least) &&
        value <= static_cast<double>(width)) {
      widths.push_back(static_cast<Index>(value));
      continue;
    }
    std::ostringstream message;
    message << "Expected integers from 1 to " << width << ", each larger than the one before, for "
            << "widths but received " << value << " at index " << k;
    throw Error(ErrorCode::kInvalidArgument, message.str());
  }
  return widths;
}

// {X, Z?, weights | seed, width, scale, trained, widths}: a kernel a width.
Napi::Value empiricalNtkLadderOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() -> Napi::Value {
    const KernelShape shape = kernelShape(request);
    const TrainedLayers trained = trainedLayers(request);
    const std::vector<Index> widths = ladderWidths(request, widthOf(request, shape.inputs));
    MemoryEstimate estimate = kernelEstimate<T>("empiricalNtkLadder", shape);
    for (std::size_t k = 1; k < widths.size(); ++k) {
      estimate.add(shape.queries, shape.points, sizeof(T));
    }
    NtkSize size = ntkSize(shape, widths.back());
    size.keepsActivations = trained == TrainedLayers::kBoth;
    addWorkspace<T>(estimate, request, shape, size);
    estimate.require(request.memoryBudget());
    const auto inputs = kernelInputs<T>(request);
    const auto weights = weightsInput<T>(request);
    std::vector<std::shared_ptr<Result<T>>> results;
    std::vector<MatrixView<T>> views;
    for (std::size_t k = 0; k < widths.size(); ++k) {
      results.push_back(makeResult<T>(request.env(), shape.queries, shape.points));
      views.push_back(results.back()->view());
    }
    return queue(
        request,
        [inputs, weights, trained, widths, views](Control& control) {
          empiricalNtk<T>(inputs.z(), inputs.x(), weights.first(widths.back(), inputs.x().cols),
                          trained, widths, views, control);
          for (const MatrixView<T>& view : views) requireFiniteResult(view, control);
        },
        [results](Napi::Env env) -> Napi::Value {
          Napi::Array list = Napi::Array::New(env, results.size());
          for (std::uint32_t k = 0; k < results.size(); ++k) list.Set(k, results[k]->toJs(env));
          return list;
        });
  });
}

// Refuses anything but +1 and -1.
template <class T>
void requireSigns(ConstMatrixView<T> signs) {
  for (Index r = 0; r < signs.rows; ++r) {
    for (Index k = 0; k < signs.cols; ++k) {
      if (signs(r, k) == 1 || signs(r, k) == -1) continue;
      std::ostringstream message;
      message << "Expected +1 or -1 for signs but received " << signs(r, k) << " at row " << r
              << ", column " << k;
      throw Error(ErrorCode::kInvalidArgument, message.str());
    }
  }
}

// {X, Z?, weights | seed, width, scale, signs}
Napi::Value outputNtkOperation(const Request& request) {
  return dispatchPrecision(request, "X", [&]<class T>() {
    const KernelShape shape = kernelShape(request);
    const Index width = widthOf(request, shape.inputs);
    request.requireRows("signs", width);
    const Index outputs = request.shape("signs").cols;
    MemoryEstimate estimate("outputNtk");
    estimate.add(shape.copied(), shape.inputs, sizeof(T))
        .add(width, outputs, sizeof(T))
        .add(shape.queries * outputs, shape.points * outputs, sizeof(T));
    NtkSize size = ntkSize(shape, width);
    size.masked = true;
    addWorkspace<T>(estimate, request, shape, size);
    estimate.require(request.memoryBudget());
    const auto inputs = kernelInputs<T>(request);
    const auto weights = weightsInput<T>(request);
    const auto signs = request.matrix<T>("signs");
    requireSigns(signs->view());
    return queueMatrix<T>(request, shape.queries * outputs, shape.points * outputs,
                          [inputs, weights, width, signs](MatrixView<T> K, Control& control) {
                            outputNtk<T>(inputs.z(), inputs.x(),
                                         weights.first(width, inputs.x().cols), signs->view(), K,
                                         control);
                          });
  });
}

}  // namespace

void registerKernels(Napi::Env env, Napi::Object exports) {
  registerOperation<infiniteNtkOperation>(env, exports, "infiniteNtk");
  registerOperation<deepNtkOperation>(env, exports, "deepNtk");
  registerOperation<empiricalNtkOperation>(env, exports, "empiricalNtk");
  registerOperation<empiricalNtkLadderOperation>(env, exports, "empiricalNtkLadder");
  registerOperation<outputNtkOperation>(env, exports, "outputNtk");
}

}  // namespace ntkit::binding
