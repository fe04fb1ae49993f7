// The addon's exports. Loaded once per JavaScript context (worker threads included); BLAS, the
// thread pool and the heap exist once per process.
#include <mutex>

#include "../core/blas.hpp"
#include "../core/pages.hpp"
#include "job.hpp"
#include "operation.hpp"

namespace ntkit::binding {

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  static std::once_flag once;
  std::call_once(once, [] {
    blas::initialize();
    keepFreedBlocks();
  });
  initializeOperations(env, exports);
  registerJob(env, exports);
  registerGram(env, exports);
  registerAttention(env, exports);
  registerKernels(env, exports);
  registerEigh(env, exports);
  registerRidge(env, exports);
  registerRidgePath(env, exports);
  registerNetwork(env, exports);
  registerAttack(env, exports);
  registerProbes(env, exports);
  registerRandom(env, exports);
  registerRuntime(env, exports);
  return exports;
}

}  // namespace ntkit::binding

using ntkit::binding::initialize;
NODE_API_MODULE(ntkit, initialize)
