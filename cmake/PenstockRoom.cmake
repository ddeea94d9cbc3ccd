# What nearly every file of libcore includes takes a quarter of the time to compile it. base has it
# compiled before, the other rooms take it from there. The clang preset does without, for
# clang-tidy then sees what each file includes itself.
set(penstock_precompiled <algorithm> <array> <cstdint> <cstring> <functional> <memory> <mutex>
  <optional> <span> <string> <string_view> <thread> <unordered_map> <utility> <vector>
  <fmt/format.h>)

# penstock_together(TARGET): where PENSTOCK_TOGETHER says so, compiles up to ten of the target's files
# as one, so that their common headers are read once: a release with its tests took 253 s so, and 346
# when its rooms' files were compiled one by one. The dev preset does that, and shows a missing
# #include. Names in anonymous namespaces must differ. Files that Highway includes again for every
# instruction set stay alone.
function(penstock_together target)
  if(NOT PENSTOCK_TOGETHER)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    if(source MATCHES "\\.cc$")
      file(STRINGS "${source}" again REGEX "foreach_target" LIMIT_COUNT 1)
      if(again)
        set_source_files_properties("${source}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
      endif()
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 10)
endfunction()

# penstock_room(NAME USES room... LIBRARIES dep...)
# One room of libcore: all sources of its folder, and of folders inside, as the static library penstock_NAME. It sees only
# the rooms that it USES (scripts/lint proves the floors) and hides the libraries that it seals.
function(penstock_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.h")
  add_library(penstock_${name} STATIC ${sources} ${headers})
  set_target_properties(penstock_${name} PROPERTIES LINKER_LANGUAGE CXX)
  penstock_together(penstock_${name})
  target_sources(penstock_${name} PUBLIC FILE_SET HEADERS
    BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${headers})
  list(TRANSFORM ROOM_USES PREPEND penstock_)
  target_link_libraries(penstock_${name}
    PUBLIC ${ROOM_USES} $<BUILD_INTERFACE:penstock_dep_fmt>
    PRIVATE $<BUILD_INTERFACE:penstock_flags> ${ROOM_LIBRARIES})
  if(name STREQUAL "base")
    target_precompile_headers(penstock_base PRIVATE ${penstock_precompiled})
  else()
    target_precompile_headers(penstock_${name} REUSE_FROM penstock_base)
  endif()
endfunction()

# penstock_flatbuffers(NAME SCHEMA): X_generated.h from X.fbs for the room's sources alone. Warnings
# in generated code are nobody's to mend, so it counts as a system header.
function(penstock_flatbuffers name schema)
  get_filename_component(stem "${schema}" NAME_WE)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${name}_generated")
  set(header "${folder}/${stem}_generated.h")
  add_custom_command(OUTPUT "${header}"
    COMMAND "${PENSTOCK_FLATC}" --cpp --scoped-enums -o "${folder}"
            "${CMAKE_CURRENT_SOURCE_DIR}/${schema}"
    DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${schema}"
    COMMENT "flatc ${schema}" VERBATIM)
  target_sources(penstock_${name} PRIVATE "${header}")
  if(NOT TARGET generated_headers)
    add_custom_target(generated_headers)
  endif()
  add_custom_target(penstock_${name}_generated DEPENDS "${header}")
  add_dependencies(generated_headers penstock_${name}_generated)
  target_include_directories(penstock_${name} SYSTEM PRIVATE "${folder}")
endfunction()

# penstock_text(NAME FILE): FILE.inc, a C++ string literal of what the file holds without its last
# newline, for the room's sources alone.
function(penstock_text name text)
  get_filename_component(file "${text}" NAME)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${name}_generated")
  file(READ "${text}" content)
  string(REGEX REPLACE "\n$" "" content "${content}")
  file(CONFIGURE OUTPUT "${folder}/${file}.inc" CONTENT "R\"text(@content@)text\"\n" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${text}")
  target_include_directories(penstock_${name} SYSTEM PRIVATE "${folder}")
endfunction()
