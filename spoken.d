spoken.o: training/spoken.c service/banned.h training/spoken.h \
  training/corpus.h training/../service/core/comment.h \
  training/../service/core/span.h training/../service/core/model.h \
  training/../service/core/excerpt.h training/../service/core/features.h \
  training/../service/core/arena.h training/../service/core/reasons.h \
  training/../service/core/text.h training/../service/core/signals.h \
  training/../service/core/counters.h \
  training/../service/core/fingerprint.h \
  training/../service/core/siphash.h training/../service/core/head.h \
  training/../service/edge/process/err.h training/memory.h \
  training/scratch.h training/../service/core/utf8.h \
  training/../service/edge/format/language.h \
  training/../service/edge/format/../../core/text.h

service/banned.h:

training/spoken.h:

training/corpus.h:

training/../service/core/comment.h:

training/../service/core/span.h:

training/../service/core/model.h:

training/../service/core/excerpt.h:

training/../service/core/features.h:

training/../service/core/arena.h:

training/../service/core/reasons.h:

training/../service/core/text.h:

training/../service/core/signals.h:

training/../service/core/counters.h:

training/../service/core/fingerprint.h:

training/../service/core/siphash.h:

training/../service/core/head.h:

training/../service/edge/process/err.h:

training/memory.h:

training/scratch.h:

training/../service/core/utf8.h:

training/../service/edge/format/language.h:

training/../service/edge/format/../../core/text.h:
