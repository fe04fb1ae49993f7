#include "../core/network.hpp"

#include "../core/train.hpp"
#include "operation.hpp"

namespace ntkit::binding {
namespace {

constexpr Index kMaxSize = std::numeric_limits<std::int32_t>::max();
constexpr double kMaxNumber = std::numeric_limits<double>::max();
constexpr double kSmallest = std::numeric_limits<double>::min();

// {inputs, outputs, width, seed, scale, precision}: {weights, signs}.
Napi::Value createNetworkOperation(const Request& request) {
  const Index inputs = request.integer("inputs", 1, kMaxSize);
  const Index outputs = request.integer("outputs", 1, kMaxSize);
  const Index width = request.integer("width", 1, kMaxSize);
  const std::uint64_t seed = request.seed("seed");
  const double scale = request.number("scale", kSmallest, kMaxNumber);
  const auto create = [&]<class T>() -> Napi::Value {
    MemoryEstimate("TwoLayerNetwork.create")
        .add(width, inputs, sizeof(T))
        .add(width, outputs, sizeof(T))
        .require(request.memoryBudget());
    const auto weights = makeResult<T>(request.env(), width, inputs);
    const auto signs = makeResult<T>(request.env(), width, outputs);
    const MatrixView<T> weightsView = weights->view(), signsView = signs->view();
    return queue(
        request,
        [=](Control& control) {
          initializeNetwork<T>(seed, scale, weightsView, signsView, control);
        },
        [=](Napi::Env env) -> Napi::Value {
          Napi::Object result = Napi::Object::New(env);
          result.Set("weights", weights->toJs(env));
          result.Set("signs", signs->toJs(env));
          return result;
        });
  };
  return request.choice("precision", {"float64", "float32"}) == 0
             ? create.template operator()<double>()
             : create.template operator()<float>();
}

void requireNetwork(const Request& request, Index inputs) {
  request.requireCols("weights", inputs);
  request.requireRows("signs", request.shape("weights").rows);
}

// {weights, signs, X}: f(X), n x c.
Napi::Value predictOperation(const Request& request) {
  return dispatchPrecision(request, "weights", [&]<class T>() {
    const Shape x = request.shape("X");
    requireNetwork(request, x.cols);
    const Index width = request.shape("weights").rows, outputs = request.shape("signs").cols;
    MemoryEstimate("TwoLayerNetwork.predict")
        .add(x.rows, x.cols + outputs, sizeof(T))
        .add(width, x.cols + outputs, sizeof(T))
        .add(128 * threads(), width, sizeof(T))
        .require(request.memoryBudget());
    const auto weights = request.matrix<T>("weights"), signs = request.matrix<T>("signs");
    const auto X = request.matrix<T>("X");
    return queueMatrix<T>(request, x.rows, outputs,
                          [weights, signs, X](MatrixView<T> F, Control& control) {
                            predict<T>({weights->view(), signs->view()}, X->view(), F, control);
                          });
  });
}

TrainOptions trainOptions(const Request& request) {
  TrainOptions options;
  options.loss = static_cast<Loss>(request.choice("loss", {"cross-entropy", "squared"}));
  options.epochs = request.integer("epochs", 0, kMaxSize);
  options.batchSize = request.integer("batchSize", 1, kMaxSize);
  options.learningRate = request.number("learningRate", kSmallest, kMaxNumber);
  options.weightDecay = request.number("weightDecay", 0, kMaxNumber);
  options.seed = request.seed("seed");
  return options;
}

// {weights, signs, X, Y, loss, epochs, batchSize, learningRate, weightDecay, seed}:
// {weights (trained copy), losses (epochs x 1)}.
Napi::Value trainOperation(const Request& request) {
  return dispatchPrecision(request, "weights", [&]<class T>() {
    const Shape x = request.shape("X");
    requireNetwork(request, x.cols);
    request.requireRows("Y", x.rows);
    const Index width = request.shape("weights").rows, outputs = request.shape("signs").cols;
    request.requireCols("Y", outputs);
    const TrainOptions options = trainOptions(request);
    if (x.rows > kMaxSize) {
      throw Error(ErrorCode::kSizeLimit,
                  "Expected fewer than 2^31 rows for X but received " + std::to_string(x.rows));
    }
    MemoryEstimate estimate("TwoLayerNetwork.train");
    estimate.add(x.rows, x.cols + outputs, sizeof(T)).add(2 * width, x.cols + outputs, sizeof(T));
    addTrainWorkspace<T>(estimate, x.rows, width, x.cols, outputs, options.batchSize);
    estimate.require(request.memoryBudget());
    const auto initial = request.matrix<T>("weights"), signs = request.matrix<T>("signs");
    const auto X = request.matrix<T>("X"), Y = request.matrix<T>("Y");
    const auto weights = makeResult<T>(request.env(), width, x.cols);
    const MatrixView<T> weightsView = weights->view();
    const auto losses = std::make_shared<std::vector<double>>();
    return queue(
        request,
        [=](Control& control) {
          const ConstMatrixView<T> source = initial->view();
          std::copy_n(source.data, source.rows * source.cols, weightsView.data);
          *losses = train<T>(weightsView, signs->view(), X->view(), Y->view(), options, control);
        },
        [weights, losses](Napi::Env env) -> Napi::Value {
          Napi::Object result = Napi::Object::New(env);
          result.Set("weights", weights->toJs(env));
          auto values = Napi::Float64Array::New(env, losses->size());
          std::copy(losses->begin(), losses->end(), values.Data());
          result.Set("losses", values);
          return result;
        });
  });
}

}  // namespace

void registerNetwork(Napi::Env env, Napi::Object exports) {
  registerOperation<createNetworkOperation>(env, exports, "createNetwork");
  registerOperation<predictOperation>(env, exports, "predict");
  registerOperation<trainOperation>(env, exports, "train");
}

}  // namespace ntkit::binding
