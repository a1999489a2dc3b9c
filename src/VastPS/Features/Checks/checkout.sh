# Fetches a repository and checks out one commit; answers "commit=", or "failed=" with the step that went wrong.
# FOLDER STAGE SOURCE ORIGIN REMOTE COMMIT: STAGE gets the name FOLDER once it is whole; without one FOLDER moves to the commit.
export LC_ALL=C GIT_TERMINAL_PROMPT=0
folder=$1 stage=$2 source=$3 origin=$4 remote=$5 commit=$6
fail() {
    echo "failed=$1"
    exit 0
}

# Branches and tags may be named like a hash, so only objects are asked.
find_commits() {
    for object in $(git rev-parse --disambiguate="$commit"); do
        [ "$(git cat-file -t "$object")" != commit ] || echo "$object"
    done
}

if [ -n "$stage" ]; then
    mkdir -p -- "${stage%/*}" || fail folder
    git -c init.defaultBranch=main init --quiet -- "$stage" || fail folder
fi
cd -- "${stage:-$folder}" || fail folder
dir=$(git rev-parse --absolute-git-dir)/vastps
rm -f -- "$dir/done"
mkdir -p -- "$dir" || fail folder
printf '%s\n' "$origin" >"$dir/origin" || fail folder
[ -z "$remote" ] || git remote add origin "$remote" 2>/dev/null
git fetch --progress --force --tags -- "$source" '+refs/heads/*:refs/remotes/origin/*' || fail fetch
found=$(find_commits)
if [ -z "$found" ] && [ "${#commit}" -eq 40 ]; then
    # Some servers give a commit that no branch leads to, such as that of a pull request.
    git fetch --progress -- "$source" "$commit"
    found=$(find_commits)
fi
count=0
for object in $found; do
    count=$((count + 1))
done
[ "$count" -eq 1 ] || fail "commit-$count"
git -c advice.detachedHead=false checkout --quiet --detach "$found" || fail checkout
if [ -n "$stage" ]; then
    cd / || fail folder
    mv -T -- "$stage" "$folder" || fail folder
fi
echo "commit=$found"
