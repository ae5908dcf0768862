/* Steps about how long what is kept. */
#include "store_sqlite_schema.h"

const char schema_retention[] =
    /* what a comment became, and since when: it is kept for so many days
     * from then on, or for as long as it waits for somebody to decide */
    "ALTER TABLE comment ADD COLUMN kept TEXT NOT NULL AS (CASE"
    "	WHEN state = 'held' THEN 'waits'"
    "	WHEN state <> 'published' AND decided_at = 0 THEN 'spam'"
    "	ELSE 'done' END);"
    "ALTER TABLE comment ADD COLUMN kept_from INTEGER NOT NULL"
    "	AS (max(received_at, decided_at));"
    "CREATE INDEX comment_kept ON comment (site, kept, kept_from);"

    /* of whose request something is there; a network that is forgotten
     * counts no more */
    "CREATE INDEX comment_request ON comment (site, id)"
    "	WHERE author_ip <> '' OR author_net <> '';"
    "CREATE TRIGGER request_forgotten AFTER UPDATE OF author_net ON comment"
    "	WHEN old.author_net <> '' AND new.author_net = '' BEGIN"
    "	UPDATE campaign_part SET n = n - 1"
    "		WHERE (cluster, kind, value, of_site) IN"
    "		(SELECT cluster, 'net', net, site FROM card"
    "			WHERE number = old.rowid AND net <> 0);"
    "	DELETE FROM campaign_part WHERE n <= 0"
    "		AND (cluster, kind, value, of_site) IN"
    "		(SELECT cluster, 'net', net, site FROM card"
    "			WHERE number = old.rowid AND net <> 0);"
    "	UPDATE card SET net = 0 WHERE number = old.rowid;"
    "END;"

    /* the last entry of the audit log that is gone */
    "CREATE TABLE audit_start ("
    "	one INTEGER PRIMARY KEY CHECK (one = 1),"
    "	number INTEGER NOT NULL,"
    "	chain BLOB NOT NULL"
    ") STRICT;";
