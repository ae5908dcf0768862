# ARCHITECTURE.md names every module, as `core/text` or `training/corpus`
# (the front door as `service/serve`),
# and no others.
set -eu
here=$(mktemp) told=$(mktemp)
trap 'rm -f "$here" "$told"' EXIT

{
	find service/command service/doctor service/core service/edge \
	    training -name '*.[ch]' |
	    sed 's|^service/||'
	find service -maxdepth 1 -name '*.[ch]'
} | sed 's|\.[ch]$||' | sort -u >"$here"
grep -oE '`(command|doctor|core|edge|edge/[a-z]+|service|training)/[a-z0-9_]+`' ARCHITECTURE.md | tr -d '`' |
    grep -vE "^service/(command|doctor|core|edge)$" | sort -u >"$told"

comm -23 "$here" "$told" | sed 's/$/: not in ARCHITECTURE.md/'
comm -13 "$here" "$told" | sed 's/$/: in ARCHITECTURE.md, but not there/'
cmp -s "$here" "$told"
