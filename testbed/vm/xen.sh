# Xen's daemons in dom0; sourced.

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
  tries=$(($1 * 5))
  shift
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    usleep 200000
  done
}

# start_xen c|ocaml
start_xen() {
  mkdir -p /run/xenstored /run/xen /var/lib/xenstored /var/log/xen "$consoles"
  case $1 in
    ocaml) oxenstored --config-file /etc/xen/oxenstored.conf --pid-file /run/xenstored.pid ;;
    *) xenstored --pid-file=/run/xenstored.pid ;;
  esac
  wait_for 20 test -S /run/xenstored/socket || return 1
  # The kernel learns of the server a moment after the socket is there.
  wait_for 20 xenstore-exists / || return 1
  xen-init-dom0 || return 1
  xenconsoled --log=all --log-dir="$consoles" -i >/var/log/xen/xenconsoled.log 2>&1 &
}
