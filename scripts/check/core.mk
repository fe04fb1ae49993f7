# The C++ core compiled with warnings as errors, without Node's headers, into a folder of its own.
# Variables: BUILD (output folder), SOURCES.
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
CXXFLAGS := -std=c++20 -O2 -ffp-contract=off -fvisibility=hidden $(WARNINGS)
OBJECTS := $(SOURCES:%.cpp=$(BUILD)/%.o)

all: $(OBJECTS)

$(BUILD)/%.o: %.cpp scripts/check/core.mk
	@mkdir -p $(@D)
	@$(CXX) $(CXXFLAGS) -MMD -MP -c $< -o $@

-include $(OBJECTS:.o=.d)

.PHONY: all
