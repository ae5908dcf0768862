#include "voice.h"

#include <ctype.h>
#include <string.h>

/* What a trick writes to, and draws from. */
struct typing {
	FILE *out;
	struct random *random;
	struct span text;
	void (*type)(struct typing *t, struct span s);
};

static bool
is_letter(char c)
{
	return isalpha((unsigned char)c) && (unsigned char)c < 128;
}

static bool
ends_word(struct span s, size_t at)
{
	return at >= s.n || isspace((unsigned char)s.p[at]);
}

static void
lower(struct typing *t, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		putc(is_letter(s.p[i]) ? tolower(s.p[i]) : s.p[i], t->out);
}

static void
upper(struct typing *t, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		putc(is_letter(s.p[i]) ? toupper(s.p[i]) : s.p[i], t->out);
}

/* Without the marks that end words; what is inside of addresses stays. */
static void
unpunctuated(struct typing *t, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool mark = strchr(".,;:!?", s.p[i]) != NULL;
		if (!(mark && ends_word(s, i + 1)) && s.p[i] != '\'')
			putc(s.p[i], t->out);
	}
}

/* The end drawn out: yesss, wow!!!! */
static void
stretched(struct typing *t, struct span s)
{
	fwrite(s.p, 1, s.n, t->out);
	char last = s.n != 0 ? s.p[s.n - 1] : ' ';
	if (is_letter(last) || last == '!' || last == '?' || last == '.')
		for (uint32_t n = 1 + random_below(t->random, 4); n > 0; n--)
			putc(last, t->out);
}

/* How many letters begin at `at`; 0 in what may be an address. */
static size_t
word_length(struct span s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && is_letter(s.p[at + n]))
		n++;
	return ends_word(s, at + n) || strchr(".,!?", s.p[at + n]) != NULL ? n
									   : 0;
}

static bool
begins_word(struct span s, size_t at)
{
	return at == 0 || isspace((unsigned char)s.p[at - 1]);
}

/* Now and then two letters of a word change places or one is left out. */
static void
mistyped(struct typing *t, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t n = begins_word(s, i) ? word_length(s, i) : 0;
		if (n < 4 || !random_chance(t->random, 18)) {
			putc(s.p[i], t->out);
			continue;
		}
		size_t at = 1 + random_below(t->random, (uint32_t)n - 2);
		fwrite(s.p + i, 1, at, t->out);
		if (random_chance(t->random, 50))
			putc(s.p[i + at + 1], t->out);
		putc(s.p[i + at], t->out);
		fwrite(s.p + i + at + 2, 1, n - at - 2, t->out);
		i += n - 1;
	}
}

static const struct {
	const char *word, *chat;
} chat_words[] = {{"you", "u"}, {"You", "U"}, {"are", "r"}, {"your", "ur"},
    {"please", "plz"}, {"Please", "Pls"}, {"thanks", "thx"}, {"Thanks", "Thx"},
    {"to", "2"}, {"for", "4"}, {"because", "cuz"}, {"people", "ppl"},
    {"and", "n"}, {"with", "w"}, {"great", "gr8"}, {"before", "b4"},
    {"be", "b"}, {"that", "dat"}, {"the", "da"}, {"this", "dis"},
    {"want", "wanna"}, {"love", "luv"}, {"what", "wat"}, {"messages", "msgs"},
    {"really", "rly"}, {"I'm", "im"}};

static const char *
chat_word(const char *p, size_t n)
{
	for (size_t i = 0; i < sizeof(chat_words) / sizeof(*chat_words); i++)
		if (strlen(chat_words[i].word) == n &&
		    memcmp(chat_words[i].word, p, n) == 0)
			return chat_words[i].chat;
	return NULL;
}

static void
chatty(struct typing *t, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t n = begins_word(s, i) ? word_length(s, i) : 0;
		const char *chat = n != 0 ? chat_word(s.p + i, n) : NULL;
		if (chat == NULL || random_chance(t->random, 30)) {
			putc(s.p[i], t->out);
			continue;
		}
		fputs(chat, t->out);
		i += n - 1;
	}
}

/* As video sites' interfaces hand comments out: made ready to show. */
static void
displayed(struct typing *t, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\'')
			fputs("&#39;", t->out);
		else if (s.p[i] == '"')
			fputs("&quot;", t->out);
		else if (s.p[i] == '\n')
			fputs("<br>", t->out);
		else
			putc(s.p[i], t->out);
}

/* Emoji that some export could not write. */
static void
unencodable(struct typing *t, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0xf0)
			putc('?', t->out);
		size_t skip = c >= 0xf0 ? 3 : 0;
		if (skip == 0)
			putc(c, t->out);
		i += skip;
	}
}

static const struct {
	uint32_t percent;
	void (*type)(struct typing *t, struct span s);
} tricks[] = {
    {8, mistyped},
    {8, chatty},
    {12, unpunctuated},
    {18, lower},
    {3, upper},
    {6, stretched},
    {6, displayed},
    {4, unencodable},
};

static void
type(FILE *out, void *arg)
{
	struct typing *t = arg;
	t->out = out;
	t->type(t, t->text);
}

struct span
voice_of(struct world *w, struct span text)
{
	for (size_t i = 0; i < sizeof(tricks) / sizeof(*tricks); i++)
		if (random_chance(&w->random, tricks[i].percent))
			text = world_written(w, type,
			    &(struct typing){.random = &w->random,
				.text = text,
				.type = tricks[i].type});
	return text;
}
