#include "../core/network.hpp"

#include "../core/adversarial.hpp"
#include "../core/train.hpp"
#include "pipeline.hpp"

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
        .add(predictBytes<T>(width, outputs), 1, 1)
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
  options.loss = lossOf(request);
  options.optimizer = static_cast<Optimizer>(request.choice("optimizer", {"adam", "sgd"}));
  options.epochs = request.integer("epochs", 0, kMaxSize);
  options.batchSize = request.integer("batchSize", 1, kMaxSize);
  options.learningRate = request.number("learningRate", kSmallest, kMaxNumber);
  options.schedule = static_cast<Schedule>(request.choice("schedule", {"constant", "cosine"}));
  options.weightDecay = request.number("weightDecay", 0, kMaxNumber);
  options.decay = static_cast<Decay>(request.choice("decay", {"coupled", "decoupled"}));
  options.decayTowards =
      static_cast<DecayTowards>(request.choice("decayTowards", {"zero", "start"}));
  options.seed = request.seed("seed");
  return options;
}

// The epochs of `snapshots`, 1 x count, ascending.
std::vector<Index> snapshotEpochs(const Request& request, Index epochs) {
  std::vector<Index> result;
  if (!request.has("snapshots")) return result;
  const Input<double> values = request.matrix<double>("snapshots");
  for (Index i = 0; i < values->rows() * values->cols(); ++i) {
    const double value = values->view().data[i];
    const auto epoch = static_cast<Index>(value);
    const bool whole = value >= 0 && static_cast<double>(epoch) == value;
    if (!whole || epoch > epochs || (!result.empty() && epoch <= result.back())) {
      throw Error(ErrorCode::kInvalidArgument,
                  "Expected ascending integers from 0 to " + std::to_string(epochs) +
                      " for snapshots but received " + std::to_string(value));
    }
    result.push_back(epoch);
  }
  return result;
}

// What a training hands back.
template <class T>
struct Trained {
  std::shared_ptr<Result<T>> weights;
  std::shared_ptr<Result<T>> moments;  // of Adam, when training is to be gone on with
  std::vector<Index> epochs;
  std::vector<std::shared_ptr<Result<T>>> kept;
  std::vector<double> losses;

  Trained(const Request& request, Index width, Index inputs, std::vector<Index> snapshots)
      : weights(makeResult<T>(request.env(), width, inputs)), epochs(std::move(snapshots)) {
    while (kept.size() < epochs.size()) kept.push_back(makeResult<T>(request.env(), width, inputs));
  }

  std::vector<Snapshot<T>> snapshots() const {
    std::vector<Snapshot<T>> views;
    for (std::size_t i = 0; i < kept.size(); ++i) views.push_back({epochs[i], kept[i]->view()});
    return views;
  }

  Napi::Value toJs(Napi::Env env) const {
    Napi::Object result = Napi::Object::New(env);
    result.Set("weights", weights->toJs(env));
    if (moments) result.Set("moments", moments->toJs(env));
    auto values = Napi::Float64Array::New(env, losses.size());
    std::copy(losses.begin(), losses.end(), values.Data());
    result.Set("losses", values);
    Napi::Array list = Napi::Array::New(env, kept.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
      list.Set(static_cast<std::uint32_t>(i), kept[i]->toJs(env));
    }
    result.Set("snapshots", list);
    return result;
  }
};

template <class T>
void fill(const Request& request, const char* name, MatrixView<T> target) {
  request.requireRows(name, target.rows);
  request.requireCols(name, target.cols);
  request.matrixInto<T>(name, target);
}

// Training that can be gone on with keeps Adam's moments in the result; when it goes on, weights
// and moments come from what an earlier call left. Returns the epochs behind it.
template <class T>
Index resume(const Request& request, const TrainOptions& options, Trained<T>& trained) {
  if (!request.has("from.epoch")) return 0;
  const Index from = request.integer("from.epoch", 0, options.epochs);
  const MatrixView<T> weights = trained.weights->view();
  if (options.optimizer == Optimizer::kAdam) {
    trained.moments = makeResult<T>(request.env(), 2 * weights.rows, weights.cols);
  }
  if (from == 0) return 0;
  fill<T>(request, "from.network.weights", weights);
  if (trained.moments) fill<T>(request, "from.moments", trained.moments->view());
  return from;
}

