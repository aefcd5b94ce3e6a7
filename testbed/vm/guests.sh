# Guests as dom0 sees them; sourced in dom0.

# guest_start NAME RELEASE SCRIPT: boots a guest with that Java, which runs /testbed/suites/$suite/SCRIPT and goes off.
guest_start() {
  cat >"/tmp/$1.cfg" <<END
name = "$1"
kernel = "/boot/vmlinuz"
ramdisk = "/share/images/guest-$2"
memory = 640
vcpus = 1
on_crash = "destroy"
extra = "console=hvc0 panic=1 loglevel=4 store=$store suite=$suite script=$3 runtime=$2 name=$1"
END
  say "$1 starts"
  shown=0
  xl create -q "/tmp/$1.cfg" || say "$1 could not be created"
}

# guest_wait NAME SECONDS: until it is gone, showing its progress; then its reports are unpacked into $results.
guest_wait() {
  log=$consoles/guest-$1.log
  left=$2
  while xl domid "$1" >/dev/null 2>&1; do
    guest_progress "$1"
    left=$((left - 1))
    if [ $left -le 0 ]; then
      say "$1 is still running after $2 s and is destroyed; its last lines:"
      tail -20 "$log" | sed "s/^/testbed: $1: /"
      xl destroy "$1"
    fi
    sleep 1
  done
  guest_progress "$1"
  guest_results "$1" || say "$1 left no whole reports; its console is consoles/guest-$1.log"
}

guest_progress() {
  total=$(wc -l <"$log" 2>/dev/null || echo 0)
  [ "$total" -le $shown ] || sed -n "$((shown + 1)),${total}s/^testbed: \(.*\)\r*$/testbed: $1: \1/p" "$log"
  shown=$total
}

guest_results() {
  mkdir -p "$results"
  sed -n 's/^@file //p' "$log" | tr -d '\r' | base64 -d >"/tmp/$1.tar.gz" || return 1
  sum=$(sha256sum <"/tmp/$1.tar.gz" | cut -d' ' -f1)
  grep -q "^@sum $sum" "$log" && tar -xzf "/tmp/$1.tar.gz" -C "$results"
}
