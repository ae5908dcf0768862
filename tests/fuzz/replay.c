/*
 * Feeds every file of the given folders to one fuzz target: what a fuzzer
 * once found stays found, without a fuzzer.
 */
#include <dirent.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { INPUT_BYTES_MAX = 1 << 20 };

/* The input in a block of its exact size, so that reading past it shows. */
static int
replay_file(const char *path)
{
	static uint8_t bytes[INPUT_BYTES_MAX];
	FILE *file = fopen(path, "rb");
	uint8_t *input;
	size_t n;

	if (!file)
		return -1;
	n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	input = malloc(n ? n : 1);
	if (!input)
		return -1;
	memcpy(input, bytes, n);
	LLVMFuzzerTestOneInput(input, n);
	free(input);
	return 0;
}

/* How many files were replayed. */
static unsigned
replay_folder(const char *folder)
{
	char path[4096];
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned files = 0;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		fprintf(stderr, "%s\n", path);
		files += replay_file(path) == 0;
	}
	if (dir)
		closedir(dir);
	return files;
}

int
main(int argc, char **argv)
{
	unsigned files = 0;
	int i;

	for (i = 1; i < argc; i++)
		files += replay_folder(argv[i]);
	printf("%u files replayed\n", files);
	return files == 0;
}
