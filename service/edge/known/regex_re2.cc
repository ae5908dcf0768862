/* The door to RE2 and nothing else: C++ only because RE2 is. */
#include "regex.h"

#include <algorithm>
#include <memory>
#include <new>
#include <stdio.h>
#include <time.h>
#include <vector>

#include <re2/re2.h>
#include <re2/set.h>

#include "../process/spare.h"

enum {
	PATTERN_BYTES_MAX = 256 << 10, /* of one, its cache included */
	SET_BYTES_MAX = 16 << 20,      /* of all together */
	INSTRUCTIONS_MAX = 50000,      /* likewise */
};

/*
 * Bounds of time. A byte of text costs up to a step per instruction, as when
 * RE2 knows none of the states it meets: 15 ns of a set, which makes and
 * forgets states without end, 5 of one alone, which gives them up. So a set
 * has no text that could cost much. With a longer one each is tried alone,
 * mostly in half a nanosecond a byte, while there is time.
 */
enum {
	SET_STEPS_MAX = 4 << 20,  /* up to .1 s */
	ONE_STEPS_MAX = 16 << 20, /* likewise */
	EACH_US_MAX = 100 * 1000, /* of the processor, for all but the last */
};

struct regex_set {
	size_t instructions; /* of all together */
	std::unique_ptr<RE2::Set> all;
	std::vector<std::unique_ptr<RE2>> each; /* to tell where */
};

static re2::StringPiece
piece(struct span s)
{
	return re2::StringPiece(s.n > 0 ? s.p : "", s.n);
}

static RE2::Options
options_of(int64_t bytes)
{
	RE2::Options o;

	o.set_log_errors(false);
	o.set_never_capture(true);
	o.set_case_sensitive(false);
	o.set_max_mem(bytes);
	return o;
}

static bool
fail(struct regex_fault *f, size_t pattern, size_t offset, const char *text)
{
	f->pattern = pattern;
	f->offset = offset;
	snprintf(f->text, sizeof(f->text), "%s", text);
	return false;
}

/* RE2 quotes what it stumbled over: where that is. */
static size_t
offset_of(const RE2 &one)
{
	size_t at = one.pattern().find(one.error_arg());

	return at == std::string::npos ? 0 : at;
}

static bool
add(struct regex_set *s, struct span pattern, struct regex_fault *f)
{
	size_t i = s->each.size();
	RE2 *one = new RE2(piece(pattern), options_of(PATTERN_BYTES_MAX));

	s->each.emplace_back(one);
	if (!one->ok())
		return fail(f, i, offset_of(*one), one->error().c_str());
	if (RE2::PartialMatch("", *one))
		return fail(f, i, 0, "it matches the empty text, so all");
	return s->all->Add(piece(pattern), NULL) == (int)i ||
	       fail(f, i, 0, "it cannot be joined with the others");
}

static bool
compile(struct regex_set *s, struct regex_fault *f)
{
	RE2::Set::ErrorInfo info;
	std::vector<int> found;

	for (const auto &one : s->each)
		s->instructions += (size_t)one->ProgramSize();
	if (s->instructions > INSTRUCTIONS_MAX || !s->all->Compile())
		return fail(f, s->each.size(), 0,
		    "the regular expressions are too large together");
	s->all->Match("a", &found, &info);
	return info.kind == RE2::Set::kNoError ||
	       fail(f, s->each.size(), 0,
		   "the regular expressions need too much memory");
}

/* All of them into `s`. */
static bool
fill(struct regex_set *s, const struct span *patterns, size_t n,
    struct regex_fault *f)
{
	s->all.reset(new RE2::Set(options_of(SET_BYTES_MAX), RE2::UNANCHORED));
	s->each.reserve(n);
	for (size_t i = 0; i < n; i++)
		if (!add(s, patterns[i], f))
			return false;
	return compile(s, f);
}

struct regex_set *
regex_set_open(const struct span *patterns, size_t n, struct regex_fault *f)
{
	std::unique_ptr<regex_set> s;
	bool fine = false;

	spare_begin();
	try {
		s.reset(new regex_set());
		fine = fill(s.get(), patterns, n, f);
	} catch (const std::bad_alloc &) {
	}
	if (!spare_used())
		return fine ? s.release() : NULL;
	fail(f, n, 0, "");
	return NULL;
}

void
regex_set_close(struct regex_set *s)
{
	delete s;
}

/* Tells where pattern i matches first, if it does. */
static void
tell(const struct regex_set *s, size_t i, const re2::StringPiece &text,
    const struct regex_visit *visit)
{
	re2::StringPiece at;

	if (s->each[i]->Match(text, 0, text.size(), RE2::UNANCHORED, &at, 1))
		visit->each(visit->arg, i, (size_t)(at.data() - text.data()),
		    (size_t)(at.data() - text.data()) + at.size());
}

/* Of this thread, so that it matters little what else the machine does. */
static int64_t
processor_us()
{
	struct timespec t = {};

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Each alone, while there is time: 0, or 1: not all. */
static int
match_each(const struct regex_set *s, const re2::StringPiece &text,
    const struct regex_visit *visit)
{
	int64_t end_us = processor_us() + EACH_US_MAX;
	int missed = 0;

	for (size_t i = 0; i < s->each.size(); i++) {
		size_t instructions = (size_t)s->each[i]->ProgramSize();

		if (instructions * text.size() > ONE_STEPS_MAX ||
		    processor_us() > end_us)
			missed = 1;
		else
			tell(s, i, text, visit);
	}
	return missed;
}

static int
match(const struct regex_set *s, struct span text,
    const struct regex_visit *visit)
{
	re2::StringPiece all = piece(text);
	RE2::Set::ErrorInfo info;
	std::vector<int> found;

	if (s->instructions * text.n > SET_STEPS_MAX)
		return match_each(s, all, visit);
	if (s->all->Match(all, &found, &info)) {
		std::sort(found.begin(), found.end());
		for (int i : found)
			tell(s, (size_t)i, all, visit);
	} else if (info.kind == RE2::Set::kOutOfMemory) {
		/* one by one needs no states in memory */
		return match_each(s, all, visit);
	}
	return 0;
}

int
regex_set_match(const struct regex_set *s, struct span text,
    const struct regex_visit *visit)
{
	try {
		return match(s, text, visit);
	} catch (const std::bad_alloc &) {
		return -1;
	}
}
