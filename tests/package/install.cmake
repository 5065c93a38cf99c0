# Installs attn and moves it, as to another machine: cmake -DBUILD=… -DPREFIX=… -P install.cmake
file(REMOVE_RECURSE ${PREFIX} ${PREFIX}_before)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX}_before COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${PREFIX}_before ${PREFIX})

# Another machine has its libraries elsewhere.
file(GLOB_RECURSE files ${PREFIX}/*Targets.cmake)
foreach(file ${files})
  file(STRINGS ${file} absolute REGEX "INTERFACE_.*[\";]/")
  if(absolute)
    message(FATAL_ERROR "${file}: a path of the machine that built it: ${absolute}")
  endif()
endforeach()
