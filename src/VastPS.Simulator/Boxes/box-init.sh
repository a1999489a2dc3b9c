#!/bin/sh
# Runs one box: init.sh FOLDER namespace|marker MARK SSHD HOME
# When standard input closes (the simulator stopped the box, or died), the box ends with everything started in it.
box=$1 mode=$2 mark=$3 sshd=$4 home=$5

if [ "$mode" = namespace ]; then
    mount --bind "$box/home" "$home" || exit 3
    # A locked password would also lock the keys of root; inside this namespace it is not locked.
    if grep -q '^root:!' /etc/shadow 2>/dev/null; then
        sed 's/^root:!*/root:*/' /etc/shadow >"$box/shadow" && chmod 600 "$box/shadow" && mount --bind "$box/shadow" /etc/shadow
    fi
fi

setsid "$sshd" -D -e -f "$box/sshd_config" </dev/null &
daemon=$!

if [ -f "$box/home/onstart.sh" ]; then
    SSH_ORIGINAL_COMMAND='sh ./onstart.sh' setsid sh "$box/login.sh" "$box" onstart </dev/null >>"$box/onstart.log" 2>&1 &
fi

cat >/dev/null

# In a pid namespace this is process 1: its end is the end of all others.
[ "$mode" = namespace ] && exit 0

# Elsewhere: everything that carries the box's mark, every session such a process or the sshd is in,
# and of the sessions of earlier logins what still works below the box's folder.
victims() {
    sessions=" $daemon "
    logins=" $(cat "$box/sessions" 2>/dev/null | tr '\n' ' ')"
    for file in $(grep -lszx -- "VASTPS_SIM_BOX_MARK=$mark" /proc/[0-9]*/environ); do
        pid=${file#/proc/}
        pid=${pid%/environ}
        echo "$pid"
        if read -r line <"/proc/$pid/stat"; then
            set -- ${line##*) }
            sessions="$sessions$4 "
        fi
    done 2>/dev/null
    for file in /proc/[0-9]*/stat; do
        if read -r line <"$file"; then
            set -- ${line##*) }
            case $sessions in
            *" $4 "*)
                pid=${file#/proc/}
                echo "${pid%/stat}"
                continue
                ;;
            esac
            case $logins in
            *" $4 "*)
                pid=${file#/proc/}
                pid=${pid%/stat}
                case $(readlink "/proc/$pid/cwd") in "$box"/*) echo "$pid" ;; esac
                ;;
            esac
        fi
    done 2>/dev/null
}

for round in 1 2 3 4 5; do
    found=$(victims)
    [ -z "$found" ] && exit 0
    kill -KILL $found 2>/dev/null
    wait "$daemon" 2>/dev/null
done
