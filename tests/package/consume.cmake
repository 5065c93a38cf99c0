# Builds and runs a project that uses attn, in an empty folder:
#     cmake -DPROJECT=… -DWORK=… -DGENERATOR=… -DCOMPILER=… -DLAUNCHER=… -DOPTIONS=… -DEXPECT=… -P consume.cmake
# Everything must succeed; where EXPECT isn't empty, something must say what matches it, and may fail with that.
macro(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(APPEND outputs "${output}")
  string(REGEX REPLACE "[ \n]+" " " unwrapped "${outputs}")
  if(EXPECT AND unwrapped MATCHES "${EXPECT}")
    return()
  elseif(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${output}")
  endif()
endmacro()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} -S ${PROJECT} -B ${WORK}/build -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER}
    -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -DCMAKE_CXX_FLAGS=-O0 ${OPTIONS})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/build --no-tests=error --verbose)
run(${CMAKE_COMMAND} --install ${WORK}/build --prefix ${WORK}/installed)
if(EXPECT)
  message(FATAL_ERROR "expected ${EXPECT}\n${outputs}")
elseif(EXISTS ${WORK}/installed)
  message(FATAL_ERROR "${WORK}/installed: the consumer installs nothing of its own, but attn has been installed with it")
endif()
