// The one exception type of the core. Codes are the closed union that src/errors.ts publishes.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace ntkit {

enum class ErrorCode {
  kInvalidArgument,
  kShapeMismatch,
  kNotFinite,
  kNotPositiveDefinite,
  kNoConvergence,
  kSizeLimit,
  kMemoryBudget,
  kAborted,
  kInternal,
};

// The code as JavaScript sees it, for example "ERR_NOT_FINITE".
std::string_view codeName(ErrorCode code) noexcept;

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace ntkit
