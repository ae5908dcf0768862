# Moderato: `make help` lists the targets.
BUILD ?= build
MODE ?= release
PREFIX ?= /usr/local
TIME ?= 30

PACKAGES = libmicrohttpd hiredis jansson sqlite3 libsodium libxxhash \
	libxml-2.0
CFLAGS_release = -O3
CHECKED = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
CFLAGS_asan = -O1 -g $(CHECKED)
CFLAGS_tsan = -O1 -g -fsanitize=thread
# not told of each comparison as well, libFuzzer runs up to three times as
# often; those of texts it sees in libc
CFLAGS_fuzz = -O2 $(CHECKED) -fsanitize=fuzzer-no-link \
	-fno-sanitize-coverage=trace-cmp
CFLAGS_cover = -O0 -g --coverage
WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wno-missing-field-initializers -Wvla -Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef
HARDEN = -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	-fPIE
FORTIFY_release = -D_FORTIFY_SOURCE=2
CPPFLAGS += -D_GNU_SOURCE -DXXH_INLINE_ALL $(FORTIFY_$(MODE)) \
	-include service/banned.h -I$(BUILD)/gen
CFLAGS += -std=gnu11 -g $(CFLAGS_$(MODE)) $(WARN) $(HARDEN) -MMD -MP \
	$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LDFLAGS += -pie -Wl,-z,relro,-z,now $(CFLAGS_$(MODE))
CORE_LIBS = -lpsl -lm
EDGE_LIBS = -lmicrohttpd -lhiredis -ljansson -lsqlite3 -lsodium -lnettle \
	-lpthread -lre2 -lcld2 -lstdc++ -lqrencode -llz4
LIBS_unicode_icu_test = service/core/icu_gen.c -licuuc -licui18n
LIBS_utf8_fuzz = -licuuc
LIBS_webhook_url_fuzz = -lcurl
LIBS_normal_fuzz = -licuuc
TRAIN_LIBS = -lsvm -llinear -ljansson -lxml2 -lcsv -lsqlite3 -lz -lsodium \
	-lpthread -lcld2 -lstdc++

