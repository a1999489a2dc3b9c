# Waits for what the command of a run left behind, and writes down how it ended. Becomes of run.sh when the command has ended.
# over.sh RUNID CODE BEGIN TAKEN
trap '' HUP
id=$1 code=$2 begin=$3 taken=$4
dir=${0%/*}
# shellcheck source=box.sh
. "$dir/box.sh"

# Where no process can be made the shell ends at the attempt: it begins anew until one can.
again() {
    if [ -n "$done" ] || [ ! -d "$dir" ]; then return; fi
    clock
    until=$((up + 1))
    while clock && [ "$up" -lt "$until" ]; do :; done
    exec sh "$dir/over.sh" "$id" "$code" "$begin" "$taken"
}
done=
trap again EXIT
recall

# Programs that stay to serve what was logged are named, not waited for: wandb, tensorboard and their like.
is_helper() {
    read -r name 2>/dev/null <"/proc/$1/comm"
    case $name in wandb-core | wandb-service* | gpu_stats* | tensorboard | mlflow | aim | trackio | swanlab* | clearml*) return 0 ;; esac
    case $(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") in
    *' agent'*) return 1 ;;
    wandb-service* | */wandb' service'* | *python*' -m wandb '* | *python*/tensorboard' '* | *python*' -m tensorboard'* | *python*/mlflow' '*) return 0 ;;
    esac
    return 1
}

# What the command left in the background belongs to the run. Helpers get five seconds to end as well, by the clock: a box
# may be too busy to look in time.
ended=$(uptime)
left=
helpers=
waits=
while some=$(lasting); do
    waits=
    names=
    for pid in $some; do
        if is_helper "$pid"; then names="$names $name ($pid)"; else waits=1; fi
    done
    if [ $(($(uptime) - ended)) -gt 5 ]; then
        if [ -z "$waits" ]; then
            helpers=$names
            break
        fi
        left=left
    fi
    if [ -z "$left" ]; then sleep 0.1; else sleep 1; fi
done
[ -z "$waits" ] || [ $(($(uptime) - ended)) -le 5 ] || left=left

# Work may have been handed to a process that was there before. It ends the run when it is gone, or when nothing has changed
# for ten minutes.
handed=
if { [ "$code" = 0 ] || [ "$code" = 141 ]; } && [ -z "$left" ] && [ ! -e "$dir/why" ] && touch "$dir/over" 2>/dev/null; then
    sleep 2
    heard=$(uptime)
    turn=0
    while [ ! -e "$dir/why" ] && [ -d "$dir" ]; do
        if [ $((turn % 5)) -eq 0 ]; then
            if now=$(sign); then
                # What a process wrote last is no work any more once that process is gone.
                case $handed/$now in process*'still changes') break ;; esac
                handed=$now
                echo "$now" >"$dir/sign"
                heard=$(uptime)
                touch "$dir/over"
            else
                case $handed in '' | process*) break ;; esac
                [ $(($(uptime) - heard)) -lt 600 ] || break
            fi
        fi
        turn=$((turn + 1))
        sleep 1
    done
fi
took=$(($(uptime) - begin))
facts >"$dir/facts.$$" 2>/dev/null && mv -f "$dir/facts.$$" "$dir/facts"
why=$(why)
[ -z "$why" ] || handed=$(sign)
printf 'code=%s\nwhy=%s\ntook=%s\noom=%s\npipe=%s\nhelpers=%.200s\nhanded=%.200s\ntaken=%s\nwhole=1\n' "$code" "${why:-$left}" "$took" "$(oom_kills)" \
    "$(cat "$dir/pipe" 2>/dev/null)" "${helpers# }" "$handed" "$taken" 1<>"$dir/status.$$" && mv -f "$dir/status.$$" "$dir/status"
rm -f "$dir/room.$$" "$dir/facts.$$" "$dir/over"
done=1
