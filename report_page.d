report_page.o: training/report_page.c service/banned.h \
  training/report_page.h training/../service/core/span.h \
  training/../service/core/statistics.h

service/banned.h:

training/report_page.h:

training/../service/core/span.h:

training/../service/core/statistics.h:
