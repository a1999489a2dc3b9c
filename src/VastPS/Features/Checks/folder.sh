# Says what is at a folder, and whether there is git. PATH
export LC_ALL=C
cd || exit
home=$(pwd -P)
case $1 in \~) path=$home ;; \~/*) path=$home/${1#\~/} ;; /*) path=$1 ;; *) path=$home/$1 ;; esac

# The real path of what is there, and below it the names as they are written: readlink -m, which BusyBox does not have.
rest=
until real=$(readlink -f -- "$path" 2>/dev/null); do
    [ "$path" != / ] || exit 1
    rest=/${path##*/}$rest
    path=${path%/*}
    path=${path:-/}
done
path=$real
while [ -n "$rest" ]; do
    rest=${rest#/}
    name=${rest%%/*}
    rest=${rest#"$name"}
    case $name in '' | .) ;; ..) path=${path%/*} ;; *) path=${path%/}/$name ;; esac
    path=${path:-/}
done
echo "home=$home"
echo "path=$path"
command -v git >/dev/null && echo 'git=1'
if [ "$path" = / ] || [ "$path" = "$home" ]; then
    echo 'kind=whole'
elif [ ! -e "$path" ] || { [ -d "$path" ] && [ -z "$(ls -A -- "$path")" ]; }; then
    echo 'kind=free'
elif [ -e "$path/.git" ] && head=$(git -C "$path" rev-parse --verify --quiet HEAD); then
    dir=$(git -C "$path" rev-parse --absolute-git-dir)/vastps
    echo 'kind=copy'
    echo "head=$head"
    echo "origin=$(cat "$dir/origin" 2>/dev/null)"
    echo "done=$(cat "$dir/done" 2>/dev/null)"
    echo "log=$dir/setup.log"
    [ -z "$(git -C "$path" status --porcelain --untracked-files=no)" ] || echo 'changed=1'
fi
