// Runs the tests of the core: all of them, or with arguments i and N every N-th from the i-th (from
// 0). Exit code 0 when all pass.
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "blas.hpp"
#include "check.hpp"

namespace ntkit::test {
namespace {

struct Entry {
  const char* name;
  void (*run)();
};

std::vector<Entry>& entries() {
  static std::vector<Entry> all;
  return all;
}

std::mutex failureMutex;
int failures = 0;

int failureCount() {
  const std::lock_guard lock(failureMutex);
  return failures;
}

// Whether the test ran through without a failed check or an exception.
bool passes(const Entry& entry) {
  const int before = failureCount();
  try {
    entry.run();
  } catch (const std::exception& error) {
    fail(entry.name, 0, std::string("unexpected exception: ") + error.what());
  }
  return failureCount() == before;
}

}  // namespace

Test::Test(const char* name, void (*run)()) { entries().push_back({name, run}); }

void fail(const char* file, int line, const std::string& message) {
  const std::lock_guard lock(failureMutex);
  ++failures;
  std::printf("  %s:%d: %s\n", file, line, message.c_str());
}

void checkCode(const char* file, int line, ErrorCode expected, const std::string& part,
               const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    checkEqual(file, line, "error code", codeName(error.code()), codeName(expected));
    if (std::string(error.what()).find(part) == std::string::npos) {
      fail(file, line, std::string("\"") + error.what() + "\" does not contain \"" + part + "\"");
    }
    return;
  }
  fail(file, line, "no error");
}

int run(std::size_t first, std::size_t step) {
  int passed = 0, failed = 0;
  for (std::size_t i = first; i < entries().size(); i += step) {
    const Entry& entry = entries()[i];
    if (passes(entry)) {
      ++passed;
    } else {
      ++failed;
      std::printf("failed: %s\n", entry.name);
    }
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace ntkit::test

int main(int count, char** arguments) {
  const auto number = [&](int at) { return std::strtoul(arguments[at], nullptr, 10); };
  ntkit::blas::initialize();
  return count == 3 ? ntkit::test::run(number(1), number(2)) : ntkit::test::run(0, 1);
}
