# Says everything about runs in one answer. BOX_SH WHAT SEAL [RUNID [OFFSET BYTES CHECKPOINT]]; without an id all runs of the box.
# The runs of SEAL, between blanks, should have begun long ago: one that has not never will.
eval "$1"
what=$2
seal=$3
shift 3
echo "boot=$(boot)"
echo "now=$(date +%s)"
echo "up=$(uptime)"
echo "oom=$(oom_kills)"
if [ "$what" = watch ]; then
    df -P "$HOME" | sed -n '2s/.* \([0-9]*\)% .*/disk=\1/p'
    awk -F '[: ]+' 'NR > 2 { sub(/^ +/, ""); if ($1 != "lo") sum += $2 } END { printf "net=%.0f\n", sum }' /proc/net/dev 2>/dev/null
    # A driver that hangs must not hide how the run ended.
    timeout -k 2 10 nvidia-smi --query-gpu=utilization.gpu,memory.used,memory.total --format=csv,noheader,nounits 2>/dev/null | sed 's/^/gpu=/'
fi

show() {
    id=$1
    dir=$HOME/.vastps/runs/$id
    echo "run=$id"
    if [ ! -e "$dir/start" ]; then
        # Its folder may have been removed under it.
        session='' keeper=''
        if lasting >/dev/null; then
            echo 'alive=1'
            return 0
        fi

        # Its start may still be under way on a box that was frozen. Whoever makes the guard decides; a start that had it begins now.
        case " $seal " in *" $id "*) mkdir -p "$dir" && mkdir "$dir/guard" && : >"$dir/guard/sealed" ;; esac 2>/dev/null
        [ ! -e "$dir/guard/sealed" ] || echo 'sealed=1'
        [ -e "$dir/start" ] || return 0
    fi
    sed 's/^/start-/' "$dir/start"
    [ ! -e "$dir/heard" ] || sed 's/^/limit=/' "$dir/heard"
    # First the processes, then what they wrote at their end: the other way round a run that ends meanwhile would seem lost.
    recall
    alive=
    if [ ! -e "$dir/status" ] && { keeps || { [ -n "$session" ] && lasting >/dev/null; }; }; then
        alive=1
        echo 'alive=1'
    fi
    why | sed 's/^/why=/'
    [ ! -e "$dir/status" ] || sed 's/^/end-/' "$dir/status"
    if [ -e "$dir/status" ] || [ -z "$alive" ]; then
        # Nobody has looked through the log where the keeper was lost, or had no room to write.
        [ -e "$dir/facts" ] || { facts >"$dir/facts.$$" && mv -f "$dir/facts.$$" "$dir/facts"; } 2>/dev/null
        sed 's/^/log-/' "$dir/facts" 2>/dev/null || facts | sed 's/^/log-/'
    elif [ -e "$dir/sign" ]; then
        sed 's/^/sign=/' "$dir/sign"
    fi
    sed 's/^/command=/' "$dir/command"
    echo "log-path=$dir/log.txt"
    size=$(stat -c %s "$dir/log.txt")
    echo "log-bytes=$size"
    echo "log-at=$(stat -c %Y "$dir/log.txt")"
}

# What its processes have done until now: hundredths of a second on a processor, and bytes from and to disks.
work() {
    cpu=0 bytes=0
    for pid in $(members); do
        { read -r line <"/proc/$pid/stat"; } 2>/dev/null || continue
        # shellcheck disable=SC2086 # the fields are numbers and letters, to be taken apart
        set -- ${line##*") "}
        cpu=$((cpu + ${12} + ${13} + ${14} + ${15}))
        while read -r key count; do
            case $key in read_bytes: | write_bytes:) bytes=$((bytes + count)) ;; esac
        done 2>/dev/null <"/proc/$pid/io"
    done
    echo "cpu=$cpu"
    echo "disk-bytes=$bytes"
}

if [ $# -eq 0 ]; then
    for folder in "$HOME"/.vastps/runs/*/; do
        [ ! -d "$folder" ] || show "$(basename "$folder")"
    done
    for id in $seal; do
        [ -d "$HOME/.vastps/runs/$id" ] || show "$id"
    done

    # A run whose folder was removed under it is told by the mark of its processes.
    grep -aohs 'VASTPS_RUN=[A-Za-z0-9-]*' /proc/[0-9]*/environ | cut -d = -f 2 | sort -u | while read -r id; do
        [ -d "$HOME/.vastps/runs/$id" ] || show "$id"
    done
    echo 'whole=1'
    exit 0
fi
show "$1"
[ "$what" != watch ] || work
if [ -n "$4" ]; then
    case $4 in \~/*) saved=$HOME/${4#\~/} ;; *) saved=$4 ;; esac
    saved=$(newest "$saved")
    [ -z "$saved" ] || echo "saved-at=$saved"
fi
if [ -n "$2" ] && [ -e "$dir/log.txt" ]; then
    from=$2
    # Who watches wants the newest, and leaves out what a look cannot carry; who reads the log wants all.
    if [ "$from" -lt 0 ] || { [ "$what" = watch ] && [ $((size - from)) -gt "$3" ]; }; then from=$((size - $3)); fi
    [ "$from" -ge 0 ] || from=0
    count=$((size - from))
    [ "$count" -le "$3" ] || count=$3
    echo "text-from=$from"
    echo "text="
    # Up to the size that was told, so that the reader knows where to go on; as base64, so that no byte is lost on the way.
    [ "$count" -le 0 ] || tail -c "+$((from + 1))" "$dir/log.txt" | head -c "$count" | base64
fi

# An answer without this line was cut.
echo 'whole=1'
