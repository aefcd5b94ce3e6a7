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
  echo 0 >"/tmp/$1.shown"
  xl create -q "/tmp/$1.cfg" || say "$1 could not be created"
}

# guest_wait NAME SECONDS: until it is gone, showing its progress; then its reports are unpacked into $results.
guest_wait() {
  end=$(($(now) + $2))
  while xl domid "$1" >/dev/null 2>&1; do
    guest_progress "$1"
    if [ "$(now)" -ge $end ]; then
      say "$1 is still running after $2 s and is destroyed; its last lines:"
      tail -n 20 "$consoles/guest-$1.log" | sed "s/^/testbed: $1: /"
      xl destroy "$1"
    fi
    sleep 1
  done
  guest_progress "$1"
  guest_results "$1" || say "$1 left no whole reports; see consoles/guest-$1.log"
}

# Shows the lines that are new on its console and meant to be shown.
guest_progress() {
  shown=$(cat "/tmp/$1.shown")
  total=$(cat "$consoles/guest-$1.log" 2>/dev/null | wc -l)
  [ "$total" -gt "$shown" ] || return 0
  sed -n "$((shown + 1)),${total}s/^testbed: \(.*\)\$/testbed: $1: \1/p" "$consoles/guest-$1.log"
  echo "$total" >"/tmp/$1.shown"
}

# The reports are in the console's log, packed and marked by guest.sh.
guest_results() {
  sed -n 's/^@file //p' "$consoles/guest-$1.log" | tr -d '\r' | base64 -d >"/tmp/$1.tar.gz" || return 1
  sum=$(sha256sum <"/tmp/$1.tar.gz" | cut -d' ' -f1)
  grep -q "^@sum $sum" "$consoles/guest-$1.log" && tar -xzf "/tmp/$1.tar.gz" -C "$results"
}
