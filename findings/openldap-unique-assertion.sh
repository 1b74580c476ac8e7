#!/usr/bin/env bash
# OpenLDAP's overlay `unique` and the assertion control (RFC 4528) exclude one another: the overlay looks for other
# holders of a new value with the controls of the modify itself, so that the assertion is tried on the base of that
# search instead of on the entry that is modified. A modify whose assertion holds for its entry is answered
# assertionFailed (122), "unique_search failed", for ever, as soon as it touches a unique attribute; without the
# control, or with an assertion that happens to hold for the base as well, it succeeds. A program that takes 122 for
# "somebody else was faster" reads again and tries again without end.
#
# Seen with slapd 2.5.13+dfsg-5 (Debian 12). Output then:
#   plain: 0 / asserted, another attribute: 0 / asserted, unique attribute: 122 unique_search failed / true of the base: 0
set -euo pipefail

work=$(mktemp -d)
cleanup() {
  if [[ -f $work/pid ]]; then
    kill "$(cat "$work/pid")" 2>/dev/null || true
    wait
  fi
  rm -rf "$work"
}
trap cleanup EXIT

version=2.5.13+dfsg-5
cd "$work"
mapfile -t packages < <(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
  --no-enhances slapd | grep '^[a-z0-9]' | grep -E '^(lib|slapd|ldap)' | grep -v '^slapd$' | sort -u)
apt-get download -q "slapd=$version" "ldap-utils=$version" "${packages[@]}" >download.log 2>&1 ||
  { cat download.log >&2 && exit 1; }
rm -f libc6_*.deb # the machine's own
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu PATH=$work/root/usr/bin:$PATH

mkdir data
cat >slapd.conf <<CONF
include $work/root/etc/ldap/schema/core.schema
include $work/root/etc/ldap/schema/cosine.schema
include $work/root/etc/ldap/schema/inetorgperson.schema
modulepath $work/root/usr/lib/ldap
moduleload back_mdb
moduleload unique
pidfile $work/pid
database mdb
suffix dc=example,dc=org
rootdn cn=manager,dc=example,dc=org
rootpw only-for-this-run
directory $work/data
overlay unique
unique_uri ldap:///dc=example,dc=org?mail?sub
CONF
root/usr/sbin/slapadd -q -f slapd.conf <<'LDIF'
dn: dc=example,dc=org
objectClass: domain

dn: uid=ann,dc=example,dc=org
objectClass: inetOrgPerson
uid: ann
cn: Ann
sn: Ann
mail: ann@example.org
LDIF
port=$((20000 + RANDOM % 20000))
root/usr/sbin/slapd -f slapd.conf -h "ldap://127.0.0.1:$port"
# shellcheck disable=SC2054 # a DN
server=(-x -H "ldap://127.0.0.1:$port" -D cn=manager,dc=example,dc=org -w only-for-this-run)
for ((i = 0; i < 60; ++i)); do
  if ldapsearch "${server[@]}" -s base -b '' 1.1 >/dev/null 2>&1; then break; fi
  sleep 0.2
done

# modify ATTRIBUTE VALUE [-e control...]: the result code, and what the server says beside it
modify() {
  local attribute=$1 value=$2 code=0 said
  shift 2
  said=$(printf 'dn: uid=ann,dc=example,dc=org\nchangetype: modify\nreplace: %s\n%s: %s\n' "$attribute" "$attribute" "$value" |
    ldapmodify "${server[@]}" "$@" 2>&1) || code=$?
  printf '%s%s' "$code" "$(sed -n 's/.*additional info: / /p' <<<"$said")"
}

plain=$(modify mail ann1@example.org)
other=$(modify title Boss -e '!assert=(uid=ann)')
unique=$(modify mail ann2@example.org -e '!assert=(uid=ann)')
base=$(modify mail ann3@example.org -e '!assert=(objectClass=*)')
seen="plain: $plain / asserted, another attribute: $other / asserted, unique attribute: $unique / true of the base: $base"
echo "slapd $version: $seen"
[[ $seen == 'plain: 0 / asserted, another attribute: 0 / asserted, unique attribute: 122 unique_search failed / true of the base: 0' ]]
