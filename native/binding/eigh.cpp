#include "../core/eigh.hpp"

#include "../core/blas.hpp"
#include "operation.hpp"

namespace ntkit::binding {
namespace {

// {A, vectors}: {values (n x 1, descending), vectors (n x n, columns)}.
Napi::Value eighOperation(const Request& request) {
  const Index n = request.shape("A").rows;
  request.requireCols("A", n);
  const bool withVectors = request.boolean("vectors");
  MemoryEstimate("eigh")
      .add(n, n, sizeof(double))
      .add(n, withVectors ? n + 1 : 1, sizeof(double))
      .add(blas::syevdWorkspaceBytes(n, withVectors), 1, 1)
      .require(request.memoryBudget());
  // The copy is this operation's own: eigh destroys it.
  const auto A = std::const_pointer_cast<OwnedMatrix<double>>(request.matrix<double>("A"));
  const auto values = makeResult<double>(request.env(), n, 1);
  const auto vectors = withVectors ? makeResult<double>(request.env(), n, n) : nullptr;
  const MatrixView<double> valuesView = values->view();
  const MatrixView<double> vectorsView = vectors ? vectors->view() : MatrixView<double>{};
  return queue(
      request,
      [A, valuesView, vectorsView](Control& control) {
        MatrixView<double> out = vectorsView;
        eigh(A->view(), valuesView.data, out.data != nullptr ? &out : nullptr, control);
      },
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
