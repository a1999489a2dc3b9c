# What the scripts of a run share. $id is the run, $dir its folder.

# How often the kernel killed something in this container for memory; nothing where it does not count.
oom_kills() {
    for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
        if [ -r "$file" ]; then
            sed -n 's/^oom_kill //p' "$file"
            return
        fi
    done
}

# Seconds since the computer started: its clock can be set, this cannot.
uptime() {
    read -r up rest </proc/uptime && echo "${up%%.*}"
}

# When a process began, in ticks since the computer started: a pid that was given again shows another time.
since() {
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    set -- ${line##*") "}
    echo "${20}"
}

# True where a process is more than an end that nobody has taken note of.
lives() {
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    set -- ${line##*") "}
    [ "$1" != Z ] && [ "$1" != X ]
}

# One start of this container. The computer below may go on while the container is started anew and counts its pids from 1 again.
boot() {
    echo "$(cat /proc/sys/kernel/random/boot_id)-$(since 1)"
}

# What was noted of the run when it began.
noted() {
    sed -n "s/^$1=//p" "$dir/start" 2>/dev/null
}

# The session of the command, and when it began; nothing where the box was started anew since.
recall() {
    session=
    if [ "$(noted boot)" = "$(boot)" ]; then
        session=$(noted session)
        born=$(noted born)
    fi
}

# True while the process that will write down the end is there.
keeps() {
    keeper=$(noted pid)
    lives "$keeper" && [ "$(since "$keeper")" = "$(noted began)" ]
}

# All processes of the run: those that carry its mark, however they were started, and those of the command's session.
members() {
    grep -als "VASTPS_RUN=$id" /proc/[0-9]*/environ | cut -d / -f 3
    [ -n "$session" ] || return 0
    first=$(since "$session")
    [ "${first:-$born}" = "$born" ] || return 0
    for file in /proc/[0-9]*/stat; do
        { read -r line <"$file"; } 2>/dev/null || continue
        pid=${line%% *}
        set -- ${line##*") "}
        [ "$4" = "$session" ] && [ "$1" != Z ] && [ "$1" != X ] && echo "$pid"
    done
}

# TERM to all, KILL after $1 tenths of a second; true once none is left.
end_members() {
    left=$(members)
    [ -z "$left" ] || kill -TERM $left 2>/dev/null
    turn=0
    while left=$(members); [ -n "$left" ]; do
        [ "$turn" -lt "$1" ] || kill -KILL $left 2>/dev/null
        [ "$turn" -gt "$(($1 + 30))" ] && return 1
        turn=$((turn + 1))
        sleep 0.1
    done
}
