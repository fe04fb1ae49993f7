#include "cgroup.hpp"

#include <algorithm>
#include <fstream>

namespace ntkit {
namespace {

bool lists(std::string_view controllers, std::string_view controller) {
  for (std::size_t at = 0; at <= controllers.size();) {
    const std::size_t end = std::min(controllers.find(',', at), controllers.size());
    if (controllers.substr(at, end - at) == controller) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

std::vector<std::string> cgroupFolders(std::string_view controller, std::istream& membership) {
  std::vector<std::string> folders;
  // A line is "hierarchy:controllers:path"; version 2 names no controllers.
  for (std::string line; std::getline(membership, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto controllers = std::string_view(line).substr(first + 1, second - first - 1);
    std::string mount = "/sys/fs/cgroup";
    if (!controllers.empty()) {
      if (!lists(controllers, controller)) continue;
      mount.append("/").append(controller);
    }
    std::string path = line.substr(second + 1);
    if (path == "/") path.clear();
    for (;;) {
      folders.push_back(mount + path);
      const std::size_t slash = path.rfind('/');
      if (slash == std::string::npos) break;
      path.resize(slash);
    }
  }
  return folders;
}

std::vector<std::string> cgroupFolders(std::string_view controller) {
  std::ifstream membership("/proc/self/cgroup");
  return cgroupFolders(controller, membership);
}

}  // namespace ntkit
