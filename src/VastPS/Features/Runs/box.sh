# What the scripts of a run share. $id is the run, $dir its folder.

# How often the kernel killed something in this container for memory; nothing where it does not count. Its own group is at the
# top of what it sees, or where /proc says; the old kind counts each group alone.
oom_kills() {
    new=$(sed -n 's/^0:://p' /proc/self/cgroup 2>/dev/null)
    old=$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup 2>/dev/null)
    for file in memory.events "$new/memory.events" "memory/$old/memory.oom_control" memory/memory.oom_control; do
        file=/sys/fs/cgroup/$file
        if [ -r "$file" ]; then
            sed -n 's/^oom_kill //p' "$file"
            return
        fi
    done
}

# Seconds since the computer started, as $up: its clock can be set, this cannot.
clock() {
    read -r up rest </proc/uptime && up=${up%%.*}
}
uptime() {
    clock && echo "$up"
}

# When a process began, as $ticks since the computer started: a pid that was given again shows another time.
began() {
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    # shellcheck disable=SC2086 # the fields are numbers and letters, to be taken apart
    set -- ${line##*") "}
    ticks=${20}
}
since() {
    began "$1" && echo "$ticks"
}

# True where a process is more than an end that nobody has taken note of.
lives() {
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    # shellcheck disable=SC2086 # the fields are numbers and letters, to be taken apart
    set -- ${line##*") "}
    [ "$1" != Z ] && [ "$1" != X ]
}

# One start of this container. The computer below may go on while the container is started anew and counts its pids from 1 again.
boot() {
    echo "$(cat /proc/sys/kernel/random/boot_id)-$(since 1)"
}

# What was noted of the run when it began.
noted() {
    while IFS='=' read -r key value; do
        [ "$key" != "$1" ] || echo "$value"
    done 2>/dev/null <"$dir/start"
}

# The session of the command, when it began, and its keeper; nothing where the box was started anew since. No process is made.
recall() {
    session=
    keeper=
    read -r boot_id </proc/sys/kernel/random/boot_id
    began 1
    here=$boot_id-$ticks
    there=
    while IFS='=' read -r key value; do
        case $key in
        boot) there=$value ;;
        session) session=$value ;;
        born) born=$value ;;
        pid) keeper=$value ;;
        began) keeper_began=$value ;;
        esac
    done 2>/dev/null <"$dir/start"
    if [ "$there" != "$here" ]; then
        session=
        keeper=
    fi
}

# Who ended the run on purpose: nobody, limit or stop. On a full disk the limiter leaves an empty file.
why() {
    [ ! -e "$dir/why" ] || { grep . "$dir/why" || echo limit; }
}

# True while the process that will write down the end is there.
keeps() {
    [ -n "$keeper" ] && lives "$keeper" && began "$keeper" && [ "$ticks" = "$keeper_began" ]
}

# True where a process holds the log open for writing; whoever reads it has no part in the run.
writes_log() {
    for fd in "/proc/$1/fd"/*; do
        # shellcheck disable=SC3013 # dash, bash and BusyBox know -ef, and POSIX since 2024
        [ "$fd" -ef "$dir/log.txt" ] || continue
        while read -r key value; do
            case $key$value in flags:*[12]) return 0 ;; esac
        done 2>/dev/null <"/proc/$1/fdinfo/${fd##*/}"
    done
    return 1
}

# The processes that carry the mark of the run, as $found between blanks; and whether one carries that of any run.
# shellcheck disable=SC2317 # the limiter has one of its own
marked() {
    found=" $(grep -als "VASTPS_RUN=$id" /proc/[0-9]*/environ | cut -d / -f 3 | tr '\n' ' ')"
}
# shellcheck disable=SC2317 # the limiter has one as well
carries() {
    grep -aqs "VASTPS_RUN=$2" "/proc/$1/environ"
}

# All processes of the run, as $found: those that carry its mark, those of the command's session and group, what descends from
# them or came to the keeper as an orphan, and what began since, belongs to no other run and writes to the log. What it calls
# above are the only programs in it.
search() {
    marked
    first=
    [ -z "$session" ] || { began "$session" && first=$ticks; }
    own=
    [ -z "$session" ] || [ "${first:-$born}" != "$born" ] || own=$session
    above=
    ! keeps || above=" $keeper "
    table=
    for file in /proc/[0-9]*/stat; do
        { read -r line <"$file"; } 2>/dev/null || continue
        pid=${line%% *}
        # shellcheck disable=SC2086 # the fields are numbers and letters, to be taken apart
        set -- ${line##*") "}

        # The keeper's own helpers never leave its session.
        if [ "$1" = Z ] || [ "$1" = X ] || [ "$4" = "${keeper:-none}" ]; then continue; fi
        if [ -n "$own" ] && { [ "$4" = "$own" ] || [ "$3" = "$own" ]; }; then
            found="$found$pid "
        else
            table="$table $pid:$2:${20}"
        fi
    done
    grown=1
    while [ -n "$grown" ]; do
        grown=
        for entry in $table; do
            pid=${entry%%:*}
            parent=${entry#*:}
            case $found in *" $pid "*) continue ;; esac
            case "$above$found" in *" ${parent%%:*} "*) found="$found$pid " grown=1 ;; esac
        done
    done
    if [ -n "$own" ]; then
        for entry in $table; do
            pid=${entry%%:*}
            [ "${entry##*:}" -ge "$born" ] || continue
            case $found in *" $pid "*) continue ;; esac
            if writes_log "$pid" && ! carries "$pid" ''; then
                found="$found$pid "
            fi
        done
    fi
    all=$found
    found=
    for pid in $all; do
        ! lives "$pid" || found="$found$pid "
    done
}
members() {
    search
    # shellcheck disable=SC2086 # one a line
    [ -z "$found" ] || printf '%s\n' $found
}

