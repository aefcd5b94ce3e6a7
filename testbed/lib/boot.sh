# Starting QEMU and following its console; sourced.

memory=4         # GiB of a machine
dom0_memory=2    # GiB of that
deadline=1800    # seconds for one suite
silence=480      # seconds without a line on the console

# How many machines run at the same time: one keeps about one of its two processors busy, waiting for its other half.
machines() {
  local free
  free=$(($(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024 / 1024))
  if [ "$(nproc)" -ge 2 ] && [ "$free" -ge $((2 * memory + 1)) ]; then echo 2; else echo 1; fi
}

# What guards real processors against attacks costs an emulated one half of each system call, and a quarter of a JVM's start.
xen_bare="spec-ctrl=no xpti=no pv-l1tf=no"
linux_bare="mitigations=off"

# qemu CONSOLE-OPTIONS... -- SETTINGS: becomes QEMU. Emulation, because a rented machine has no virtualisation of its own;
# "max" instead of "Nehalem" crashes dom0 early.
qemu() {
  local options=()
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  exec qemu-system-x86_64 -accel tcg,thread=multi -cpu Nehalem -m "${memory}G" -smp 2 -display none -no-reboot \
    -net none "${options[@]}" \
    -virtfs "local,path=$state/share,mount_tag=share,security_model=none" \
    -kernel "$packages/boot/xen.elf" \
    -append "com1=115200,8n1 console=com1 noreboot dom0_mem=${dom0_memory}G dom0_max_vcpus=1 loglvl=warning guest_loglvl=warning conring_size=1m $xen_bare" \
    -initrd "$(echo "$packages"/boot/vmlinuz-*) console=hvc0 earlyprintk=xen panic=1 loglevel=4 $linux_bare $2,$state/images/dom0"
}

# boot SUITE: runs it in a machine of its own, shows the lines that are meant to be shown, keeps all in its console.log.
boot() {
  local suite=$1 log=$state/share/results/$1/console.log end=$((SECONDS + deadline)) line wait code console finished='' status=1
  mkdir -p "${log%/*}"
  : >"$log"
  trap stop_machine EXIT
  exec {console}< <(qemu -serial stdio -- "store=${suite##*-} suite=${suite%-*}" </dev/null 2>&1)
  machine=$!
  while :; do
    wait=$((end - SECONDS))
    [ "$wait" -le "$silence" ] || wait=$silence
    if [ "$wait" -le 0 ]; then
      ended "$log" "it was not done after $deadline s"
      break
    fi
    IFS= read -r -t "$wait" -u "$console" line || {
      code=$?
      [ -z "$line" ] || echo "$line" >>"$log" # a line without end
      if [ "$code" -le 128 ]; then
        [ -n "$finished" ] && status=0 || ended "$log" "it went off early"
        break
      elif [ "$wait" -eq "$silence" ]; then
        ended "$log" "nothing on the console for $silence s"
        break
      fi
      continue
    }
    line=${line%$'\r'}
    echo "$line" >>"$log"
    case $line in 'testbed: '*) say "$suite: ${line#testbed: }" ;; esac
    case $line in 'testbed: the suite is through'*) finished=1 ;; esac
  done
  stop_machine
  exec {console}<&-
  return "$status"
}

ended() {
  say "the machine has failed, $2; the last lines of ${1#"$root/"}:" >&2
  tail -25 "$1" >&2
}

stop_machine() {
  [ -z "${machine:-}" ] || kill "$machine" 2>/dev/null || true
  machine=
}