CORE = $(patsubst %.c,$(BUILD)/%.o,$(filter-out %_gen.c,$(wildcard service/core/*.c))) \
	$(BUILD)/gen/unicode_table.o $(BUILD)/gen/lexicon_table.o
EDGE = $(patsubst %.c,$(BUILD)/%.o,$(wildcard service/edge/*.c service/edge/*/*.c)) \
	$(patsubst %.cc,$(BUILD)/%.o,$(wildcard service/edge/*/*.cc)) \
	$(BUILD)/gen/pages_table.o
MAIN = $(patsubst %.c,$(BUILD)/%.o,$(wildcard service/*.c service/command/*.c \
	service/doctor/*.c))
TRAIN = $(patsubst %.c,$(BUILD)/%.o,$(wildcard training/*.c))

MANUALS = $(BUILD)/man8/moderatod.8 $(BUILD)/man1/moderato-train.1

UNIT = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*_test.c))
CONTRACT = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/contract/*_test.c))
FUZZ = $(wildcard tests/fuzz/*_fuzz.c)
REPLAY = $(patsubst %.c,$(BUILD)/%,$(FUZZ))

.PHONY: all run test test-wordpress test-clients check torture bench compare train fuzz install clean help
.PHONY: accuracy unit contract replay torturers fuzzers flags
all: $(BUILD)/moderatod $(BUILD)/moderato-train $(MANUALS)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

run: ## install what is missing, build and start the service
	@sh service/run

test: ## install what is missing, build and run every test
	@sh tests/run

check: ## format, warnings, analysers, gates, tests with sanitizers
	@sh tests/run --check

test-wordpress: ## a WordPress and its Akismet plugin against the service
	@sh tests/clients/run wordpress

test-clients: ## other clients of Akismet against the service
	@sh tests/clients/run clients

torture: ## try every promise in full, or for SECONDS each (3600)
	@sh tests/torture/run $(SECONDS)

bench: ## measure against a bare libmicrohttpd, quick or with BENCH=--full
	@sh tests/bench/run $(BENCH)

compare: ## other filters beside ours on the same rows; COMPARE=--full: whole sets, --final: fold 0
	@sh training/peers/run $(COMPARE)

fuzz: ## fuzz every parser for TIME seconds (30), with clang
	@sh tests/fuzz/run $(TIME)

# of the models the shipped one: others, and the gold set, quote comments
install: all ## copy programs, model and manuals to PREFIX (/usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin \
		$(DESTDIR)$(PREFIX)/share/moderato/models
	install $(BUILD)/moderatod $(BUILD)/moderato-train $(DESTDIR)$(PREFIX)/bin
	cp -R models/default $(DESTDIR)$(PREFIX)/share/moderato/models
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/man/man8
	install -m 644 $(BUILD)/man1/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(BUILD)/man8/*.8 $(DESTDIR)$(PREFIX)/share/man/man8

clean: ## remove what was built
	rm -rf $(BUILD) build-asan build-tsan build-fuzz build-cover

$(BUILD)/moderatod: $(MAIN) $(BUILD)/libedge.a $(BUILD)/libcore.a
	$(CC) $(LDFLAGS) -o $@ $^ $(EDGE_LIBS) $(CORE_LIBS)

$(BUILD)/moderato-train: $(TRAIN) $(BUILD)/libedge.a $(BUILD)/libcore.a
	$(CC) $(LDFLAGS) -o $@ $^ $(TRAIN_LIBS) $(CORE_LIBS)

# manual pages: what the programs say of themselves, as mdoc
$(BUILD)/man8/%.8: $(BUILD)/%
	@mkdir -p $(@D)
	$< --man > $@.new && mv $@.new $@
$(BUILD)/man1/%.1: $(BUILD)/%
	@mkdir -p $(@D)
	$< --man > $@.new && mv $@.new $@

# the trainer but for its main, for the tests
$(BUILD)/libtrain.a: $(filter-out %/main.o,$(TRAIN))
	rm -f $@ && $(AR) rcs $@ $^

train: $(BUILD)/moderato-train ## make models/default again from ../shared/data
	sh training/default.sh $<

accuracy: $(BUILD)/moderato-train ## measure models/default, fill in its card
	sh training/accuracy.sh $<

$(BUILD)/libcore.a: $(CORE)
	rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/libedge.a: $(EDGE)
	rm -f $@ && $(AR) rcs $@ $^

# Unicode tables: made once with ICU, which nothing else links
$(BUILD)/unicode_gen: service/core/unicode_gen.c service/core/icu_gen.c \
		service/core/icu_gen.h service/core/unicode.h
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 $(WARN) -o $@ $(filter %.c,$^) -licui18n -licuuc
$(BUILD)/gen/unicode_table.c: $(BUILD)/unicode_gen
	@mkdir -p $(@D)
	$< > $@.new && mv $@.new $@
$(BUILD)/gen/unicode_table.o: $(BUILD)/gen/unicode_table.c
	$(CC) $(CPPFLAGS) -iquote service/core $(CFLAGS) -c -o $@ $<

# known phrases as hashes, made by the core's own way of reading texts
LEXICON_FOLDERS = service/insults service/offers service/tone
LEXICON = $(wildcard $(LEXICON_FOLDERS:=/*.txt))
$(BUILD)/lexicon_gen: service/core/lexicon_gen.c \
		$(filter-out $(BUILD)/gen/lexicon_table.o,$(CORE))
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^) \
		$(CORE_LIBS)
$(BUILD)/gen/lexicon_table.c: $(BUILD)/lexicon_gen $(LEXICON_FOLDERS) $(LEXICON)
	$< $(LEXICON) > $@.new && mv $@.new $@
$(BUILD)/gen/lexicon_table.o: $(BUILD)/gen/lexicon_table.c
	$(CC) $(CPPFLAGS) -iquote service/core $(CFLAGS) -c -o $@ $<

# the moderators' page; a file that is gone changes its folder
UI = $(wildcard service/ui/*)
$(BUILD)/gen/pages_table.c: service/edge/pages_gen.sh service/ui $(UI)
	@mkdir -p $(@D)/ui
	sh $< $(@D)/ui $(UI) > $@.new && mv $@.new $@
$(BUILD)/gen/pages_table.o: $(BUILD)/gen/pages_table.c
	$(CC) $(CPPFLAGS) -iquote service/edge $(CFLAGS) -c -o $@ $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# the doors to RE2 and CLD2, which are C++
CXX = $(if $(findstring clang,$(CC)),clang++,g++)
CXXFLAGS = -std=gnu++17 -g $(CFLAGS_$(MODE)) -Wall -Wextra -Wshadow \
	$(if $(filter release,$(MODE)),-fno-rtti) $(HARDEN) \
	-MMD -MP
$(BUILD)/%.o: %.cc
	@mkdir -p $(@D)
	$(CXX) $(FORTIFY_$(MODE)) $(CXXFLAGS) -c -o $@ $<

# what the assembler puts into it (openapi.c)
$(BUILD)/service/edge/openapi.o: service/openapi.json

# what no library has: the front door but for its main
DOORS = $(filter-out %/main.o,$(MAIN))
$(BUILD)/tests/unit/doctor_test: $(DOORS)
LIBS_doctor_test = $(DOORS) $(BUILD)/libedge.a $(BUILD)/libcore.a \
	$(EDGE_LIBS) $(CORE_LIBS)

unit: $(UNIT)
contract: $(CONTRACT)
$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libedge.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BUILD)/libedge.a \
		$(BUILD)/libcore.a -lcmocka $(EDGE_LIBS) $(CORE_LIBS) $(LIBS_$*)
# what tests of one subject share
PARTS_http_test = tests/contract/http_server.c
PARTS_http_connection_test = $(PARTS_http_test)
PARTS_http_framing_test = $(PARTS_http_test)
PARTS_http_stream_test = $(PARTS_http_test)
PARTS_watch_test = $(PARTS_http_test)
$(BUILD)/tests/contract/%: tests/contract/%.c $(BUILD)/libedge.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(PARTS_$*) \
		$(BUILD)/libedge.a $(BUILD)/libcore.a -lcmocka $(EDGE_LIBS) \
		$(CORE_LIBS)

# tests of the trainer
TRAINER = $(BUILD)/libtrain.a $(BUILD)/libedge.a $(BUILD)/libcore.a
$(BUILD)/tests/unit/train_%: tests/unit/train_%.c $(TRAINER)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(TRAINER) -lcmocka \
		$(TRAIN_LIBS) $(CORE_LIBS)
$(BUILD)/tests/contract/train_%: tests/contract/train_%.c $(TRAINER)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(TRAINER) -lcmocka \
		$(TRAIN_LIBS) $(CORE_LIBS)

BENCH_TRAIN = $(BUILD)/tests/bench/score $(BUILD)/tests/bench/vectors
$(BENCH_TRAIN): $(BUILD)/%: %.c $(TRAINER)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(TRAINER) \
		$(TRAIN_LIBS) $(CORE_LIBS)
$(BUILD)/tests/bench/%: tests/bench/%.c $(BUILD)/libedge.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BUILD)/libedge.a \
		$(BUILD)/libcore.a $(EDGE_LIBS) $(CORE_LIBS)

# what tests of promises run beside the daemon, or load into it (_preload)
PARTS_power = $(addprefix tests/torture/,deeds.c deeds_check.c disk.c disk_image.c)
PRELOADS = $(wildcard tests/torture/*_preload.c)
TORTURERS = $(patsubst %.c,$(BUILD)/%,$(filter-out $(PRELOADS) $(PARTS_power), \
	$(wildcard tests/torture/*.c))) $(PRELOADS:%.c=$(BUILD)/%.so)
torturers: $(TORTURERS) $(BUILD)/tests/bench/load
$(BUILD)/%_preload.so: %_preload.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=gnu11 -O2 -g $(WARN) -fPIC -shared -o $@ $<
$(BUILD)/tests/torture/power: $(PARTS_power)
$(BUILD)/tests/torture/%: tests/torture/%.c $(BUILD)/libedge.a $(BUILD)/libcore.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(PARTS_$*) \
		$(BUILD)/libedge.a $(BUILD)/libcore.a $(EDGE_LIBS) $(CORE_LIBS)

# What tests/run replays is a fuzz target with a plain main in libFuzzer's
# place; `make fuzz` links the same objects with libFuzzer.
replay: $(REPLAY)
fuzzers: $(REPLAY:%=%.fuzzer)
REPLAY_MAIN = $(BUILD)/tests/fuzz/replay.o
FUZZ_EDGE = $(BUILD)/libedge.a $(BUILD)/libcore.a
$(BUILD)/tests/fuzz/%_fuzz: $(BUILD)/tests/fuzz/%_fuzz.o $(REPLAY_MAIN) $(FUZZ_EDGE)
	$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(FUZZ_EDGE) $(EDGE_LIBS) \
		$(CORE_LIBS) $(LIBS_$(@F))
$(BUILD)/tests/fuzz/%_fuzz.fuzzer: $(BUILD)/tests/fuzz/%_fuzz.o $(FUZZ_EDGE)
	$(CXX) $(LDFLAGS) -fsanitize=fuzzer -o $@ $(filter %.o,$^) \
		$(FUZZ_EDGE) $(EDGE_LIBS) $(CORE_LIBS) $(LIBS_$*_fuzz)
# those of the command line, which no library has
FUZZ_COMMAND = $(patsubst %,$(BUILD)/service/command/command_%.o,fields orders request \
	rows show)
$(BUILD)/tests/fuzz/command_fuzz $(BUILD)/tests/fuzz/command_rows_fuzz: $(FUZZ_COMMAND)
$(patsubst %,$(BUILD)/tests/fuzz/%_fuzz.fuzzer,command command_rows): $(FUZZ_COMMAND)
$(BUILD)/tests/fuzz/train_%_fuzz: $(BUILD)/tests/fuzz/train_%_fuzz.o $(REPLAY_MAIN) $(TRAINER)
	$(CC) $(LDFLAGS) -o $@ $^ $(TRAIN_LIBS) $(CORE_LIBS)
$(BUILD)/tests/fuzz/train_%_fuzz.fuzzer: $(BUILD)/tests/fuzz/train_%_fuzz.o $(TRAINER)
	$(CXX) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(TRAIN_LIBS) $(CORE_LIBS)

# for the gates and analysers
flags:
	@echo '$(CPPFLAGS) $(CFLAGS)'

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