# The same, where none is to mean none: a process in the midst of an exec has no environment for a moment.
lasting() {
    some=$(members)
    [ -n "$some" ] || { sleep 0.1 && some=$(members); }
    [ -n "$some" ] && echo "$some"
}

# TERM to all, KILL after $1 tenths of a second; true once none is left.
end_members() {
    left=$(members)
    # shellcheck disable=SC2086 # many ids in one call; not every box has a kill that is a program, for xargs
    [ -z "$left" ] || kill -TERM $left 2>/dev/null
    turn=0
    while left=$(lasting); [ -n "$left" ]; do
        # shellcheck disable=SC2086 # the same
        [ "$turn" -lt "$1" ] || kill -KILL $left 2>/dev/null
        [ "$turn" -gt "$(($1 + 30))" ] && return 1
        turn=$((turn + 1))
        sleep 0.1
    done
}

# When the newest file at a path was written: a file, or a folder with folders in it.
newest() {
    find "$1" -maxdepth 4 -type f -exec stat -c %Y {} + 2>/dev/null | sort -n | tail -n 1
}

# The lines of the log that tell how it ended, with their numbers: the last that show a step or something saved (step=), from
# the first of these on those with the words of a cause (hit=), and the last words (last=). What each word means, and where it
# is from, stands in CauseTable.cs; this only has to let no line through that is known there.
words='[Oo]ut of memory|OutOfMemory|OUT_OF_MEMORY|OOM|RESOURCE_EXHAUSTED|ResourceExhausted|ALLOC_FAILED|MemoryAllocation|low on memory|MemoryError'
words="$words|bad_alloc|allocate|enough memory|memory exhausted|shared memory|[Bb]us error|cache blocks|No space left|quota|rrno 28|PytorchStreamWriter|unexpected pos"
words="$words|[Ee]xit ?code *: *-[0-9]|SIG[A-Z]|[Kk]illed|Segmentation fault|Aborted|Illegal instruction|Floating point exception|Terminated|Hangup|core dumped"
words="$words|not found|No such file|Permission denied|syntax error|cannot execute|Traceback|Exception|Error|Interrupt|rror:|Watchdog|terminate called"
words="$words|panicked|FAILED|[Ee]arly.?[Ss]top|[Ss]top[a-z]* [a-z ]*early"
number='["'"'"']?[]):= ]+["'"'"' (a-z.]*([-+]?[.0-9]|nan|NaN|NAN|inf)'
moves="[Ll](oss|OSS)[a-z_/]*$number|[Rr]eward[a-z_/]*$number|[Nn]orm$number|[Pp](erplexity|pl)$number|[Aa]cc(uracy)?$number"
moves="$moves|([Ss]tep|[Ii]ter|[Ii]teration|[Ee]poch|[Uu]pdate)s?[]):=# \"'[(]*[0-9]|[0-9]/[0-9]+ ?\\[|it/s|s/it|[Ss]av(ed|ing) "
facts() {
    # A line is found again by the number that other programs give it; BusyBox cannot tell where in a file it is.
    where=
    ! printf 'x\n' | grep -anb x >/dev/null 2>&1 || where=b
    whole=$(wc -c <"$dir/log.txt")

    # Nearly always the last steps are near the end; else the whole log is read.
    for size in 16000000 all; do
        steps=$(region | LC_ALL=C timeout 120 grep -an${where}E "$moves" | grep -av ':wandb:' | tail -n 60 | cut -c 1-600)
        [ -z "$steps" ] || break
    done
    from=1
    base=0
    [ "$size" = all ] || [ "$whole" -le "$size" ] || base=$((whole - size))
    if [ -n "$steps" ]; then
        from=${steps%%:*}
        if [ -n "$where" ]; then
            first=${steps#*:}
            base=$((base + ${first%%:*}))
            steps=$(printf '%s\n' "$steps" | sed 's/^\([0-9]*\):[0-9]*:/\1:/')
        fi
        printf '%s\n' "$steps" | sed 's/^/step=/'
    fi
    echo "hits-from=$from"
    {
        region | tail -n "+$from" | LC_ALL=C timeout 120 grep -an${where}E -m 100 "$words" | cut -c 1-600
        region | tail -n "+$from" | LC_ALL=C timeout 120 grep -an${where}E "$words" | tail -n 40 | cut -c 1-600
    } | hits
    echo "lines=$(region | grep -ac '')"
    tail -c 64000 "$dir/log.txt" 2>/dev/null | tr '\r' '\n' | tail -n 30 | cut -c 1-600 | sed 's/^/last=/'
    echo
    if [ -n "$(cat "$dir/checkpoint" 2>/dev/null)" ]; then
        saved=$(find "$(cat "$dir/checkpoint")" -maxdepth 6 -type f -size +0 -newer "$dir/start" 2>/dev/null | head -n 1)
        echo "saved=${saved:+1}"
    fi
    echo 'facts=1'
}
# Each line with its number in the log, where it is known; what comes twice is told once.
hits() {
    at=-1
    line=1
    while IFS= read -r hit; do
        if [ -z "$where" ]; then
            printf 'hit=%s\n' "$hit"
            continue
        fi
        text=${hit#*:}
        found=$((base + ${text%%:*}))
        [ "$found" -gt "$at" ] || continue
        [ "$at" -ge 0 ] || at=0
        line=$((line + $(tail -c "+$((at + 1))" "$dir/log.txt" | head -c "$((found - at))" | wc -l)))
        at=$found
        printf 'found=%s:%s:%s\n' "${hit%%:*}" "$line" "${text#*:}"
    done
}
region() {
    case $size in all) cat "$dir/log.txt" ;; *) tail -c "$size" "$dir/log.txt" ;; esac 2>/dev/null | tr '\r' '\n'
}

