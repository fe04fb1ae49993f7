#include "blas_library.hpp"

// Declared here because each library's own header brings in far more than these.
#if defined(NTKIT_BLAS_MKL)
extern "C" {
void MKL_Set_Num_Threads(int);
void MKL_Get_Version_String(char*, int);
}
#elif defined(NTKIT_BLAS_BLIS)
#include <cstdint>
extern "C" {
void bli_thread_set_num_threads(std::int64_t);
const char* bli_info_get_version_str(void);
int bli_arch_query_id(void);
const char* bli_arch_string(int);
}
#elif defined(NTKIT_BLAS_ACCELERATE)
#include <cstdlib>
#elif !defined(NTKIT_BLAS_OTHER)
extern "C" {
void openblas_set_num_threads(int);
char* openblas_get_config(void);
char* openblas_get_corename(void);
}
#endif

namespace ntkit::blas::library {

#if defined(NTKIT_BLAS_MKL)

void useOneThread() { MKL_Set_Num_Threads(1); }
std::string version() {
  char text[200] = "MKL";
  MKL_Get_Version_String(text, sizeof(text) - 1);
  const std::string padded = text;
  return padded.substr(0, padded.find_last_not_of(' ') + 1);
}
std::string coreName() { return "unknown"; }

#elif defined(NTKIT_BLAS_BLIS)

void useOneThread() { bli_thread_set_num_threads(1); }
std::string version() { return std::string("BLIS ") + bli_info_get_version_str(); }
std::string coreName() { return bli_arch_string(bli_arch_query_id()); }

#elif defined(NTKIT_BLAS_ACCELERATE)

// Accelerate reads it at its first call.
void useOneThread() { setenv("VECLIB_MAXIMUM_THREADS", "1", 1); }
std::string version() { return "Accelerate"; }
std::string coreName() { return "unknown"; }

#elif defined(NTKIT_BLAS_OTHER)

void useOneThread() {}
std::string version() { return "BLAS"; }
std::string coreName() { return "unknown"; }

#else

void useOneThread() { openblas_set_num_threads(1); }
std::string version() {
  // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...": the first two words.
  const std::string config = openblas_get_config();
  return config.substr(0, config.find(' ', config.find(' ') + 1));
}
std::string coreName() { return openblas_get_corename(); }

#endif

}  // namespace ntkit::blas::library
