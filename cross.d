cross.o: training/cross.c service/banned.h training/cross.h \
  training/lesson.h training/metrics.h \
  training/../service/core/calibration.h \
  training/../service/core/statistics.h training/solver_rows.h \
  training/options.h training/corpus.h \
  training/../service/core/comment.h training/../service/core/span.h \
  training/../service/core/model.h training/../service/core/excerpt.h \
  training/../service/core/features.h training/../service/core/arena.h \
  training/../service/core/reasons.h training/../service/core/text.h \
  training/../service/core/signals.h training/../service/core/counters.h \
  training/../service/core/fingerprint.h \
  training/../service/core/siphash.h training/../service/core/head.h \
  training/../service/edge/process/err.h training/memory.h \
  training/scratch.h training/solver.h training/vectors.h \
  training/packing.h training/split.h training/names.h training/crew.h \
  training/progress.h

service/banned.h:

training/cross.h:

training/lesson.h:

training/metrics.h:

training/../service/core/calibration.h:

training/../service/core/statistics.h:

training/solver_rows.h:

training/options.h:

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

training/solver.h:

training/vectors.h:

training/packing.h:

training/split.h:

training/names.h:

training/crew.h:

training/progress.h:
