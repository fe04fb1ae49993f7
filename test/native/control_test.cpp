#include "control.hpp"

#include <thread>
#include <vector>

#include "check.hpp"

namespace ntkit {
namespace {

TEST(progressIsTheShareOfWhatIsExpected) {
  Control control;
  CHECK_EQUAL(control.progress(), 0.0);
  control.expect(12);
  CHECK_EQUAL(control.progress(), 0.0);
  control.advance(3);
  CHECK_EQUAL(control.progress(), 0.25);
  control.advance();
  control.advance(2);
  CHECK_EQUAL(control.progress(), 0.5);
  control.advance(100);
  CHECK_EQUAL(control.progress(), 1.0);
}

TEST(partsTakeProgressFromShareToShare) {
  Control control;
  control.part(0, 0.5);
  CHECK_EQUAL(control.progress(), 0.0);
  control.expect(4);
  control.advance(2);
  CHECK_EQUAL(control.progress(), 0.25);
  control.part(0.5, 1);
  CHECK_EQUAL(control.progress(), 0.5);
  control.expect(2);
  CHECK_EQUAL(control.progress(), 0.5);
  control.advance();
  CHECK_EQUAL(control.progress(), 0.75);
  control.advance(5);
  CHECK_EQUAL(control.progress(), 1.0);
}

TEST(checkpointsThrowOnceAborted) {
  Control control;
  control.checkpoint();
  CHECK(!control.aborted());
  control.abort();
  CHECK(control.aborted());
  CHECK_ERROR(ErrorCode::kAborted, "The operation was aborted", control.checkpoint());
  CHECK_ERROR(ErrorCode::kAborted, "The operation was aborted", control.checkpoint());
}

TEST(noAdvanceIsLostBetweenThreads) {
  Control control;
  control.expect(80000);
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&] {
      for (int i = 0; i < 10000; ++i) control.advance();
    });
  }
  for (auto& worker : workers) worker.join();
  CHECK_EQUAL(control.progress(), 0.5);
}

TEST(everyCodeHasItsPublishedName) {
  CHECK_EQUAL(codeName(ErrorCode::kInvalidArgument), "ERR_INVALID_ARGUMENT");
  CHECK_EQUAL(codeName(ErrorCode::kShapeMismatch), "ERR_SHAPE_MISMATCH");
  CHECK_EQUAL(codeName(ErrorCode::kNotFinite), "ERR_NOT_FINITE");
  CHECK_EQUAL(codeName(ErrorCode::kNotPositiveDefinite), "ERR_NOT_POSITIVE_DEFINITE");
  CHECK_EQUAL(codeName(ErrorCode::kNoConvergence), "ERR_NO_CONVERGENCE");
  CHECK_EQUAL(codeName(ErrorCode::kSizeLimit), "ERR_SIZE_LIMIT");
  CHECK_EQUAL(codeName(ErrorCode::kMemoryBudget), "ERR_MEMORY_BUDGET");
  CHECK_EQUAL(codeName(ErrorCode::kAborted), "ERR_ABORTED");
  CHECK_EQUAL(codeName(ErrorCode::kInternal), "ERR_INTERNAL");
}

TEST(aPieceIsStoppedWithTheWhole) {
  Control whole;
  Control piece(&whole);
  CHECK(!piece.aborted());
  piece.expect(2);
  piece.advance(1);
  CHECK_EQUAL(whole.progress(), 0.0);
  whole.abort();
  CHECK(piece.aborted());
}

}  // namespace
}  // namespace ntkit
