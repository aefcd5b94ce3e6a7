# Xen's daemons in dom0; sourced.

# start_xen c|ocaml: the XenStore server, then what needs it.
start_xen() {
  mkdir -p /run/xenstored /run/xen /var/lib/xenstored /var/log/xen "$consoles"
  case $1 in
    ocaml) oxenstored --config-file /etc/xen/oxenstored.conf --pid-file /run/xenstored.pid ;;
    *) xenstored --pid-file=/run/xenstored.pid ;;
  esac
  wait_for 60 test -S /run/xenstored/socket || return 1
  # The kernel learns of the server a moment after the socket is there.
  wait_for 60 xenstore-exists / || return 1
  xen-init-dom0 || return 1
  xenconsoled --log=all --log-dir="$consoles" -i >/var/log/xen/xenconsoled.log 2>&1 &
}

# start_network: a bridge for guests (GUEST_VIF), dom0 has 10.9.0.1 on it.
start_network() {
  modprobe bridge && modprobe xen-netback || return 1
  ip link add xenbr0 type bridge && ip addr add 10.9.0.1/24 dev xenbr0 && ip link set xenbr0 up
}

# For leak checks, before and after: both print a number.
# ports_of DOMAIN: event channels that domain has, also those that wait for a peer.
ports_of() {
  lsevtchn "$1" | wc -l
}

# grants_of DOMAIN: pages of that domain that others have mapped; what nobody has mapped is not counted.
grants_of() {
  xl debug-keys g
  xl dmesg | awk -v "domain=$1" '
    / pressed/ { count = 0 }
    /grant-table for remote d/ { of_domain = $0 ~ ("remote d" domain " ") }
    of_domain && /\[0x/ { count++ }
    END { print count + 0 }'
}
