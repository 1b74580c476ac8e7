#!/usr/bin/env bash
# A search below a base that the reader may not see: 389 Directory Server answers success and no entry, as if
# nobody were there, for the subtree and for the base itself; below a base that does not exist it answers
# noSuchObject (32). OpenLDAP answers noSuchObject to both. A program that takes an empty answer for "nobody of
# this name" makes people anew, or ends what it no longer finds, when an administrator's access rule goes wrong:
# it has to read the base as well.
#
# Seen with 389-ds-base 2.3.1+dfsg1-1+deb12u1 (Debian 12). Output then:
#   seen: 0, 1 entries / hidden: 0, 0 entries / hidden base alone: 0, 0 entries / absent: 32, 0 entries
set -euo pipefail

work=$(mktemp -d)
built_for=/usr/lib/x86_64-linux-gnu/dirsrv linked=
cleanup() {
  if [[ -f $work/server/pid ]]; then
    kill "$(cat "$work/server/pid")" 2>/dev/null || true
    wait
  fi
  if [[ $linked ]]; then rm "$built_for"; fi
  rm -rf "$work"
}
trap cleanup EXIT

version=2.3.1+dfsg1-1+deb12u1
needed=(389-ds-base-libs ldap-utils libicu72 liblmdb0 libevent-2.1-7 libcap-ng0 libpam0g libsystemd0)
cd "$work"
mapfile -t packages < <(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
  --no-enhances "${needed[@]}" | grep '^[a-z0-9]' | sort -u)
packages=("389-ds-base=$version" "389-ds-base-libs=$version" "${packages[@]/#389-ds-base-libs/libnss3}")
apt-get download -q "${packages[@]}" >download.log 2>&1 || { cat download.log >&2 && exit 1; }
rm -f libc6_*.deb # the machine's own
for package in *.deb; do dpkg -x "$package" root; done
libs=$work/root/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$libs/dirsrv:$libs PATH=$work/root/usr/bin:$PATH
# Some plug-ins are loaded from where the package was built for, which takes root's rights to provide.
if [[ ! -e $built_for ]]; then ln -s "$libs/dirsrv" "$built_for" && linked=yes; fi

# A server of our own in that folder.
server=$work/server manager='cn=Directory Manager' password=only-for-this-run
port=$((20000 + RANDOM % 20000))
mkdir -p "$server"/{schema,db,lock,log,run,ldif,bak,tmp,cert,inst}
cp root/etc/dirsrv/config/{slapd-collations.conf,certmap.conf} "$server"
cp root/usr/share/dirsrv/schema/*.ldif root/etc/dirsrv/schema/*.ldif "$server/schema"
hash="{SHA512}$(printf %s "$password" | openssl dgst -sha512 -binary | base64 -w0)"
declare -A settings=([config_dir]=$server [inst_dir]=$server/inst [db_home_dir]=$server/db [db_lib]=bdb [fqdn]=localhost
  [ds_port]=$port [ds_user]=$(id -un) [rootdn]=$manager [ds_suffix]='' [ldapi_enabled]=off [ldapi_autobind]=off
  [ldapi]=$server/run/ldapi [ds_passwd]=$hash)
for name in schema db lock log run ldif bak tmp cert; do settings[${name}_dir]=$server/$name; done
script=()
for name in "${!settings[@]}"; do script+=(-e "s|%$name%|${settings[$name]}|g"); done
sed "${script[@]}" root/usr/share/dirsrv/data/template-dse.ldif >"$server/dse.ldif"
root/usr/sbin/ns-slapd -D "$server" -i "$server/pid" -d 0 >server.log 2>&1 &
ldap=(-x -H "ldap://127.0.0.1:$port")
for ((i = 0; i < 60; ++i)); do
  if ldapsearch "${ldap[@]}" -s base -b '' 1.1 >/dev/null 2>&1; then break; fi
  sleep 0.5
done

ldapadd "${ldap[@]}" -D "$manager" -w "$password" >/dev/null <<'LDIF'
dn: cn=userRoot,cn=ldbm database,cn=plugins,cn=config
objectClass: extensibleObject
objectClass: nsBackendInstance
cn: userRoot
nsslapd-suffix: dc=example,dc=org

dn: cn="dc=example,dc=org",cn=mapping tree,cn=config
objectClass: extensibleObject
objectClass: nsMappingTree
cn: dc=example,dc=org
nsslapd-state: backend
nsslapd-backend: userRoot

dn: dc=example,dc=org
objectClass: domain
aci: (targetattr="*")(version 3.0; acl "all"; allow (read,search,compare) userdn="ldap:///anyone";)

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit

dn: uid=ann,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Ann
sn: Lee
LDIF

# What an anonymous reader is answered: the result code and the number of entries.
answer() {
  local code=0 entries
  entries=$(ldapsearch "${ldap[@]}" -LLL -b "$1" -s "$2" '(objectClass=*)' 1.1 2>/dev/null) || code=$?
  echo "$code, $(grep -c '^dn:' <<<"$entries" || true) entries"
}
people=ou=people,dc=example,dc=org
seen=$(answer "$people" one)
ldapmodify "${ldap[@]}" -D "$manager" -w "$password" >/dev/null <<LDIF
dn: $people
changetype: modify
add: aci
aci: (targetattr="*")(version 3.0; acl "hidden"; deny (all) userdn="ldap:///anyone";)
LDIF
said="seen: $seen / hidden: $(answer "$people" one) / hidden base alone: $(answer "$people" base) / "
said+="absent: $(answer ou=nowhere,dc=example,dc=org one)"
echo "389-ds-base $version"
echo "$said"
[[ $said == "seen: 0, 1 entries / hidden: 0, 0 entries / hidden base alone: 0, 0 entries / absent: 32, 0 entries" ]]
