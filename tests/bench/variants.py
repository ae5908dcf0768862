"""The lines of the tables: which requests go to which server."""

from dataclasses import dataclass

CONNECTIONS, CONNECTIONS_BATCH = 64, 8


@dataclass
class Variant:
    name: str
    requests: str  # a name of traffic.write_all or traffic.RECORDED
    server: str  # a name in Bench.servers
    rival: "Variant" = None  # the same comments, asked in our own dialect
    connections: int = CONNECTIONS


BARE = Variant("bare libmicrohttpd", "test", "bare")
BUSY = Variant("bare, busy as ours", "test", "busy")
JUDGED = Variant("judged only (test)", "test", "judge")
RECORDED = Variant("memory + SQLite", "one", "memory")
BATCH = Variant("batch of 100, memory", "batch", "batch", connections=CONNECTIONS_BATCH)
JUDGED_REDIS = Variant("judged only, Redis", "test", "judge-redis")
RECORDED_REDIS = Variant("Redis + SQLite", "one", "redis")
VARIANTS = (
    BARE,
    JUDGED,
    Variant("judged, Akismet's way", "test-akismet", "judge", rival=JUDGED),
    JUDGED_REDIS,
    RECORDED,
    Variant("memory, Akismet's way", "one-akismet", "akismet", rival=RECORDED),
    RECORDED_REDIS,
    BATCH,
)
NGINX = Variant("nginx, return 200", "test", "nginx")
NO_OP = Variant("FastAPI, no-op", "no-op", "fastapi")
PACKAGED = Variant("FastAPI, no-op, as packaged", "no-op", "fastapi-packaged")
READS = Variant("FastAPI that reads the comment", "read", "fastapi")
RSPAMD = Variant("rspamd, no network", "rspamd", "rspamd", connections=16)
SPAMD = Variant("spamd -L", "mails", "spamd", connections=2)
PEERS = (
    NGINX,
    NO_OP,
    PACKAGED,
    READS,
    Variant("FastAPI, LinearSVC", "test", "fastapi", connections=8),
    RSPAMD,
    SPAMD,
)
MANY = tuple(
    Variant(f"{v.name}, {n} conn.", v.requests, v.server, connections=n)
    for v in (JUDGED_REDIS, RECORDED_REDIS)
    for n in (128, 256, 512)
)
# what is asked at fixed rates
TIMED = (BARE, BUSY, JUDGED_REDIS, RECORDED_REDIS)
