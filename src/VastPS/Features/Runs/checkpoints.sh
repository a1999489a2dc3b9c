# Lists the files that are saved at a path at two looks, a pause apart, and says of each whether it is cut. PATH PAUSE_SECONDS
case $1 in \~) path=$HOME ;; \~/*) path=$HOME/${1#\~/} ;; /*) path=$1 ;; *) path=$PWD/$1 ;; esac
path=${path%/}
pause=$2

# Size, times of the last write and of the birth, inode and name. BusyBox knows no birth.
look() {
    echo "now=$(date +%s)"
    find -H "$path" -maxdepth 6 -type f -exec stat -c '%s %Y %W %i %n' {} + 2>/dev/null | head -n 5000 | sed "s/^/$1=/"
}

# A zip archive ends with its directory, which is written last: torch.save and numpy make such. A safetensors file tells in its
# head how long it is.
number() {
    head -c 8 "$1" | od -An -v -t u1 | {
        sum=0 scale=1
        read -r line
        for byte in $line; do
            sum=$((sum + byte * scale)) scale=$((scale * 256))
        done
        echo "$sum"
    }
}
judge() {
    case $1 in
    *.safetensors)
        length=$(number "$1")
        if [ "$length" -le 0 ] || [ "$length" -ge 100000000 ]; then echo "cut=$1" && return; fi
        data=$(tail -c +9 "$1" | head -c "$length" | grep -ao '"data_offsets": *\[ *[0-9]*, *[0-9]*' |
            sed 's/.*, *//' | sort -n | tail -n 1)
        [ "$(stat -c %s "$1")" -ge $((8 + length + ${data:-0})) ] || echo "cut=$1"
        ;;
    *.pt | *.pth | *.ckpt | *.bin | *.npz | *.distcp)
        # The older format of torch.save is no archive; a pickle tells no length.
        [ "$(head -c 2 "$1")" = PK ] || return
        tail -c 65557 "$1" | LC_ALL=C grep -aq "$(printf 'PK\005\006')" || echo "cut=$1"
        ;;
    esac
}
echo "path=$path"
[ ! -f "$path" ] || echo 'is-file=1'
look first
sleep "$pause"
look second
find -H "$path" -maxdepth 6 -type f -exec stat -c '%Y %n' {} + 2>/dev/null | sort -rn | head -n 64 | while read -r _ file; do
    judge "$file" 2>/dev/null
done
echo 'whole=1'
