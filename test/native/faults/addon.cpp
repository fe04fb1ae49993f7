// The faults as an addon: commitFault(name) tells whether there is one of that name.
#include <node_api.h>

#include "faults.hpp"

namespace {

napi_value commit(napi_env env, napi_callback_info info) {
  napi_value name{}, result{};
  std::size_t count = 1, length = 0;
  char text[64] = {};
  const bool done = napi_get_cb_info(env, info, &count, &name, nullptr, nullptr) == napi_ok &&
                    napi_get_value_string_utf8(env, name, text, sizeof(text), &length) == napi_ok &&
                    ntkit::test::commitFault({text, length});
  napi_get_boolean(env, done, &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  napi_value function{};
  napi_create_function(env, "commitFault", NAPI_AUTO_LENGTH, commit, nullptr, &function);
  napi_set_named_property(env, exports, "commitFault", function);
  return exports;
}
