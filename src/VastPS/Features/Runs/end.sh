# Ends all processes of a run and says whether any is left. BOX_SH RUNID GRACE_TENTHS
eval "$1"
id=$2
dir=$HOME/.vastps/runs/$id
recall
if [ ! -e "$dir/status" ] && [ ! -e "$dir/why" ] && { keeps || lasting >/dev/null; }; then
    # On a full disk there is the room that was set aside.
    room=$dir/room.$keeper
    { echo stop >"$dir/new" || { echo stop 1<>"$room" && mv -f "$room" "$dir/new"; }; } 2>/dev/null && mv -f "$dir/new" "$dir/why"
fi
if end_members "$3"; then
    echo 'left=0'
else
    echo "left=$left"
fi
# The keeper of the run writes the status; where it is gone too, nobody will.
turn=0
while [ ! -e "$dir/status" ] && keeps && [ "$turn" -lt 100 ]; do
    turn=$((turn + 1))
    sleep 0.05
done
