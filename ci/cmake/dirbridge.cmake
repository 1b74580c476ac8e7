# Helpers for the build: one static library per folder of src/, one test program per folder of tests/unit.

find_program(DIRBRIDGE_CCACHE ccache)
if(DIRBRIDGE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # It takes no file with precompiled headers otherwise.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${DIRBRIDGE_CCACHE})
endif()

# Some eighty test programs, each with all of the product in it.
find_program(DIRBRIDGE_MOLD mold)
if(DIRBRIDGE_MOLD AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_link_options(-fuse-ld=mold)
endif()

add_library(dirbridge_options INTERFACE)
target_include_directories(dirbridge_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(dirbridge_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  # Of files that are compiled together these two are false.
  $<IF:$<BOOL:${DIRBRIDGE_UNITY}>,$<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>,-Wshadow>
  $<$<BOOL:${DIRBRIDGE_WERROR}>:-Werror>)
target_compile_definitions(dirbridge_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED _GLIBCXX_ASSERTIONS)
# The same for all that share precompiled headers.
target_compile_definitions(dirbridge_options INTERFACE
  $<$<BOOL:${DIRBRIDGE_PRECOMPILE}>:$<TARGET_PROPERTY:Boost::json,INTERFACE_COMPILE_DEFINITIONS>>)
if(DIRBRIDGE_SANITIZE)
  target_compile_options(dirbridge_options INTERFACE -fsanitize=${DIRBRIDGE_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all $<$<BOOL:${DIRBRIDGE_FUZZ}>:-fsanitize=fuzzer-no-link>)
  target_link_options(dirbridge_options INTERFACE -fsanitize=${DIRBRIDGE_SANITIZE})
endif()
if(DIRBRIDGE_HARDEN)
  include(CheckPIESupported)
  check_pie_supported()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  target_compile_options(dirbridge_options INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection>)
  target_link_options(dirbridge_options INTERFACE -Wl,-z,relro,-z,now)
endif()

# What nearly all files read of others is compiled once for the product and once for the tests. A file includes
# what it needs all the same: only dev and the sanitizers build so. (Optimised, g++ 12 then warns of what is not.)
set(DIRBRIDGE_COMMON_HEADERS <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <mutex> <optional> <set>
    <span> <string> <string_view> <unordered_map> <utility> <variant> <vector> <boost/json/array.hpp> <boost/json/object.hpp>
    <boost/json/value.hpp> <boost/system/result.hpp>)

# dirbridge_precompile(<name> HEADERS <a> ... DEPS ...)
function(dirbridge_precompile name)
  cmake_parse_arguments(ARG "" "" "HEADERS;DEPS" ${ARGN})
  if(NOT DIRBRIDGE_PRECOMPILE)
    return()
  endif()
  file(WRITE ${CMAKE_BINARY_DIR}/generated/${name}.cpp "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
  target_link_libraries(${name} PRIVATE dirbridge_options ${ARG_DEPS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

# Sources that are compiled together take half the work of a whole build, but a change compiles a dozen files: for
# builds that are made once. What the anonymous namespaces of one target define has different names therefore.
function(dirbridge_compile_together name)
  if(DIRBRIDGE_UNITY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  endif()
endfunction()

# The optimiser takes longer over the sanitizers' additions to a test than the test over what it does.
function(dirbridge_leave_unoptimized name)
  if(DIRBRIDGE_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)
  endif()
endfunction()

# With another one's precompiled headers, where there are any.
function(dirbridge_use_precompiled name from)
  if(TARGET ${from})
    target_precompile_headers(${name} REUSE_FROM ${from})
  endif()
endfunction()

# dirbridge_library(<folder> SOURCES a.cpp ... DEPS <folder or imported target> ...)
# The list of dependencies is the design's table: a wrong include fails to link, and ci/check-layers reads it.
function(dirbridge_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC dirbridge_options ${ARG_DEPS})
  dirbridge_use_precompiled(${name} precompiled)
  dirbridge_compile_together(${name})
endfunction()

# dirbridge_test(<name> LABEL unit|integration|e2e SOURCES ... DEPS ...)
function(dirbridge_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE dirbridge_options ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  dirbridge_use_precompiled(${name} precompiled_tests)
  dirbridge_leave_unoptimized(${name})
  dirbridge_compile_together(${name})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()

# dirbridge_fuzz(<name> SOURCE f.cpp DEPS ...): always compiled, always a test that replays tests/fuzz/corpus/<name>/.
# With DIRBRIDGE_FUZZ it is a libFuzzer program, which ci/sanitize runs for longer.
function(dirbridge_fuzz name)
  cmake_parse_arguments(ARG "" "SOURCE" "DEPS" ${ARGN})
  add_executable(fuzz_${name} ${ARG_SOURCE})
  target_link_libraries(fuzz_${name} PRIVATE dirbridge_options ${ARG_DEPS})
  dirbridge_leave_unoptimized(fuzz_${name})
  set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  if(DIRBRIDGE_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} -runs=0 ${corpus})
  else()
    target_sources(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${corpus})
  endif()
  set_tests_properties(fuzz_${name} PROPERTIES LABELS unit)
endfunction()

# dirbridge_embed(<target> <header> NAMESPACE <ns> FILES a.json b.ldif ...): puts the text of files into the program.
# <target> may then `#include "<header>"` (give it the target's folder, e.g. "scim/embedded_schemas.hpp"), which has
#   namespace <ns>: inline constexpr std::string_view a_json, b_ldif (file name with every other character as '_'),
#                   and `files`, an array of {file name, text} pairs in the order given.
# The header is made again when a file changes. Only <target> sees it: include it from a .cpp.
# The target `embedded` makes all of them, for tools that read the sources without building.
add_custom_target(embedded)
function(dirbridge_embed target header)
  cmake_parse_arguments(ARG "" "NAMESPACE" "FILES" ${ARGN})
  set(output ${CMAKE_BINARY_DIR}/generated/${target}/${header})
  list(TRANSFORM ARG_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ REGEX "^[^/]")
  list(JOIN ARG_FILES "|" inputs)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAMESPACE=${ARG_NAMESPACE} "-DINPUTS=${inputs}"
      -P ${CMAKE_SOURCE_DIR}/ci/cmake/embed.cmake
    DEPENDS ${ARG_FILES} ${CMAKE_SOURCE_DIR}/ci/cmake/embed.cmake
    COMMENT "Embedding files into ${header}" VERBATIM)
  string(MAKE_C_IDENTIFIER "embedded_${target}_${header}" step)
  add_custom_target(${step} DEPENDS ${output})
  add_dependencies(embedded ${step})
  target_sources(${target} PRIVATE ${output})
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated/${target})
endfunction()
