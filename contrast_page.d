contrast_page.o: training/contrast_page.c service/banned.h \
  training/contrast_page.h training/../service/edge/process/err.h \
  training/../service/core/policy.h training/../service/core/model.h \
  training/../service/core/excerpt.h training/../service/core/features.h \
  training/../service/core/arena.h training/../service/core/span.h \
  training/../service/core/comment.h training/../service/core/reasons.h \
  training/../service/core/text.h training/../service/core/signals.h \
  training/../service/core/counters.h \
  training/../service/core/fingerprint.h \
  training/../service/core/siphash.h training/../service/core/head.h \
  training/card.h training/memory.h training/output.h \
  training/report_page.h

service/banned.h:

training/contrast_page.h:

training/../service/edge/process/err.h:

training/../service/core/policy.h:

training/../service/core/model.h:

training/../service/core/excerpt.h:

training/../service/core/features.h:

training/../service/core/arena.h:

training/../service/core/span.h:

training/../service/core/comment.h:

training/../service/core/reasons.h:

training/../service/core/text.h:

training/../service/core/signals.h:

training/../service/core/counters.h:

training/../service/core/fingerprint.h:

training/../service/core/siphash.h:

training/../service/core/head.h:

training/card.h:

training/memory.h:

training/output.h:

training/report_page.h:
