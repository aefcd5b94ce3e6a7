# Shared by dom0 and guests; sourced by init with /bin/sh (busybox).

# Lines that begin so are shown by testbed/run; everything else is only in the log.
say() {
  echo "testbed: $*"
}

mount_all() {
  mount -t proc none /proc
  mount -t sysfs none /sys
  mount -t devtmpfs none /dev
  mkdir -p /dev/pts /dev/shm
  mount -t devpts none /dev/pts
  mount -t tmpfs none /dev/shm
  mount -t tmpfs none /run
  mount -t tmpfs none /tmp
  chmod 1777 /tmp
  ip link set lo up
}

# The value of NAME=VALUE on the kernel's command line.
setting() {
  tr ' ' '\n' </proc/cmdline | sed -n "s/^$1=//p" | tail -1
}

load_xen() {
  for module in xen-privcmd xen-evtchn xen-gntdev xen-gntalloc xenfs; do
    modprobe $module || say "no kernel module $module"
  done
  mount -t xenfs none /proc/xen
}

# Seconds since the boot.
now() {
  cut -d. -f1 /proc/uptime
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
  local end=$(($(now) + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$(now)" -lt $end ] || return 1
    usleep 200000
  done
}
