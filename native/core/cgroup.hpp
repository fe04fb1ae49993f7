// The control groups of Linux that limit this process, where a container or a batch system puts it.
#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace ntkit {

// Folders of the groups whose limits on `controller` ("memory", "cpu") hold: those of version 2 and
// of the controller's own hierarchy of version 1, each from the process's own group up to the root.
// Some need not exist: a container may show its group as the root while the membership names a path
// of the host's.
// `membership` is what /proc/self/cgroup holds.
std::vector<std::string> cgroupFolders(std::string_view controller, std::istream& membership);
std::vector<std::string> cgroupFolders(std::string_view controller);

}  // namespace ntkit
