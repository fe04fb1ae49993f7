#include "error.hpp"

namespace ntkit {

std::string_view codeName(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "ERR_INVALID_ARGUMENT";
    case ErrorCode::kShapeMismatch:
      return "ERR_SHAPE_MISMATCH";
    case ErrorCode::kNotFinite:
      return "ERR_NOT_FINITE";
    case ErrorCode::kNotPositiveDefinite:
      return "ERR_NOT_POSITIVE_DEFINITE";
    case ErrorCode::kNoConvergence:
      return "ERR_NO_CONVERGENCE";
    case ErrorCode::kSizeLimit:
      return "ERR_SIZE_LIMIT";
    case ErrorCode::kMemoryBudget:
      return "ERR_MEMORY_BUDGET";
    case ErrorCode::kAborted:
      return "ERR_ABORTED";
    case ErrorCode::kInternal:
      break;
  }
  return "ERR_INTERNAL";
}

}  // namespace ntkit
