evaluate.o: training/evaluate.c service/banned.h \
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
  training/../service/edge/model/../process/err.h training/card.h \
  training/../service/edge/process/err.h training/deal.h \
  training/clusters.h training/corpus.h \
  training/../service/core/comment.h training/../service/core/model.h \
  training/memory.h training/../service/core/span.h training/scratch.h \
  training/evade.h training/learning.h training/metrics.h \
  training/../service/core/calibration.h \
  training/../service/core/statistics.h training/solver_rows.h \
  training/options.h training/solver.h training/vectors.h \
  training/packing.h training/report.h training/trial.h \
  training/figures.h training/split.h training/names.h \
  training/report_peers.h

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

training/card.h:

training/../service/edge/process/err.h:

training/deal.h:

training/clusters.h:

training/corpus.h:

training/../service/core/comment.h:

training/../service/core/model.h:

training/memory.h:

training/../service/core/span.h:

training/scratch.h:

training/evade.h:

training/learning.h:

training/metrics.h:

training/../service/core/calibration.h:

training/../service/core/statistics.h:

training/solver_rows.h:

training/options.h:

training/solver.h:

training/vectors.h:

training/packing.h:

training/report.h:

training/trial.h:

training/figures.h:

training/split.h:

training/names.h:

training/report_peers.h:
