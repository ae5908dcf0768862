#include "features_sink.h"

/*
 * Behaviour has a fixed value per feature: a flood is a flood however many
 * other signals there are. Only what stands out is a feature, so a comment
 * of which nothing is known looks like an ordinary one.
 */
static const double value_behaviour = 1;

static const uint8_t codes[SIGNALS] = {
    [SIGNAL_AUTHOR] = REASON_RATE_AUTHOR,
    [SIGNAL_EMAIL] = REASON_RATE_EMAIL,
    [SIGNAL_IP] = REASON_RATE_IP,
    [SIGNAL_NET] = REASON_RATE_NET,
    [SIGNAL_THREAD] = REASON_RATE_THREAD,
    [SIGNAL_AUTHOR_TEXT] = REASON_REPEAT_AUTHOR,
    [SIGNAL_IP_TEXT] = REASON_REPEAT_IP,
    [SIGNAL_TEXT] = REASON_REPEAT_TEXT,
    [SIGNAL_NEAR] = REASON_NEAR_TEXT,
    [SIGNAL_HOST] = REASON_REPEAT_HOST,
};

/* Lower ends of the bins; the first bin of a count says nothing. */
static const uint32_t count_bins[] = {2, 3, 5, 9, 17, 33, 65};
static const uint32_t gap_bins_s[] = {5, 30, 120, 600, 1800};
static const uint32_t fill_bins_ms[] = {1500, 4000, 10000, 60000, 3600000};
static const uint32_t trust_bins[] = {1, 20};

/* Programs that people do not comment with, and browsers long gone. */
static const struct {
	const char *in_agent;
	uint32_t bin;
} agents[] = {
    {"curl/", 1},
    {"Wget/", 1},
    {"python", 1},
    {"Python", 1},
    {"libwww", 1},
    {"Java/", 1},
    {"Go-http", 1},
    {"PHP", 1},
    {"MSIE ", 2},
    {"Windows NT 5", 2},
    {"Windows 98", 2},
    {"Opera/9", 2},
};

enum {
	ID_FILL = SIGNALS,
	ID_HONEYPOT,
	ID_AGENT,
	ID_EMPTY_REPEAT,
	ID_TRUST,
	IDS
};

/*
 * Numbers of an id: a bin, or a count's bin together with a gap's. Never
 * renumber: models depend on them.
 */
enum { NUMBERS = 64, CROSSES = 8, GAPS = 6 };

_Static_assert(IDS *NUMBERS <= FEATURE_BEHAVIOUR_NUMBERS, "numbers run out");

enum {
	AGENTS = sizeof(agents) / sizeof(agents[0]),
	AGENT_BYTES_MAX = 512,
};

/* All are compared: where a loop would end, cannot be foretold. */
static inline uint32_t
bin_of(uint64_t value, const uint32_t *bins, uint32_t n)
{
	uint32_t bin = 0;

	for (uint32_t i = 0; i < n; i++)
		bin += value >= bins[i];
	return bin;
}

#define BIN(value, bins)                                                       \
	bin_of((uint64_t)(value), bins, sizeof(bins) / sizeof((bins)[0]))

static void
put(struct features *f, uint32_t id, uint32_t bin, enum reason_code code)
{
	sink_put_number(
	    f, NUMBERS_BEHAVIOUR + id * NUMBERS + bin, features_part(f, code));
}

/* The count, and the count together with the gap. */
static void
put_signal(struct features *f, enum signal_kind kind, const struct signal *s)
{
	enum reason_code code = (enum reason_code)codes[kind];
	struct part *part = &f->parts[features_part(f, code)];
	uint32_t count = BIN(s->count, count_bins);

	part->count = s->count;
	part->gap_ms = s->gap_ms;
	if (count == 0)
		return;
	put(f, kind, count, code);
	if (s->gap_ms >= 0)
		put(f, kind,
		    CROSSES + (count - 1) * GAPS +
			BIN(s->gap_ms / 1000, gap_bins_s),
		    code);
}

static void
put_signals(struct features *f, const struct text *t, const struct signals *s)
{
	if (!s->known)
		return;
	for (int k = 0; k < SIGNALS; k++)
		put_signal(f, (enum signal_kind)k, &s->of[k]);
	if (t->n == 0 && s->of[SIGNAL_AUTHOR_TEXT].count > 1)
		put(f, ID_EMPTY_REPEAT, 1, REASON_REPEAT_AUTHOR);
	if (t->n == 0 && s->of[SIGNAL_IP_TEXT].count > 1)
		put(f, ID_EMPTY_REPEAT, 2, REASON_REPEAT_IP);
}

/* Every bin reached, so that more approvals never say less than fewer. */
static void
put_trust(struct features *f, uint32_t approved)
{
	f->parts[features_part(f, REASON_TRUST)].count = approved;
	for (uint32_t bin = BIN(approved, trust_bins); bin > 0; bin--)
		put(f, ID_TRUST, bin, REASON_TRUST);
}

/* memmem would build a table for every word first. */
static bool
holds(struct span s, struct span word)
{
	while (s.n >= word.n) {
		const char *at = memchr(s.p, word.p[0], s.n - word.n + 1);

		if (at == NULL)
			return false;
		if (memcmp(at, word.p, word.n) == 0)
			return true;
		s.n -= (size_t)(at + 1 - s.p);
		s.p = at + 1;
	}
	return false;
}

/* The row that an agent has; AGENTS: none. */
static size_t
agent_row(struct span agent)
{
	size_t i = 0;

	if (agent.n == 0)
		return AGENTS;
	if (agent.n > AGENT_BYTES_MAX)
		agent.n = AGENT_BYTES_MAX;
	while (i < AGENTS && !holds(agent, span_of(agents[i].in_agent)))
		i++;
	return i;
}

struct span
features_agent(struct span agent)
{
	size_t row = agent_row(agent);

	return span_of(row < AGENTS ? agents[row].in_agent : "");
}

void
features_of_behaviour(struct features *f, const struct comment *c,
    const struct text *t, const struct signals *s)
{
	size_t agent = agent_row(c->author.user_agent);

	put_signals(f, t, s);
	put_trust(f, s->trust);
	if (c->fill_ms >= 0)
		put(f, ID_FILL, BIN(c->fill_ms, fill_bins_ms),
		    REASON_FILL_TIME);
	if (c->honeypot.n > 0)
		put(f, ID_HONEYPOT, 0, REASON_HONEYPOT);
	if (agent < AGENTS)
		put(f, ID_AGENT, agents[agent].bin, REASON_AGENT);
	sink_close_view(f, VIEW_BEHAVIOUR, value_behaviour);
}