# What speaks for work that goes on although no process of the run is left: the command handed it to somebody who was there
# before. The file "over" was written when the command ended.
takers='tmux|screen|byobu|zellij|dtach|abduco|pueue|sbatch|qsub|systemd-run|supervisorctl|ray job|at now'
taker() {
    {
        cat "$dir/command"
        tr -s '[:space:]' '\n' <"$dir/command" | while read -r word; do
            [ ! -f "$word" ] || head -c 65536 "$word"
        done
    } 2>/dev/null | grep -av '^ *#' | grep -aoE "(^|[;&|({[:space:]])(screen +-|($takers)[[:space:]]+-?[A-Za-z])" |
        grep -av 'screen [^-]' | grep -aoE "$takers" | head -n 1
}
sign() {
    if [ -n "$taken" ]; then
        for file in /proc/[0-9]*/stat; do
            { read -r line <"$file"; } 2>/dev/null || continue
            pid=${line%% *}
            # shellcheck disable=SC2086 # the fields are numbers and letters, to be taken apart
            set -- ${line##*") "}
            if [ "${20}" -lt "$born" ] || [ "$1" = Z ]; then continue; fi
            read -r name 2>/dev/null <"/proc/$2/comm" || continue
            case "$taken $name" in
            "tmux tmux"* | "screen screen"* | "screen SCREEN"* | "byobu "[ts]* | "zellij zellij"* | "dtach dtach"* | "abduco abduco"* | "pueue pueue"* | "at now atd"*)
                echo "process $pid, which $taken started for it, is still there"
                return 0
                ;;
            esac
        done
    fi
    if ! others; then
        for place in "$(noted cwd)" "$(cat "$dir/checkpoint" 2>/dev/null)"; do
            [ -e "$place" ] || continue
            seen=$(timeout 10 find "$place" -maxdepth 4 -name '.?*' -prune -o -name wandb -prune -o -type f -newer "$dir/over" -print 2>/dev/null | head -n 1)
            if [ -n "$seen" ]; then
                echo "$seen still changes"
                return 0
            fi
        done
        if [ "$(cat "$dir/gpu" 2>/dev/null || echo 100)" -lt 20 ] && [ "$(gpu_use)" -ge 20 ]; then
            echo 'a GPU still works'
            return 0
        fi
    fi
    return 1
}

# The use of the busiest GPU in percent.
gpu_use() {
    use=$(timeout -k 1 5 nvidia-smi --query-gpu=utilization.gpu --format=csv,noheader,nounits 2>/dev/null | tr -dc '0-9\n' | sort -n | tail -n 1)
    echo "${use:-0}"
}

# True where another run goes on: what changes or works may be its.
others() {
    for other in "$HOME"/.vastps/runs/*/; do
        other=${other%/}
        if [ "$other" = "$dir" ] || [ ! -e "$other/start" ] || [ -e "$other/status" ]; then continue; fi
        pid=$(sed -n 's/^pid=//p' "$other/start")
        [ "$(since "$pid")" != "$(sed -n 's/^began=//p' "$other/start")" ] || return 0
    done
    return 1
}