// {weights, signs, X, Y, seed, snapshots?} and trainOptions, or, for adversarial training,
// {weights, signs, context?, transductive (false), unitRows, pixels, Y, seed, snapshots?} and
// trainOptions and attackOptions: {weights (trained copy), losses (epochs), snapshots}. With
// from.epoch (above 0 with from.network.weights and, of Adam, from.moments) also moments, of Adam.
Napi::Value trainOperation(const Request& request) {
  return dispatchPrecision(request, "weights", [&]<class T>() {
    const bool adversarial = request.has("pixels");
    const char* const points = adversarial ? "pixels" : "X";
    const Shape x = request.shape(points);
    requirePipelineShapes(request, points);
    const Index width = request.shape("weights").rows, outputs = request.shape("signs").cols;
    const TrainOptions options = trainOptions(request);
    if (x.rows > kMaxSize) {
      throw Error(ErrorCode::kSizeLimit, "Expected fewer than 2^31 rows for " +
                                             std::string(points) + " but received " +
                                             std::to_string(x.rows));
    }
    std::vector<Index> epochs = snapshotEpochs(request, options.epochs);
    const AttackOptions attack = adversarial ? attackOptions(request, x.cols) : AttackOptions{};
    MemoryEstimate estimate("TwoLayerNetwork.train");
    estimate.add(x.rows, x.cols + outputs, sizeof(T))
        .add(2 * width, x.cols + outputs, sizeof(T))
        .add(static_cast<Index>(epochs.size()) * width, x.cols, sizeof(T));
    addTrainWorkspace<T>(estimate, x.rows, width, x.cols, outputs, options);
    if (adversarial) {
      const Index context = request.has("context") ? request.shape("context").rows : 0;
      estimate.add(context, x.cols, sizeof(T));
      addAdversarialWorkspace<T>(estimate, std::min(options.batchSize, x.rows), width, x.cols,
                                 outputs, context);
    }
    estimate.require(request.memoryBudget());
    const auto pipeline = adversarial ? std::make_shared<OwnedPipeline<T>>(request) : nullptr;
    const auto initial = adversarial ? pipeline->weights() : request.matrix<T>("weights");
    const auto signs = adversarial ? pipeline->signs() : request.matrix<T>("signs");
    const auto X = request.matrix<T>(points), Y = request.matrix<T>("Y");
    if (adversarial) requireInside<T>(X->view(), attack.low, attack.high);
    const auto trained = std::make_shared<Trained<T>>(request, width, x.cols, std::move(epochs));
    const Index from = resume<T>(request, options, *trained);
    Training<T> training{initial->view(),
                         signs->view(),
                         X->view(),
                         Y->view(),
                         trained->weights->view(),
                         trained->snapshots(),
                         {},
                         trained->moments ? trained->moments->view() : MatrixView<T>{},
                         from};
    return queue(
        request,
        [=](Control& control) mutable {
          if (!pipeline) {
            trained->losses = train<T>(training, options, control);
            return;
          }
          pipeline->with(control, [&](Pipeline<T> attacked) {
            attacked.network.weights = training.weights;
            training.makeBatch = adversarialBatches<T>(attacked, X->view(), Y->view(), attack,
                                                       options.batchSize, control);
            trained->losses = train<T>(training, options, control);
          });
        },
        // The inputs that the work only looks into live as long as it.
        [trained, initial, signs, X, Y](Napi::Env env) { return trained->toJs(env); });
  });
}

}  // namespace

void registerNetwork(Napi::Env env, Napi::Object exports) {
  registerOperation<createNetworkOperation>(env, exports, "createNetwork");
  registerOperation<predictOperation>(env, exports, "predict");
  registerOperation<trainOperation>(env, exports, "train");
}

}  // namespace ntkit::binding
