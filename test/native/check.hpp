// What the tests of the core are written in: tests that register themselves, checks that count, and
// no framework. A check may be made from any thread.
#pragma once

#include <functional>
#include <sstream>
#include <string>

#include "blocks.hpp"
#include "error.hpp"

namespace ntkit::test {

// Under a sanitizer a test takes fifteen times as long: some then leave out what goes another time
// the ways that they or others go.
inline constexpr bool kSanitized = kWatched;

// Registers a test under `name`; main.cpp runs all of them.
struct Test {
  Test(const char* name, void (*run)());
};

// Notes a failure of the test that is running.
void fail(const char* file, int line, const std::string& message);

void checkCode(const char* file, int line, ErrorCode expected, const std::string& part,
               const std::function<void()>& action);

template <class Actual, class Expected>
void checkEqual(const char* file, int line, const char* expression, const Actual& actual,
                const Expected& expected) {
  if (actual == expected) return;
  std::ostringstream message;
  message.precision(17);
  message << expression << " is " << actual << ", not " << expected;
  fail(file, line, message.str());
}

}  // namespace ntkit::test

#define TEST(name)                                                      \
  static void test_##name();                                            \
  static const ::ntkit::test::Test register_##name(#name, test_##name); \
  static void test_##name()

#define CHECK(condition) \
  ((condition) ? void() : ::ntkit::test::fail(__FILE__, __LINE__, #condition))

#define CHECK_EQUAL(actual, expected) \
  ::ntkit::test::checkEqual(__FILE__, __LINE__, #actual, actual, expected)

// The action throws ntkit::Error with this code and a message that contains `part`.
#define CHECK_ERROR(code, part, ...) \
  ::ntkit::test::checkCode(__FILE__, __LINE__, code, part, [&] { __VA_ARGS__; })
