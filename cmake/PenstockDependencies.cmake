# Every library comes from Debian 12. Where Debian ships an archive it is linked in: each shared
# library costs the dynamic loader about 0.2 ms, and a tool on ten rows should take few of those.
find_package(Threads REQUIRED)

function(penstock_library name header)
  find_path(PENSTOCK_${name}_INCLUDE ${header} REQUIRED)
  find_library(PENSTOCK_${name}_LIBRARY NAMES ${ARGN} REQUIRED)
  add_library(penstock_dep_${name} INTERFACE)
  target_include_directories(penstock_dep_${name} SYSTEM INTERFACE "${PENSTOCK_${name}_INCLUDE}")
  target_link_libraries(penstock_dep_${name} INTERFACE "${PENSTOCK_${name}_LIBRARY}")
endfunction()

penstock_library(pg_query pg_query.h libpg_query.a pg_query)
penstock_library(simdjson simdjson.h simdjson)
penstock_library(zstd zstd.h libzstd.a zstd)
penstock_library(lz4 lz4frame.h liblz4.a lz4)
penstock_library(zlib zlib.h libz.a z)
penstock_library(re2 re2/re2.h libre2.a re2)
penstock_library(utf8proc utf8proc.h libutf8proc.a utf8proc)
# Loaded when a tool first meets a zone's name: libcore/data/zone_database.h says why.
find_path(PENSTOCK_CCTZ_INCLUDE cctz/time_zone.h REQUIRED)
add_library(penstock_dep_cctz INTERFACE)
target_include_directories(penstock_dep_cctz SYSTEM INTERFACE "${PENSTOCK_CCTZ_INCLUDE}")
target_link_libraries(penstock_dep_cctz INTERFACE ${CMAKE_DL_LIBS})
# Loaded by pexchange when it needs it: libcore/net/zmq_library.h says why.
find_path(PENSTOCK_ZMQ_INCLUDE zmq.h REQUIRED)
add_library(penstock_dep_zmq INTERFACE)
target_include_directories(penstock_dep_zmq SYSTEM INTERFACE "${PENSTOCK_ZMQ_INCLUDE}")
target_link_libraries(penstock_dep_zmq INTERFACE ${CMAKE_DL_LIBS})

# Boost.Asio and Boost.Process are headers; 1.81 is Debian's first with Boost.Process v2, and not the
# version of its libboost-dev. With the standard library's paths nothing of Boost is linked.
find_path(PENSTOCK_BOOST_INCLUDE boost/process/v2/process.hpp REQUIRED)
add_library(penstock_dep_boost INTERFACE)
target_include_directories(penstock_dep_boost SYSTEM INTERFACE "${PENSTOCK_BOOST_INCLUDE}")
target_link_libraries(penstock_dep_boost INTERFACE Threads::Threads)

# Highway is used as headers: libcore/base/simd_targets.cc says what its shared library would cost.
find_path(PENSTOCK_HWY_INCLUDE hwy/highway.h REQUIRED)
add_library(penstock_dep_hwy INTERFACE)
target_include_directories(penstock_dep_hwy SYSTEM INTERFACE "${PENSTOCK_HWY_INCLUDE}")

# CLI11 and xxHash are headers, fmt nearly so (libcore/base/format_library.cc compiles the rest);
# FlatBuffers needs its headers only, its code is generated at build time.
find_path(PENSTOCK_FMT_INCLUDE fmt/format.h REQUIRED)
add_library(penstock_dep_fmt INTERFACE)
target_include_directories(penstock_dep_fmt SYSTEM INTERFACE "${PENSTOCK_FMT_INCLUDE}")

find_path(PENSTOCK_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
add_library(penstock_dep_cli11 INTERFACE)
target_include_directories(penstock_dep_cli11 SYSTEM INTERFACE "${PENSTOCK_CLI11_INCLUDE}")

find_path(PENSTOCK_XXHASH_INCLUDE xxhash.h REQUIRED)
add_library(penstock_dep_xxhash INTERFACE)
target_include_directories(penstock_dep_xxhash SYSTEM INTERFACE "${PENSTOCK_XXHASH_INCLUDE}")

find_path(PENSTOCK_FLATBUFFERS_INCLUDE flatbuffers/flatbuffers.h REQUIRED)
find_program(PENSTOCK_FLATC flatc REQUIRED)
add_library(penstock_dep_flatbuffers INTERFACE)
target_include_directories(penstock_dep_flatbuffers SYSTEM INTERFACE
  "${PENSTOCK_FLATBUFFERS_INCLUDE}")
