# Measures a box for some seconds while a run works on it. SECONDS PATH
case $2 in \~/*) disk=$HOME/${2#\~/} ;; *) disk=$2 ;; esac

# Not the limit of its power, which is usual at work. Drivers before 535 call a reason clocks_throttle_reasons.
reasons=clocks_event_reasons.hw_slowdown,clocks_event_reasons.sw_thermal_slowdown
turn=0
while :; do
    timeout -k 2 10 nvidia-smi --query-gpu=utilization.gpu,memory.used,memory.total --format=csv,noheader,nounits 2>/dev/null |
        sed 's/^/gpu=/'
    timeout -k 2 10 nvidia-smi --query-gpu="$reasons" --format=csv,noheader 2>/dev/null | grep -v rror | sed 's/^/slow=/'
    turn=$((turn + 1))
    [ "$turn" -lt "$1" ] || break
    sleep 1
done

# What the control group counts holds pages of files that the kernel can give back at once: they are no use.
if [ -r /sys/fs/cgroup/memory.max ]; then
    at=/sys/fs/cgroup
    whole=$(cat "$at/memory.max") used=$(cat "$at/memory.current") spare=$(sed -n 's/^inactive_file //p' "$at/memory.stat")
elif [ -r /sys/fs/cgroup/memory/memory.limit_in_bytes ]; then
    at=/sys/fs/cgroup/memory
    whole=$(cat "$at/memory.limit_in_bytes") used=$(cat "$at/memory.usage_in_bytes")
    spare=$(sed -n 's/^total_inactive_file //p' "$at/memory.stat")
fi
case $whole in
'' | max | ?????????????????*)
    awk '$1 == "MemTotal:" { all = $2 } $1 == "MemAvailable:" { free = $2 }
        END { if (all > 0) printf "ram=%.0f %.0f\n", (all - free) * 1024, all * 1024 }' /proc/meminfo
    ;;
*) echo "ram=$((used - ${spare:-0})) $whole" ;;
esac
of() {
    df -Pk "$2" 2>/dev/null | awk -v name="$1" 'NR == 2 { printf "%s=%.0f %.0f\n", name, $(NF - 3) * 1024, ($(NF - 3) + $(NF - 2)) * 1024 }'
}
of shm /dev/shm
[ -e "$disk" ] || disk=$HOME
of disk "$disk"
echo 'whole=1'
