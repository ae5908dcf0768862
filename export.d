export.o: training/export.c service/banned.h \
  training/../service/edge/format/rfc3339.h \
  training/../service/edge/format/../../core/span.h training/fetch.h \
  training/daemon.h training/../service/core/span.h \
  training/../service/edge/process/err.h training/gold.h \
  training/clusters.h training/corpus.h \
  training/../service/core/comment.h training/../service/core/model.h \
  training/../service/edge/format/../../core/excerpt.h \
  training/../service/edge/format/../../core/features.h \
  training/../service/edge/format/../../core/arena.h \
  training/../service/edge/format/../../core/comment.h \
  training/../service/edge/format/../../core/reasons.h \
  training/../service/edge/format/../../core/text.h \
  training/../service/edge/format/../../core/signals.h \
  training/../service/edge/format/../../core/counters.h \
  training/../service/edge/format/../../core/fingerprint.h \
  training/../service/edge/format/../../core/siphash.h \
  training/../service/edge/format/../../core/head.h training/memory.h \
  training/scratch.h training/options.h training/output.h \
  training/pick.h training/progress.h

service/banned.h:

training/../service/edge/format/rfc3339.h:

training/../service/edge/format/../../core/span.h:

training/fetch.h:

training/daemon.h:

training/../service/core/span.h:

training/../service/edge/process/err.h:

training/gold.h:

training/clusters.h:

training/corpus.h:

training/../service/core/comment.h:

training/../service/core/model.h:

training/../service/edge/format/../../core/excerpt.h:

training/../service/edge/format/../../core/features.h:

training/../service/edge/format/../../core/arena.h:

training/../service/edge/format/../../core/comment.h:

training/../service/edge/format/../../core/reasons.h:

training/../service/edge/format/../../core/text.h:

training/../service/edge/format/../../core/signals.h:

training/../service/edge/format/../../core/counters.h:

training/../service/edge/format/../../core/fingerprint.h:

training/../service/edge/format/../../core/siphash.h:

training/../service/edge/format/../../core/head.h:

training/memory.h:

training/scratch.h:

training/options.h:

training/output.h:

training/pick.h:

training/progress.h:
