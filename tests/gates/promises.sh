# SECURITY.md names tests that are there, and one for every promise.
set -eu
bad=0
for test in $(grep -o 'tests/[A-Za-z0-9_/.]*[a-z0-9]' SECURITY.md | sort -u); do
	[ -e "$test" ] || { echo "SECURITY.md: there is no $test"; bad=1; }
done
awk -F '|' '
	/^## / { promises = /Promises/ }
	promises && /^\| *\*\*/ && $3 !~ /`tests\// {
		print "SECURITY.md: no test: " $2; bad = 1
	}
	END { exit bad }' SECURITY.md || bad=1
exit $bad
