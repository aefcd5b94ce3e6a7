# Sourced by the scripts here: where Debian's programs are, and the path to their libraries.
peers=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.conduit/peers
[ -e "$peers/complete" ] || { echo "Debian's XenStore programs are not in $peers: run testbed/peers/fetch" >&2; exit 1; }
xen_bin=$(dirname "$(echo "$peers"/root/usr/lib/xen-[0-9]*/bin/xenstored)")
LD_LIBRARY_PATH=$(dirname "$(echo "$peers"/root/usr/lib/*-linux-gnu*/libxenstore.so.4)")
export LD_LIBRARY_PATH
