# Says everything about runs in one answer. BOX_SH WHAT [RUNID [OFFSET BYTES CHECKPOINT]]; without an id all runs of the box
eval "$1"
what=$2
shift 2
echo "boot=$(boot)"
echo "now=$(date +%s)"
echo "up=$(uptime)"
echo "oom=$(oom_kills)"
if [ "$what" = watch ]; then
    df -P "$HOME" | sed -n '2s/.* \([0-9]*\)% .*/disk=\1/p'
    # A driver that hangs must not hide how the run ended.
    timeout -k 2 10 nvidia-smi --query-gpu=utilization.gpu,memory.used,memory.total --format=csv,noheader,nounits 2>/dev/null | sed 's/^/gpu=/'
fi

show() {
    id=$1
    dir=$HOME/.vastps/runs/$id
    echo "run=$id"
    [ -e "$dir/start" ] || return 0
    sed 's/^/start-/' "$dir/start"
    # First the processes, then what they wrote at their end: the other way round a run that ends meanwhile would seem lost.
    recall
    if [ -n "$session" ]; then
        if keeps || [ -n "$(members)" ]; then
            echo 'alive=1'
        fi
    fi
    [ ! -e "$dir/why" ] || sed 's/^/why=/' "$dir/why"
    if [ -e "$dir/status" ]; then
        sed 's/^/end-/' "$dir/status"
        tail -c 16000 "$dir/log.txt" | tr '\r' '\n' | tail -n 200 | sed 's/^/tail=/'
        echo
    fi
    sed 's/^/command=/' "$dir/command"
    echo "log-path=$dir/log.txt"
    size=$(stat -c %s "$dir/log.txt")
    echo "log-bytes=$size"
    echo "log-at=$(stat -c %Y "$dir/log.txt")"
}

if [ $# -eq 0 ]; then
    for folder in "$HOME"/.vastps/runs/*/; do
        [ ! -d "$folder" ] || show "$(basename "$folder")"
    done
    echo 'whole=1'
    exit 0
fi
show "$1"
if [ -n "$4" ]; then
    case $4 in '~/'*) saved=$HOME/${4#'~/'} ;; *) saved=$4 ;; esac
    newest=$(ls -t "$saved" 2>/dev/null | head -n 1)
    [ -z "$newest" ] || echo "saved-at=$(stat -c %Y "$saved/$newest")"
fi
if [ -n "$2" ] && [ -e "$dir/log.txt" ]; then
    echo "text="
    # Up to the size that was told, so that the reader knows where to go on; as base64, so that no byte is lost on the way.
    from=$2
    [ "$from" -ge 0 ] || from=$((size - $3))
    [ "$from" -ge 0 ] || from=0
    count=$((size - from))
    [ "$count" -le "$3" ] || count=$3
    [ "$count" -le 0 ] || tail -c "+$((from + 1))" "$dir/log.txt" | head -c "$count" | base64
fi

# An answer without this line was cut.
echo 'whole=1'
