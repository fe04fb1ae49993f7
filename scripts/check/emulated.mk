# The tests of kernel units as one program, for an instruction set that this machine may lack.
# Variables: BUILD (output folder), SOURCES, CXX, FLAGS.
CXXFLAGS := -std=c++20 -O1 -ffp-contract=off -fno-math-errno -Wno-psabi \
            -Inative/core -Itest/native -Itest/native/isa $(FLAGS)
OBJECTS := $(SOURCES:%.cpp=$(BUILD)/%.o)

$(BUILD)/tests: $(OBJECTS)
	@$(CXX) $(FLAGS) -o $@ $^ -lpthread

# What all units include, compiled once: SIMDe takes two seconds.
COMMON := $(BUILD)/common.hpp
$(COMMON).gch: scripts/check/emulated.mk
	@mkdir -p $(@D)
	@printf '#include "%s"\n' kernels/intrinsics.hpp matrix_view.hpp > $(COMMON)
	@$(CXX) $(CXXFLAGS) -x c++-header $(COMMON) -MMD -MP -MF $(COMMON).d -MT $@ -o $@

$(BUILD)/%.o: %.cpp $(COMMON).gch
	@mkdir -p $(@D)
	@$(CXX) $(CXXFLAGS) -include $(COMMON) -MMD -MP -c $< -o $@

-include $(OBJECTS:.o=.d) $(COMMON).d
