# What `cmake --install` puts where, and the Debian package. Unit and maintainer scripts: ci/package.d/.
include(GNUInstallDirs)
set(package_files ${CMAKE_SOURCE_DIR}/ci/package.d)

if(TARGET dirbridge)
  install(TARGETS dirbridge RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})
endif()
install(DIRECTORY schema/ DESTINATION ${CMAKE_INSTALL_DATADIR}/dirbridge/schema)
install(FILES config/dirbridge.example.json DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${package_files}/dirbridge.service DESTINATION lib/systemd/system)
install(FILES ${package_files}/sysusers.conf DESTINATION lib/sysusers.d RENAME dirbridge.conf)
install(FILES ${package_files}/dirbridge.json DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/dirbridge)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dirbridge)
set(CPACK_PACKAGE_CONTACT "dirbridge maintainers <maintainers@dirbridge.invalid>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers, init-system-helpers (>= 1.54)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "slapd, ldap-utils")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "directory bridge from identity providers to LDAP
 Keeps an LDAP directory, as Atlassian products read it, in step with identity
 providers that push users and groups over SCIM 2.0.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE ${CMAKE_BINARY_DIR}/package-control/conffiles "/etc/dirbridge/dirbridge.json\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_BINARY_DIR}/package-control/conffiles
  ${package_files}/postinst ${package_files}/prerm ${package_files}/postrm)
include(CPack)
