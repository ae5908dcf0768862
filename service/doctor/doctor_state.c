#include "doctor_state.h"

#include <stdlib.h>
#include <string.h>

#include "../edge/state/state_checkup.h"
#include "doctor.h"

enum {
	VERSION_MAJOR = 6, /* the first with XTRIM MINID is 6.2 */
	VERSION_MINOR = 2,
	SLOW_US = 5000, /* a quarter of what is waited for an answer */
	MIB = 1 << 20,
	MOST_MIB_LEAST = 128, /* that the log takes */
};

static bool
is_too_old(const char *version)
{
	char *end;
	long major = strtol(version, &end, 10);
	long minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;

	return major < VERSION_MAJOR ||
	       (major == VERSION_MAJOR && minor < VERSION_MINOR);
}

void
doctor_judge_redis(const struct state_checkup *s, struct doctor_finding *f)
{
	double ms = (double)s->round_us / 1000;
	bool keeps = strcmp(s->policy, "noeviction") == 0;

	if (s->version[0] != '\0' && is_too_old(s->version))
		doctor_say(f, DOCTOR_FAULT,
		    "Redis %s is too old: %d.%d or newer is needed", s->version,
		    VERSION_MAJOR, VERSION_MINOR);
	else if (s->policy[0] != '\0' && !keeps)
		doctor_say(f, s->most_bytes > 0 ? DOCTOR_FAULT : DOCTOR_WARNING,
		    "Redis throws counts out to make room (maxmemory-policy "
		    "%s)%s: set it to noeviction",
		    s->policy, s->most_bytes > 0 ? "" : " once it is limited");
	else if (s->most_bytes > 0 &&
		 s->most_bytes < (int64_t)MOST_MIB_LEAST * MIB)
		doctor_say(f, DOCTOR_WARNING,
		    "Redis may keep %.0f MiB (maxmemory), and the log of "
		    "counts takes up to %d: give it more",
		    (double)s->most_bytes / MIB, MOST_MIB_LEAST);
	else if (s->round_us > SLOW_US)
		doctor_say(f, DOCTOR_WARNING,
		    "Redis answers in %.1f ms, and after 20 comments are "
		    "judged without it: it belongs on the same machine",
		    ms);
	else if (s->version[0] == '\0' || s->policy[0] == '\0')
		doctor_say(f, DOCTOR_OK,
		    "Redis answers in %.2f ms, and tells this user neither "
		    "version nor maxmemory-policy: see that it is %d.%d or "
		    "newer, with noeviction",
		    ms, VERSION_MAJOR, VERSION_MINOR);
	else
		doctor_say(f, DOCTOR_OK,
		    "Redis %s answers in %.2f ms and throws nothing out",
		    s->version, ms);
}

void
doctor_look_at_counts(const struct doctor *d, struct doctor_finding *f)
{
	struct state_checkup s;
	struct err e;

	if (state_check_up(d->config->state, &s, &e) != 0)
		doctor_say(f, DOCTOR_FAULT,
		    "%s: comments are judged with this process's own counts "
		    "until it is back",
		    e.text);
	else if (s.remote)
		doctor_judge_redis(&s, f);
	else
		doctor_say(f, DOCTOR_OK,
		    "in memory: this process's own, for two hours");
}
