{
  "targets": [
    {
      "target_name": "ntkit",
      # native/sources.json is the one list of sources, for CMakeLists.txt too.
      "sources": [
        "<!@(node -p \"const s = require('./native/sources.json'); [...s.core, ...s.binding].join(' ')\")"
      ],
      "include_dirs": [
        "<!(node -p \"require('node-addon-api').include_dir\")"
      ],
      "defines": [
        "NAPI_VERSION=8",
        "NAPI_CPP_EXCEPTIONS",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"
      ],
      "cflags!": ["-O2"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags": ["-O3", "-ffp-contract=off", "-fno-math-errno", "<!@(node scripts/openblas.mjs --cflags)"],
      "cflags_cc": ["-std=c++20", "-fexceptions"],
      "libraries": ["<!@(node scripts/openblas.mjs --libs)"],
      "conditions": [
        ["OS=='linux'", {"ldflags": ["-Wl,--version-script=$(srcdir)/native/exports.map"]}]
      ],
      "xcode_settings": {
        "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
        "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
        "GCC_OPTIMIZATION_LEVEL": "3",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
        "MACOSX_DEPLOYMENT_TARGET": "12.0",
        "OTHER_CPLUSPLUSFLAGS": ["-ffp-contract=off"]
      }
    }
  ]
}
