progress.o: training/progress.c service/banned.h training/progress.h

service/banned.h:

training/progress.h:
