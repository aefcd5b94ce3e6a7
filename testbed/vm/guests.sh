# Guests as dom0 sees them; sourced in dom0.

# guest_config NAME RELEASE SCRIPT [SETTING=VALUE...]: writes /tmp/NAME.cfg for xl: a guest with that Java, which runs
# /testbed/suites/$suite/SCRIPT and goes off. It has an interface on dom0's bridge where there is one (start_network).
guest_config() {
  local name=$1 release=$2 script=$3
  shift 3
  cat >"/tmp/$name.cfg" <<END
name = "$name"
kernel = "/boot/vmlinuz"
ramdisk = "/share/images/guest-$release"
memory = 640
vcpus = 1
tsc_mode = "native"
on_crash = "destroy"
extra = "console=hvc0 panic=1 loglevel=4 mitigations=off store=$store suite=$suite script=$script runtime=$release name=$name $*"
END
  [ ! -e /sys/class/net/xenbr0 ] || echo 'vif = ["bridge=xenbr0"]' >>"/tmp/$name.cfg"
  echo 0 >"/tmp/$name.shown"
}

# guest_start NAME RELEASE SCRIPT [SETTING=VALUE...]: boots such a guest.
guest_start() {
  local name=$1
  guest_config "$@"
  xl create -q "/tmp/$name.cfg" || say "$name could not be created"
}

# guest_wait SECONDS NAME...: until they are gone, showing their progress; then their reports are unpacked into $results.
guest_wait() {
  local end=$(($(now) + $1)) name
  shift
  for name in "$@"; do
    while xl domid "$name" >/dev/null 2>&1; do
      guest_progress "$@"
      if [ "$(now)" -ge $end ]; then
        say "$name is still running and is destroyed; its last lines:"
        tail -n 20 "$consoles/guest-$name.log" | sed "s/^/testbed: $name: /"
        xl destroy "$name"
      fi
      sleep 1
    done
  done
  guest_progress "$@"
  for name in "$@"; do
    guest_results "$name" || say "$name left no whole reports; see consoles/guest-$name.log"
  done
}

# Shows the lines that are new on their consoles and meant to be shown.
guest_progress() {
  local name shown total
  for name in "$@"; do
    shown=$(cat "/tmp/$name.shown")
    total=$(cat "$consoles/guest-$name.log" 2>/dev/null | wc -l)
    [ "$total" -gt "$shown" ] || continue
    sed -n "$((shown + 1)),${total}s/^testbed: \(.*\)\$/testbed: $name: \1/p" "$consoles/guest-$name.log"
    echo "$total" >"/tmp/$name.shown"
  done
}

# The reports are in the console's log, packed and marked by guest.sh.
guest_results() {
  local sum
  sed -n 's/^@file //p' "$consoles/guest-$1.log" | tr -d '\r' | base64 -d >"/tmp/$1.tar.gz" || return 1
  sum=$(sha256sum <"/tmp/$1.tar.gz" | cut -d' ' -f1)
  grep -q "^@sum $sum" "$consoles/guest-$1.log" && tar -xzf "/tmp/$1.tar.gz" -C "$results"
}

# tell NAME KEY VALUE: the guest gets it with told KEY.
tell() {
  xenstore-write "/local/domain/$(xl domid "$1")/data/$2" "$3"
}

# asked NAME KEY SECONDS: waits until the guest has written data/KEY, showing its progress, and prints the value.
asked() {
  local home end
  home=/local/domain/$(xl domid "$1")
  end=$(($(now) + $3))
  until xenstore-exists "$home/data/$2" 2>/dev/null; do
    guest_progress "$1" >&2
    xenstore-exists "$home/name" 2>/dev/null && [ "$(now)" -lt $end ] || return 1
    usleep 500000
  done
  xenstore-read "$home/data/$2"
}
