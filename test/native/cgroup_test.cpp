#include "cgroup.hpp"

#include <sstream>

#include "check.hpp"

namespace ntkit {
namespace {

std::string folders(std::string_view controller, const std::string& membership) {
  std::istringstream lines(membership);
  std::string text;
  for (const std::string& folder : cgroupFolders(controller, lines)) text += folder + "\n";
  return text;
}

TEST(groupsOfVersion2AreThoseFromTheOwnToTheRoot) {
  CHECK_EQUAL(folders("memory", "0::/user.slice/job.scope\n"),
              "/sys/fs/cgroup/user.slice/job.scope\n/sys/fs/cgroup/user.slice\n/sys/fs/cgroup\n");
  CHECK_EQUAL(folders("memory", "0::/\n"), "/sys/fs/cgroup\n");
}

TEST(groupsOfVersion1AreThoseOfTheController) {
  const std::string membership = "5:cpu,cpuacct:/a\n4:memory:/b/c\n3:cpuset:/d\n0::/\n";
  CHECK_EQUAL(folders("memory", membership),
              "/sys/fs/cgroup/memory/b/c\n/sys/fs/cgroup/memory/b\n/sys/fs/cgroup/memory\n"
              "/sys/fs/cgroup\n");
  CHECK_EQUAL(folders("cpu", membership),
              "/sys/fs/cgroup/cpu/a\n/sys/fs/cgroup/cpu\n/sys/fs/cgroup\n");
}

TEST(pathsMayHoldColons) {
  CHECK_EQUAL(folders("cpu", "0::/a:b\n"), "/sys/fs/cgroup/a:b\n/sys/fs/cgroup\n");
}

TEST(linesOfAnotherFormAreLeftOut) { CHECK_EQUAL(folders("cpu", "\nnonsense\n1:cpu\n"), ""); }

}  // namespace
}  // namespace ntkit
