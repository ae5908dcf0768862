score.o: training/score.c service/banned.h \
  training/../service/edge/format/explain.h \
  training/../service/edge/format/../../core/moderate.h \
  training/../service/edge/format/../../core/arena.h \
  training/../service/edge/format/../../core/span.h \
  training/../service/edge/format/../../core/comment.h \
  training/../service/edge/format/../../core/fingerprint.h \
  training/../service/edge/format/../../core/siphash.h \
  training/../service/edge/format/../../core/text.h \
  training/../service/edge/format/../../core/model.h \
  training/../service/edge/format/../../core/excerpt.h \
  training/../service/edge/format/../../core/features.h \
  training/../service/edge/format/../../core/reasons.h \
  training/../service/edge/format/../../core/signals.h \
  training/../service/edge/format/../../core/counters.h \
  training/../service/edge/format/../../core/head.h \
  training/../service/edge/format/../../core/policy.h \
  training/../service/edge/format/../../core/rules.h \
  training/../service/edge/format/json_out.h \
  training/../service/edge/model/model_file.h \
  training/../service/edge/model/../../core/model.h \
  training/../service/edge/model/../process/err.h training/options.h \
  training/corpus.h training/../service/core/comment.h \
  training/../service/core/model.h \
  training/../service/edge/process/err.h training/memory.h \
  training/../service/core/span.h training/scratch.h training/progress.h \
  training/replay.h training/../service/core/features.h \
  training/../service/core/moderate.h \
  training/../service/edge/format/basis_json.h \
  training/../service/edge/format/../../core/model_shift.h

service/banned.h:

training/../service/edge/format/explain.h:

training/../service/edge/format/../../core/moderate.h:

training/../service/edge/format/../../core/arena.h:

training/../service/edge/format/../../core/span.h:

training/../service/edge/format/../../core/comment.h:

training/../service/edge/format/../../core/fingerprint.h:

training/../service/edge/format/../../core/siphash.h:

training/../service/edge/format/../../core/text.h:

training/../service/edge/format/../../core/model.h:

training/../service/edge/format/../../core/excerpt.h:

training/../service/edge/format/../../core/features.h:

training/../service/edge/format/../../core/reasons.h:

training/../service/edge/format/../../core/signals.h:

training/../service/edge/format/../../core/counters.h:

training/../service/edge/format/../../core/head.h:

training/../service/edge/format/../../core/policy.h:

training/../service/edge/format/../../core/rules.h:

training/../service/edge/format/json_out.h:

training/../service/edge/model/model_file.h:

training/../service/edge/model/../../core/model.h:

training/../service/edge/model/../process/err.h:

training/options.h:

training/corpus.h:

training/../service/core/comment.h:

training/../service/core/model.h:

training/../service/edge/process/err.h:

training/memory.h:

training/../service/core/span.h:

training/scratch.h:

training/progress.h:

training/replay.h:

training/../service/core/features.h:

training/../service/core/moderate.h:

training/../service/edge/format/basis_json.h:

training/../service/edge/format/../../core/model_shift.h:
