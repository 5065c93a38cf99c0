# The program in README.md is examples/01_first_map.cpp, which is built and run.
file(READ ${SOURCE}/README.md readme)
file(READ ${SOURCE}/examples/01_first_map.cpp program)
string(FIND "${readme}" "```cpp\n${program}```" place)
if(place EQUAL -1)
  message(FATAL_ERROR "README.md doesn't show examples/01_first_map.cpp as it is")
endif()
