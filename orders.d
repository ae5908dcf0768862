orders.o: training/orders.c service/banned.h \
  training/../service/edge/model/model_file.h \
  training/../service/edge/model/../../core/model.h \
  training/../service/edge/model/../../core/excerpt.h \
  training/../service/edge/model/../../core/features.h \
  training/../service/edge/model/../../core/arena.h \
  training/../service/edge/model/../../core/span.h \
  training/../service/edge/model/../../core/comment.h \
  training/../service/edge/model/../../core/reasons.h \
  training/../service/edge/model/../../core/text.h \
  training/../service/edge/model/../../core/signals.h \
  training/../service/edge/model/../../core/counters.h \
  training/../service/edge/model/../../core/fingerprint.h \
  training/../service/edge/model/../../core/siphash.h \
  training/../service/edge/model/../../core/head.h \
  training/../service/edge/model/../process/err.h training/daemon.h \
  training/../service/core/span.h training/../service/edge/process/err.h \
  training/options.h training/corpus.h \
  training/../service/core/comment.h training/../service/core/model.h \
  training/memory.h training/scratch.h training/output.h

service/banned.h:

training/../service/edge/model/model_file.h:

training/../service/edge/model/../../core/model.h:

training/../service/edge/model/../../core/excerpt.h:

training/../service/edge/model/../../core/features.h:

training/../service/edge/model/../../core/arena.h:

training/../service/edge/model/../../core/span.h:

training/../service/edge/model/../../core/comment.h:

training/../service/edge/model/../../core/reasons.h:

training/../service/edge/model/../../core/text.h:

training/../service/edge/model/../../core/signals.h:

training/../service/edge/model/../../core/counters.h:

training/../service/edge/model/../../core/fingerprint.h:

training/../service/edge/model/../../core/siphash.h:

training/../service/edge/model/../../core/head.h:

training/../service/edge/model/../process/err.h:

training/daemon.h:

training/../service/core/span.h:

training/../service/edge/process/err.h:

training/options.h:

training/corpus.h:

training/../service/core/comment.h:

training/../service/core/model.h:

training/memory.h:

training/scratch.h:

training/output.h:
