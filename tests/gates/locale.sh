# Numbers are written and read as C writes them, whatever the machine's locale
# is: no program takes one over. The service does without libraries that do.
set -eu
bad=0
for program in build/moderatod build/moderato-train; do
	test -x $program || { echo "$program is not built"; exit 1; }
	nm -D $program | awk -v program=$program '
		$NF ~ /^(setlocale|newlocale|uselocale)(@|$)/ {
			print program ": calls " $NF; bad = 1
		}
		END { exit bad }' || bad=1
done
# their loaders change the locale of the whole process
readelf -d build/moderatod | awk '
	/NEEDED/ && /\[lib(svm|linear)\./ {
		print "build/moderatod: needs " $NF; bad = 1
	}
	END { exit bad }' || bad=1
exit $bad
