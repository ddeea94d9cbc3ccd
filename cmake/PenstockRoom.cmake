# penstock_room(NAME USES room... LIBRARIES dep...)
# One room of libcore: all sources of its folder as the static library penstock_NAME. It sees only
# the rooms that it USES (scripts/lint proves the floors) and hides the libraries that it seals.
function(penstock_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc")
  file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.h")
  add_library(penstock_${name} STATIC ${sources} ${headers})
  set_target_properties(penstock_${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_sources(penstock_${name} PUBLIC FILE_SET HEADERS
    BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${headers})
  list(TRANSFORM ROOM_USES PREPEND penstock_)
  target_link_libraries(penstock_${name}
    PUBLIC ${ROOM_USES} $<BUILD_INTERFACE:penstock_dep_fmt>
    PRIVATE $<BUILD_INTERFACE:penstock_flags> ${ROOM_LIBRARIES})
endfunction()
