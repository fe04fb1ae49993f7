// The one routine of GNU Fortran's runtime that LAPACK's symmetric eigensolvers call: xORMTR builds
// the option string of its block-size query, SIDE // TRANS, with it. Defining it here lets a static
// OpenBLAS link without libgfortran and libquadmath. Hidden visibility keeps it inside the addon,
// so that a shared OpenBLAS goes on using its own.
#include <algorithm>
#include <cstddef>

// GCC 8 and later: lengths are size_t. Fortran strings have no terminator and are padded with
// blanks; `dest` does not overlap the operands.
extern "C" void _gfortran_concat_string(std::size_t dest_length, char* dest,
                                        std::size_t first_length, const char* first,
                                        std::size_t second_length, const char* second) {
  const std::size_t head = std::min(first_length, dest_length);
  const std::size_t tail = std::min(second_length, dest_length - head);
  char* end = std::copy_n(first, head, dest);
  end = std::copy_n(second, tail, end);
  std::fill_n(end, dest_length - head - tail, ' ');
}
