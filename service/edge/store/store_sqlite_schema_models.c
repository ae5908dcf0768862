/* Steps about how models do. */
#include "store_sqlite_schema.h"

const char schema_models[] =
    /* Where a challenger differs, by the number of the comment: it is found
     * by that in the queue, and goes when the comment does. */
    "ALTER TABLE shadow ADD COLUMN number INTEGER NOT NULL DEFAULT 0;"
    "UPDATE shadow SET number = ifnull((SELECT rowid FROM comment AS c"
    "	WHERE c.site = shadow.site AND c.id = shadow.comment), 0);"
    "DELETE FROM shadow WHERE number = 0;"
    "CREATE INDEX shadow_number ON shadow (number, use);"
    "CREATE INDEX shadow_of ON shadow (use, number);"
    "CREATE TRIGGER shadow_leaves BEFORE DELETE ON comment BEGIN"
    "	DELETE FROM shadow WHERE number = old.rowid;"
    "END;";

const char schema_drift[] =
    /* what is counted of a day's comments, by the model that judged them */
    "CREATE TABLE drift ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	model INTEGER NOT NULL,"
    "	day INTEGER NOT NULL,"
    "	counts BLOB NOT NULL," /* struct drift_counts as it lies */
    "	PRIMARY KEY (site, model, day)"
    ") STRICT, WITHOUT ROWID;";
