# Installing (cmake --install) and the Debian package (cpack -G DEB).
include(GNUInstallDirs)

file(GLOB section1 CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.1")
file(GLOB section5 CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.5")
file(GLOB section7 CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.7")
install(FILES ${section1} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${section5} DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${section7} DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(FILES "${PROJECT_SOURCE_DIR}/README.md" DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME penstock)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "The Penstock developers <penstock@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded, not linked (libcore/net/zmq_library.h, libcore/data/zone_database.h), so they do not show in
# the programs.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libzmq5 (>= 4.3.4), libcctz2 (>= 2.3)")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "${PROJECT_DESCRIPTION}\n Scan, filter, project, aggregate, sort, join and print tables of CSV, NDJSON and\n Arrow, one program an operator, connected by pipes that carry Arrow IPC streams.")
# Debian has its man pages compressed.
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/CompressManPages.cmake")
include(CPack)
