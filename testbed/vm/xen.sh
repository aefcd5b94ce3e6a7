# Xen's daemons in dom0; sourced.

# Seconds since the boot.
now() {
  cut -d. -f1 /proc/uptime
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
  end=$(($(now) + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$(now)" -lt $end ] || return 1
    usleep 200000
  done
}

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
