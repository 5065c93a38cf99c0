# Makes OUTPUT, attn/render/page_source.hpp, of the files beside this one: the page's HTML with its policy, its style and its
# script in it. The modules are put one behind the other, each after those that it imports, and become one; the policy names
# the hashes of style and script, so that a browser runs nothing else.
cmake_policy(VERSION 3.21)
set(here ${CMAKE_CURRENT_LIST_DIR})

# The SHA-256 of a text as browsers write it. 64 hex digits and two zeros are 22 groups of three, each two letters.
function(source_hash text result)
  set(letters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  string(SHA256 hex "${text}")
  string(REGEX MATCHALL "..." groups "${hex}00")
  set(hash "")
  foreach(group IN LISTS groups)
    math(EXPR high "0x${group} >> 6")
    math(EXPR low "0x${group} & 63")
    string(SUBSTRING "${letters}" ${high} 1 first)
    string(SUBSTRING "${letters}" ${low} 1 second)
    string(APPEND hash ${first}${second})
  endforeach()
  string(SUBSTRING "${hash}" 0 43 hash)
  set(${result} "'sha256-${hash}='" PARENT_SCOPE)
endfunction()

# Appends a module to `script`, behind those that it imports.
set(script "")
set(added "")
macro(add_module name)
  if(NOT "${name}" IN_LIST added)
    list(APPEND added ${name})
    file(READ ${here}/${name} text)
    string(REGEX MATCHALL "import [^\n]* from '\\./[a-z_]+\\.js'" imports_${name} "${text}")
    foreach(line IN LISTS imports_${name})
      string(REGEX MATCH "[a-z_]+\\.js" other "${line}")
      add_module(${other})
    endforeach()
    file(READ ${here}/${name} text)  # those that it imports took the variable
    string(REGEX REPLACE "import [^\n]* from '\\./[a-z_]+\\.js'[^\n]*\n" "" text "${text}")
    string(REGEX REPLACE "\nexport " "\n" text "${text}")
    string(APPEND script "\n// ---- ${name}\n${text}")
  endif()
endmacro()
add_module(main.js)

file(GLOB files RELATIVE ${here} ${here}/*.js)
foreach(file IN LISTS files)
  if(NOT "${file}" IN_LIST added)
    message(FATAL_ERROR "${here}/${file} is imported by no module")
  endif()
endforeach()

file(READ ${here}/style.css style)
file(READ ${here}/index.html page)
source_hash("${style}" style_hash)
source_hash("${script}" script_hash)
string(REPLACE "@POLICY@" "default-src 'none'; script-src ${script_hash}; style-src ${style_hash}; img-src data: blob:; base-uri 'none'; form-action 'none'" page "${page}")
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")

# As literals of some lines each: compilers promise no more than 65,536 characters in one.
set(literals "")
string(LENGTH "${page}" rest)
while(rest GREATER 0)
  set(size ${rest})
  if(size GREATER 12000)
    string(SUBSTRING "${page}" 0 12000 piece)
    string(FIND "${piece}" "\n" size REVERSE)
    math(EXPR size "${size} + 1")
  endif()
  string(SUBSTRING "${page}" 0 ${size} piece)
  string(SUBSTRING "${page}" ${size} -1 page)
  string(APPEND literals "    R\"page(${piece})page\",\n")
  math(EXPR rest "${rest} - ${size}")
endwhile()

set(header "// The page of html.hpp. Made of the files in attn/render/page by bundle.cmake: change those.
#pragma once

#include <string_view>

namespace attn::render::detail {

inline constexpr std::string_view kPageSource[] = {
${literals}};

}  // namespace attn::render::detail
")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT "${old}" STREQUAL "${header}")  # what hasn't changed isn't compiled again
  file(WRITE ${OUTPUT} "${header}")
endif()
