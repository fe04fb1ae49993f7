# The core, its tests and the addon, built with the flags of an instrument: a sanitizer's, or --coverage.
# OpenBLAS is linked as it is.
# Variables: BUILD (output folder), FLAGS (of compiler and linker), CORE, TESTS, BINDING (sources), INCLUDES,
# LIBS. Targets, all in BUILD: tests, faults (the planted ones), addon/build/Release/ntkit.node, faults.node.
FAULTS := test/native/faults/faults.cpp
CXXFLAGS := -std=c++20 -g1 -fno-omit-frame-pointer -ffp-contract=off -fno-math-errno -fPIC \
            -DNAPI_VERSION=8 -DNAPI_CPP_EXCEPTIONS -DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS \
            -Inative/core -Itest/native $(INCLUDES) $(FLAGS)
SOURCES := $(CORE) $(TESTS) $(BINDING) $(FAULTS) test/native/faults/main.cpp test/native/faults/addon.cpp
objects = $(patsubst %.cpp,$(BUILD)/%.o,$(1))

$(BUILD)/tests: $(call objects,$(CORE) $(TESTS))
	@$(CXX) $(FLAGS) -o $@ $^ $(LIBS)

$(BUILD)/faults: $(call objects,$(CORE) $(FAULTS) test/native/faults/main.cpp)
	@$(CXX) $(FLAGS) -o $@ $^ $(LIBS)

$(BUILD)/addon/build/Release/ntkit.node: $(call objects,$(CORE) $(BINDING))
	@mkdir -p $(@D)
	@$(CXX) $(FLAGS) -shared -o $@ $^ $(LIBS)

$(BUILD)/faults.node: $(call objects,$(CORE) $(FAULTS) test/native/faults/addon.cpp)
	@$(CXX) $(FLAGS) -shared -o $@ $^ $(LIBS)

# Other flags make other objects.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CXXFLAGS)' | cmp -s - $@ || echo '$(CXXFLAGS)' > $@

# What most sources include, compiled once: a second less for each of them, two for those of the binding.
STANDARD := $(BUILD)/standard.hpp
$(STANDARD): scripts/check/instrumented.mk $(BUILD)/flags
	@printf '#include <%s>\n' algorithm atomic cmath functional memory optional string vector > $@

NODE_API := $(BUILD)/node_api.hpp
$(NODE_API): $(STANDARD)
	@printf '#include "$(CURDIR)/%s"\n' $(STANDARD) native/binding/napi_setup.hpp > $@

$(STANDARD).gch $(NODE_API).gch: %.gch: %
	@$(CXX) $(CXXFLAGS) -MMD -MP -x c++-header $< -o $@

COMPILE = $(CXX) $(CXXFLAGS) -MMD -MP -c $< -o $@
$(BUILD)/native/binding/%.o: native/binding/%.cpp $(NODE_API).gch
	@mkdir -p $(@D)
	@$(COMPILE) -include $(NODE_API)

$(BUILD)/%.o: %.cpp $(STANDARD).gch
	@mkdir -p $(@D)
	@$(COMPILE) -include $(STANDARD)

-include $(patsubst %.cpp,$(BUILD)/%.d,$(SOURCES)) $(wildcard $(BUILD)/*.hpp.d)

.PHONY: FORCE
