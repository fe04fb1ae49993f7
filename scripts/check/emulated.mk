# The tests of kernel units as one program, for an instruction set that this machine may lack.
# Variables: BUILD (output folder), SOURCES, CXX, FLAGS.
CXXFLAGS := -std=c++20 -O2 -ffp-contract=off -fno-math-errno -Wno-psabi \
            -Inative/core -Itest/native -Itest/native/isa $(FLAGS)
OBJECTS := $(SOURCES:%.cpp=$(BUILD)/%.o)

$(BUILD)/tests: $(OBJECTS)
	@$(CXX) $(FLAGS) -o $@ $^ -lpthread

$(BUILD)/%.o: %.cpp scripts/check/emulated.mk
	@mkdir -p $(@D)
	@$(CXX) $(CXXFLAGS) -MMD -MP -c $< -o $@

-include $(OBJECTS:.o=.d)
