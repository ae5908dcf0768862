# The programs are built so that a fault is hard to use: position-independent,
# read-only after relocation, all symbols bound at the start, no executable
# stack, guarded stacks and copies, branches that land where they may (CET).
set -eu
bad=0

# lacks PROGRAM WHAT PATTERN: what readelf shows must match
lacks() {
	grep -qE "$3" "$shown" && return
	echo "$1: no $2"
	bad=1
}

# has PROGRAM WHAT PATTERN: and this must not be there
has() {
	! grep -qE "$3" "$shown" && return
	echo "$1: $2"
	bad=1
}

shown=$(mktemp)
trap 'rm -f "$shown"' EXIT
for program in build/moderatod build/moderato-train; do
	test -x $program || { echo "$program is not built"; exit 1; }
	readelf -W -l -d -n --dyn-syms $program >"$shown"
	lacks $program 'position-independent code' 'FLAGS_1.* PIE'
	lacks $program 'read-only relocations' 'GNU_RELRO'
	lacks $program 'binding at the start' '(FLAGS).*BIND_NOW'
	lacks $program 'guarded stack' '__stack_chk_fail'
	lacks $program 'guarded copies' '__(mem|str|snprintf|vsnprintf)[a-z]*_chk'
	lacks $program 'stack without code' 'GNU_STACK .* RW '
	has $program 'memory to write code to' 'LOAD .* RWE '
	has $program 'relocations of code' 'TEXTREL'
	has $program 'a path of its own for libraries' '\((RPATH|RUNPATH)\)'
done

# Debian's start files are without CET, and so is what they are linked into
[ "$(uname -m)" != x86_64 ] || for object in build/libcore.a build/libedge.a; do
	readelf -n $object 2>/dev/null | awk '
		/^File: / { if (file != "" && !guarded) print file
			file = $2; guarded = 0 }
		/x86 feature: IBT, SHSTK/ { guarded = 1 }
		END { if (!guarded) print file }' >"$shown"
	[ ! -s "$shown" ] || { sed 's/$/: no CET/' "$shown"; bad=1; }
done
exit $bad
