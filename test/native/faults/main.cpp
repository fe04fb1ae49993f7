// Commits the fault that is named, and ends with 0 when nothing stopped it.
#include "faults.hpp"

int main(int count, char** values) {
  return count == 2 && ntkit::test::commitFault(values[1]) ? 0 : 2;
}
