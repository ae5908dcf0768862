propose.o: training/propose.c service/banned.h \
  training/../service/core/utf8.h training/../service/core/span.h \
  training/card.h training/../service/edge/process/err.h \
  training/compare.h training/../service/core/contrast.h \
  training/../service/core/policy.h training/../service/core/model.h \
  training/../service/core/excerpt.h training/../service/core/features.h \
  training/../service/core/arena.h training/../service/core/comment.h \
  training/../service/core/reasons.h training/../service/core/text.h \
  training/../service/core/signals.h training/../service/core/counters.h \
  training/../service/core/fingerprint.h \
  training/../service/core/siphash.h training/../service/core/head.h \
  training/../service/core/statistics.h training/options.h \
  training/corpus.h training/memory.h training/scratch.h \
  training/daemon.h training/holdback.h training/output.h \
  training/proposal_page.h training/workshop.h

service/banned.h:

training/../service/core/utf8.h:

training/../service/core/span.h:

training/card.h:

training/../service/edge/process/err.h:

training/compare.h:

training/../service/core/contrast.h:

training/../service/core/policy.h:

training/../service/core/model.h:

training/../service/core/excerpt.h:

training/../service/core/features.h:

training/../service/core/arena.h:

training/../service/core/comment.h:

training/../service/core/reasons.h:

training/../service/core/text.h:

training/../service/core/signals.h:

training/../service/core/counters.h:

training/../service/core/fingerprint.h:

training/../service/core/siphash.h:

training/../service/core/head.h:

training/../service/core/statistics.h:

training/options.h:

training/corpus.h:

training/memory.h:

training/scratch.h:

training/daemon.h:

training/holdback.h:

training/output.h:

training/proposal_page.h:

training/workshop.h:
