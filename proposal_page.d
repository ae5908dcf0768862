proposal_page.o: training/proposal_page.c service/banned.h \
  training/proposal_page.h training/../service/edge/process/err.h \
  training/contrast_page.h training/output.h \
  training/../service/core/span.h training/report_page.h

service/banned.h:

training/proposal_page.h:

training/../service/edge/process/err.h:

training/contrast_page.h:

training/output.h:

training/../service/core/span.h:

training/report_page.h:
