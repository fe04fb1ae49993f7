#include "../core/eigh.hpp"

#include "operation.hpp"

namespace ntkit::binding {
namespace {

// {A, vectors, top?}: {values (top x 1, descending), vectors (n x top, columns)}; top is n unless
// given.
Napi::Value eighOperation(const Request& request) {
  const Index n = request.shape("A").rows;
  request.requireCols("A", n);
  const bool withVectors = request.boolean("vectors");
  const Index top = request.has("top") ? request.integer("top", 1, n) : n;
  MemoryEstimate("eigh")
      .add(n, n, sizeof(double))
      .add(top, withVectors ? n + 1 : 1, sizeof(double))
      .add(eighWorkspaceBytes(n, top, withVectors), 1, 1)
      .require(request.memoryBudget());
  // The copy is this operation's own: eigh destroys it.
  const auto A = std::const_pointer_cast<OwnedMatrix<double>>(request.matrix<double>("A"));
  const auto values = makeResult<double>(request.env(), top, 1);
  const auto vectors = withVectors ? makeResult<double>(request.env(), n, top) : nullptr;
  const EigenResult result{values->view().data,
                           vectors ? vectors->view() : MatrixView<double>{nullptr, n, top, top}};
  return queue(
      request, [A, result](Control& control) { eigh(A->view(), result, control); },
      [values, vectors](Napi::Env env) -> Napi::Value {
        Napi::Object result = Napi::Object::New(env);
        result.Set("values", values->toJs(env));
        if (vectors) result.Set("vectors", vectors->toJs(env));
        return result;
      });
}

}  // namespace

void registerEigh(Napi::Env env, Napi::Object exports) {
  registerOperation<eighOperation>(env, exports, "eigh");
}

}  // namespace ntkit::binding
