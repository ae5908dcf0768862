adapt_in_time.o: training/adapt_in_time.c service/banned.h \
  training/adapt.h training/site.h training/../service/core/adapt.h \
  training/../service/core/arena.h training/../service/core/span.h \
  training/../service/core/fingerprint.h \
  training/../service/core/siphash.h training/../service/core/text.h \
  training/../service/core/comment.h training/../service/core/model.h \
  training/../service/core/excerpt.h training/../service/core/features.h \
  training/../service/core/reasons.h training/../service/core/signals.h \
  training/../service/core/counters.h training/../service/core/head.h \
  training/../service/core/model_shift.h training/corpus.h \
  training/../service/edge/process/err.h training/memory.h \
  training/scratch.h training/metrics.h \
  training/../service/core/calibration.h \
  training/../service/core/statistics.h training/progress.h

service/banned.h:

training/adapt.h:

training/site.h:

training/../service/core/adapt.h:

training/../service/core/arena.h:

training/../service/core/span.h:

training/../service/core/fingerprint.h:

training/../service/core/siphash.h:

training/../service/core/text.h:

training/../service/core/comment.h:

training/../service/core/model.h:

training/../service/core/excerpt.h:

training/../service/core/features.h:

training/../service/core/reasons.h:

training/../service/core/signals.h:

training/../service/core/counters.h:

training/../service/core/head.h:

training/../service/core/model_shift.h:

training/corpus.h:

training/../service/edge/process/err.h:

training/memory.h:

training/scratch.h:

training/metrics.h:

training/../service/core/calibration.h:

training/../service/core/statistics.h:

training/progress.h:
