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

# java_tests RESULT RELEASE [-Dname=value...] -- CLASS...: runs JUnit classes; reports go to $results/RESULT.
java_tests() {
  result=$1
  release=$2
  shift 2
  options=
  while [ "$1" != -- ]; do
    options="$options $1"
    shift
  done
  shift
  classes=
  for class in "$@"; do
    classes="$classes --select-class $class"
  done
  mkdir -p "$results/$result"
  # The quick compiler, because the processor is emulated. Time limits of tests are for real ones; testbed/run notices hangs.
  /java/$release/bin/java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -ea $options -cp '/tests/*' \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors \
    --config junit.jupiter.execution.timeout.mode=disabled --details testfeed --reports-dir "$results/$result" $classes 2>&1 |
    tee "$results/$result/output.txt" |
    sed -n "s/^.* > \(.*\) > \(.*\)() :: \([A-RT-Z][A-Z]*\|SUCCESSFUL\|SKIPPED\)\$/testbed: $result \1.\2 \3/p"
}
