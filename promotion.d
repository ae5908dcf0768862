promotion.o: service/core/promotion.c service/banned.h \
  service/core/promotion.h service/core/contrast.h service/core/policy.h \
  service/core/model.h service/core/excerpt.h service/core/features.h \
  service/core/arena.h service/core/span.h service/core/comment.h \
  service/core/reasons.h service/core/text.h service/core/signals.h \
  service/core/counters.h service/core/fingerprint.h \
  service/core/siphash.h service/core/head.h service/core/statistics.h

service/banned.h:

service/core/promotion.h:

service/core/contrast.h:

service/core/policy.h:

service/core/model.h:

service/core/excerpt.h:

service/core/features.h:

service/core/arena.h:

service/core/span.h:

service/core/comment.h:

service/core/reasons.h:

service/core/text.h:

service/core/signals.h:

service/core/counters.h:

service/core/fingerprint.h:

service/core/siphash.h:

service/core/head.h:

service/core/statistics.h:
