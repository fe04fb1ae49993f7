// The tests of kernel units link no BLAS; the program that runs them sets one up.
#include "blas.hpp"

void ntkit::blas::initialize() {}
